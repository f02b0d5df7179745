#pragma once

#include "json/parse.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace weft::json {

// Where a value stands in its text; for a member also its key (else the same as `value`).
struct SourcePlace {
    Position key;
    Position value;
};

// Lines and columns of all values of a document by JSON Pointer. Built only on request: it costs
// more than the document.
class SourceMap {
public:
    // Null when the document has no such place.
    const SourcePlace* find(std::string_view pointer) const;
    // The nearest place that encloses `pointer` or is it: the document itself in the end.
    const SourcePlace& nearest(std::string_view pointer) const;
    std::size_t size() const { return m_places.size(); }

private:
    friend Result<SourceMap> map_source(std::string_view text);
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_map<std::string, SourcePlace, Hash, std::equal_to<>> m_places;
};

}  // namespace weft::json
