#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::asl {

// Where in a definition something is: a chain of borrowed steps from the top, cheap to extend on
// the way down and written out only when there is something to say. A Place borrows the one it was
// made from, so each step has a name of its own (temporaries are refused).
class Place {
public:
    Place() = default;  // the top

    Place field(std::string_view name) const& { return {this, name, no_index}; }
    Place item(std::size_t index) const& { return {this, {}, index}; }
    Place field(std::string_view name) && = delete;
    Place item(std::size_t index) && = delete;

    // AWS: names are not escaped and items stand in brackets, /States/Ask/Choices[0]/Next; the top
    // is "/".
    std::string location() const;
    // RFC 6901, for the source map.
    std::string pointer() const;

private:
    static constexpr std::size_t no_index = static_cast<std::size_t>(-1);
    Place(const Place* parent, std::string_view name, std::size_t index)
        : m_parent(parent), m_name(name), m_index(index)
    {
    }
    void write_location(std::string& out) const;
    void write_pointer(std::string& out) const;

    const Place* m_parent = nullptr;
    std::string_view m_name;
    std::size_t m_index = no_index;
};

}  // namespace weft::asl
