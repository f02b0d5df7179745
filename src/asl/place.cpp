#include "asl/place.h"

#include "json/pointer.h"

#include <fmt/format.h>

namespace weft::asl {

void Place::write_location(std::string& out) const
{
    if (m_parent == nullptr) return;
    m_parent->write_location(out);
    if (m_index != no_index) {
        fmt::format_to(std::back_inserter(out), "[{}]", m_index);
    } else {
        out += '/';
        out += m_name;
    }
}

void Place::write_pointer(std::string& out) const
{
    if (m_parent == nullptr) return;
    m_parent->write_pointer(out);
    out += '/';
    out += m_index != no_index ? fmt::to_string(m_index) : json::escape_pointer_token(m_name);
}

std::string Place::location() const
{
    std::string out;
    write_location(out);
    return out.empty() ? "/" : out;
}

std::string Place::pointer() const
{
    std::string out;
    write_pointer(out);
    return out;
}

}  // namespace weft::asl
