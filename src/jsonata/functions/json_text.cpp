#include "jsonata/functions/json_text.h"

#include "base/limits.h"
#include "jsonata/functions/bytes.h"
#include "json/write.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace weft::jsonata::functions {

namespace {

using json::Kind;
using json::Member;
using json::Value;

// ECMAScript's array index: the decimal text of an integer below 2^32 - 1.
std::optional<std::uint32_t> array_index(std::string_view key)
{
    if (key.empty() || key.size() > 10 || key[0] < '0' || key[0] > '9') return std::nullopt;
    if (key[0] == '0' && key.size() > 1) return std::nullopt;
    std::uint32_t index = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), index);
    if (read.ec != std::errc() || read.ptr != key.data() + key.size() || index == UINT32_MAX)
        return std::nullopt;
    return index;
}

// Members in the order in which JavaScript lists an object's properties; empty when that is the
// order they are in.
std::vector<const Member*> property_order(std::span<const Member> members)
{
    struct Indexed {
        std::uint32_t index;
        const Member* member;
    };
    std::vector<Indexed> indexed;
    for (const Member& member : members)
        if (const auto index = array_index(member.key)) indexed.push_back({*index, &member});
    if (indexed.empty()) return {};
    std::ranges::sort(indexed, {}, &Indexed::index);
    std::vector<const Member*> order;
    order.reserve(members.size());
    for (const Indexed& entry : indexed) order.push_back(entry.member);
    for (const Member& member : members)
        if (!array_index(member.key)) order.push_back(&member);
    return order;
}

// Whether a text needs no escape; 0xED may begin a lone surrogate.
bool is_plain(std::string_view text)
{
    unsigned special = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        special |= static_cast<unsigned>(byte < 0x20) | static_cast<unsigned>(byte == '"') |
                   static_cast<unsigned>(byte == '\\') | static_cast<unsigned>(byte == 0xED);
    }
    return special == 0;
}

class JsonText {
public:
    JsonText(std::string& out, Digits digits, Layout layout, std::size_t size_max)
        : m_out(out), m_digits(digits), m_layout(layout), m_size_max(size_max)
    {
    }

    // False when the text became too long or too deep and was left unfinished.
    bool add(const Value& value)
    {
        switch (value.kind()) {
        case Kind::Null: m_out += "null"; break;
        case Kind::Bool: m_out += value.as_bool() ? "true" : "false"; break;
        case Kind::String: add_string(value.as_string()); break;
        case Kind::Array:
            if (!add_array(value)) return false;
            break;
        case Kind::Object:
            if (!add_object(value)) return false;
            break;
        case Kind::Int:
        case Kind::UInt:
        case Kind::Double:
        case Kind::BigNumber: add_number(value.as_double()); break;
        }
        return m_out.size() <= m_size_max;
    }
    // The last number met that no double holds.
    std::optional<double> infinite() const { return m_infinite; }
    bool too_deep() const { return m_depth > json_depth_max; }

private:
    void add_number(double number)
    {
        if (std::isfinite(number)) {
            append_number(m_out, number, m_digits);
        } else {
            m_infinite = number;
            m_out += "null";
        }
    }
    void add_string(std::string_view text)
    {
        if (!is_plain(text)) {
            json::write_string_to(m_out, text);
            return;
        }
        m_out += '"';
        m_out += text;
        m_out += '"';
    }
    bool add_array(const Value& value)
    {
        m_out += '[';
        if (++m_depth > json_depth_max) return false;
        bool first = true;
        for (const Value& item : value.items()) {
            separate(first);
            if (!add(item)) return false;
        }
        close(']', first);
        return true;
    }
    bool add_object(const Value& value)
    {
        m_out += '{';
        if (++m_depth > json_depth_max) return false;
        bool first = true;
        const auto order = property_order(value.members());
        if (order.empty()) {
            for (const Member& member : value.members())
                if (!add_member(member, first)) return false;
        } else {
            for (const Member* member : order)
                if (!add_member(*member, first)) return false;
        }
        close('}', first);
        return true;
    }
    bool add_member(const Member& member, bool& first)
    {
        separate(first);
        add_string(member.key);
        m_out += ':';
        if (m_layout == Layout::Pretty) m_out += ' ';
        return add(member.value);
    }
    void separate(bool& first)
    {
        if (!first) m_out += ',';
        first = false;
        new_line();
    }
    void close(char bracket, bool empty)
    {
        --m_depth;
        if (!empty) new_line();
        m_out += bracket;
    }
    void new_line()
    {
        if (m_layout == Layout::Compact) return;
        m_out += '\n';
        m_out.append(m_depth * 2, ' ');
    }

    std::string& m_out;
    Digits m_digits;
    Layout m_layout;
    std::size_t m_size_max;
    std::size_t m_depth = 0;
    std::optional<double> m_infinite;
};

}  // namespace

bool append_json(std::string& out, const Value& value, Digits digits, Layout layout)
{
    return JsonText(out, digits, layout, SIZE_MAX).add(value);
}

Outcome<std::string> string_of(const Value& value, Layout layout, std::size_t bytes_max)
{
    if (value.is_string()) return std::string(value.as_string());
    std::string out;
    JsonText text(out, Digits::Fifteen, layout, bytes_max);
    if (!text.add(value)) {
        if (text.too_deep()) return fault("U1001");
        return too_long(bytes_max);
    }
    if (text.infinite()) return fault(value.is_number() ? "D3001" : "D1001", {{"value", nullptr}});
    return out;
}

}  // namespace weft::jsonata::functions
