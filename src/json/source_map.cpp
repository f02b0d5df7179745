#include "json/source_map.h"

#include "json/fault.h"
#include "json/pointer.h"
#include "json/utf8.h"

#include <vector>

namespace weft::json {

namespace {

// Walks a text that is known to parse, keeping count of lines and columns.
class Walker {
public:
    explicit Walker(std::string_view text) : m_text(text) {}

    bool at_end() const { return m_place.offset >= m_text.size(); }
    char peek() const { return m_text[m_place.offset]; }
    const Position& place() const { return m_place; }
    void step()
    {
        const char c = m_text[m_place.offset++];
        if (c == '\n') {
            ++m_place.line;
            m_place.column = 1;
        } else if (!is_continuation(c)) {
            ++m_place.column;
        }
    }
    void skip_space()
    {
        while (!at_end() && is_space(peek())) step();
    }
    // A string with its quotes, as written.
    std::string_view skip_string()
    {
        const std::size_t begin = m_place.offset;
        for (step(); peek() != '"'; step())
            if (peek() == '\\') step();
        step();
        return m_text.substr(begin, m_place.offset - begin);
    }
    void skip_word()
    {
        while (!at_end() && !is_space(peek()) && peek() != ',' && peek() != ']' && peek() != '}')
            step();
    }

private:
    std::string_view m_text;
    Position m_place;
};

struct Open {
    std::size_t pointer_size;  // of the list's own pointer
    std::size_t next = 0;      // item
    bool object = false;
};

}  // namespace

const SourcePlace* SourceMap::find(std::string_view pointer) const
{
    const auto found = m_places.find(pointer);
    return found == m_places.end() ? nullptr : &found->second;
}

const SourcePlace& SourceMap::nearest(std::string_view pointer) const
{
    for (;;) {
        if (const SourcePlace* place = find(pointer)) return *place;
        const std::size_t slash = pointer.rfind('/');
        pointer = pointer.substr(0, slash == std::string_view::npos ? 0 : slash);
        WEFT_ASSERT(!m_places.empty());
    }
}

Result<SourceMap> map_source(std::string_view text)
{
    TRY(parse(text));
    SourceMap map;
    Walker walker(text);
    std::vector<Open> stack;
    std::string pointer;
    Position key;
    bool has_key = false;
    walker.skip_space();
    while (!walker.at_end()) {
        const char c = walker.peek();
        if (c == ',' || c == ']' || c == '}') {
            walker.step();
            if (c != ',') stack.pop_back();
            walker.skip_space();
            continue;
        }
        if (!stack.empty()) {
            Open& list = stack.back();
            pointer.resize(list.pointer_size);
            pointer += '/';
            if (list.object) {
                key = walker.place();
                const auto name = TRY(parse(walker.skip_string()));
                pointer += escape_pointer_token(name.as_string());
                has_key = true;
                walker.skip_space();
                walker.step();  // the colon
                walker.skip_space();
            } else {
                pointer += std::to_string(list.next++);
            }
        }
        const Position place = walker.place();
        map.m_places.emplace(pointer, SourcePlace{has_key ? key : place, place});
        has_key = false;
        switch (walker.peek()) {
        case '{':
        case '[':
            stack.push_back({pointer.size(), 0, walker.peek() == '{'});
            walker.step();
            break;
        case '"': walker.skip_string(); break;
        default: walker.skip_word(); break;
        }
        walker.skip_space();
    }
    return map;
}

}  // namespace weft::json
