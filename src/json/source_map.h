#pragma once

#include "json/parse.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::json {

// Where a value stands in its text; for a member also its key (else the same as `value`).
struct SourcePlace {
    Position key;
    Position value;

    bool operator==(const SourcePlace&) const = default;
};

// Lines and columns of all values of a document by JSON Pointer. Built only on request; it takes
// memory in proportion to the text, however deep the document is.
class SourceMap {
public:
    // Null when the document has no such place, or `pointer` is no JSON Pointer.
    const SourcePlace* find(std::string_view pointer) const;
    // The place that `pointer` names or, where there is none, the innermost that encloses it.
    const SourcePlace& nearest(std::string_view pointer) const;
    const Value& document() const { return m_document; }

private:
    friend Result<SourceMap> map_source(std::string_view text);

    struct Node {
        SourcePlace place;
        std::size_t first_child = 0;  // in m_nodes; the others follow it
    };
    // How far `pointer` leads, and whether that is all of its way.
    std::pair<const Node*, bool> follow(std::string_view pointer) const;

    Value m_document;
    Node m_root;
    std::vector<Node> m_nodes;
};

}  // namespace weft::json
