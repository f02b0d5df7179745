#pragma once

#include "base/result.h"
#include "jsonpath/path.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft::jsonpath {

// ASL, Reference Paths: https://states-language.net/spec.html#ref-paths
// A path that names exactly one place: member names and indices from `$`, without `@ , : ?`, `*`,
// `..`, filters, functions or negative indices. Where ResultPath writes. A value type; parse once.
class ReferencePath {
public:
    using Step = std::variant<std::string, std::size_t>;

    // ErrorCode::InvalidPath when the text is no path, is not a reference path, or starts anywhere
    // but at `$`.
    static Result<ReferencePath> parse(std::string_view text);

    std::string_view text() const { return m_path.text(); }
    const std::vector<Step>& steps() const { return m_steps; }
    bool is_root() const { return m_steps.empty(); }
    const Path& path() const { return m_path; }
    bool operator==(const ReferencePath&) const = default;

private:
    ReferencePath(Path path, std::vector<Step> steps)
        : m_path(std::move(path)), m_steps(std::move(steps))
    {
    }
    Path m_path;
    std::vector<Step> m_steps;
};

// `target` with `value` at `path`; everything beside the way there is shared with `target`. Objects
// are created for missing parents. ErrorCode::EvaluationFailed with the text of
// States.ResultPathMatchFailure when a step meets something it cannot enter: a name on anything but
// an object, an index on anything but an array or out of its range.
Result<json::Value> put(const ReferencePath& path, const json::Value& target, json::Value value);

}  // namespace weft::jsonpath
