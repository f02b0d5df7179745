#include "json/source_map.h"

#include "json/fault.h"
#include "json/node.h"
#include "json/pointer.h"
#include "json/utf8.h"

#include <utility>

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
    void skip_string()
    {
        for (step(); peek() != '"'; step())
            if (peek() == '\\') step();
        step();
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

struct OpenList {
    std::size_t first;  // its first child among those pending
    bool object;
};

}  // namespace

std::pair<const SourceMap::Node*, bool> SourceMap::follow(std::string_view pointer) const
{
    const auto tokens = parse_pointer(pointer);
    if (!tokens) return {&m_root, false};
    const Node* node = &m_root;
    const Value* value = &m_document;
    for (const std::string& token : *tokens) {
        const Value* child = resolve_token(*value, token);
        if (child == nullptr) return {node, false};
        const std::size_t ordinal = value->is_array()
                                        ? static_cast<std::size_t>(child - value->items().data())
                                        : Builder::find(*value, token);
        node = &m_nodes[node->first_child + ordinal];
        value = child;
    }
    return {node, true};
}

const SourcePlace* SourceMap::find(std::string_view pointer) const
{
    const auto [node, whole] = follow(pointer);
    return whole ? &node->place : nullptr;
}

const SourcePlace& SourceMap::nearest(std::string_view pointer) const
{
    return follow(pointer).first->place;
}

Result<SourceMap> map_source(std::string_view text)
{
    SourceMap map;
    map.m_document = TRY(parse(text));
    Walker walker(text);
    // Children of the lists still open; at a list's end they move to their place behind each other.
    std::vector<SourceMap::Node> pending;
    std::vector<OpenList> open;
    walker.skip_space();
    while (!walker.at_end()) {
        const char c = walker.peek();
        if (c == ']' || c == '}') {
            const auto first = pending.begin() + static_cast<std::ptrdiff_t>(open.back().first);
            (first - 1)->first_child = map.m_nodes.size();
            map.m_nodes.insert(map.m_nodes.end(), first, pending.end());
            pending.erase(first, pending.end());
            open.pop_back();
        }
        if (c == ',' || c == ']' || c == '}') {
            walker.step();
            walker.skip_space();
            continue;
        }
        SourcePlace place{walker.place(), walker.place()};
        if (!open.empty() && open.back().object) {
            walker.skip_string();
            walker.skip_space();
            walker.step();  // the colon
            walker.skip_space();
            place.value = walker.place();
        }
        pending.push_back({place, 0});
        switch (walker.peek()) {
        case '{':
        case '[':
            open.push_back({pending.size(), walker.peek() == '{'});
            walker.step();
            break;
        case '"': walker.skip_string(); break;
        default: walker.skip_word(); break;
        }
        walker.skip_space();
    }
    map.m_root = pending.front();
    return map;
}

}  // namespace weft::json
