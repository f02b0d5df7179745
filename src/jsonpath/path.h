#pragma once

#include "base/meter.h"
#include "base/result.h"
#include "jsonpath/roots.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::jsonpath {

struct Program;

// Bounds of syntax.
constexpr std::size_t path_bytes_max = 32'768;
constexpr std::size_t path_steps_max = 1'000;
constexpr std::size_t filter_depth_max =
    32;  // parentheses, negations, paths and functions within one another

// A compiled JSONPath in the dialect of Step Functions (Jayway's JsonPath; docs/jsonpath.md).
// Immutable; copying shares the compiled form, so that a state machine's paths are parsed once and
// evaluated by many threads.
class Path {
public:
    // ErrorCode::InvalidPath with the place and what was expected there.
    static Result<Path> parse(std::string_view text);

    std::string_view text() const;  // as written
    std::string canonical() const;  // Jayway's spelling, as its error texts have it: $['a'][0]
    RootKind root() const;
    std::string_view variable() const;  // the name after `$`, RootKind::Variable only

    // True when the path names at most one value (no wildcard, slice, union of indices, filter or
    // deep scan). A definite path that finds nothing is an error; any other yields an array, maybe
    // empty.
    bool definite() const;
    // True when every step is one member name or one index: `find` then needs no memory.
    bool simple() const;
    // True for `$`, `$$` or `$name` alone.
    bool is_root() const;

    // Whether it, or a path inside one of its filters, starts at `$$`: the caller need not build a
    // context otherwise.
    bool uses_context() const;
    // The names of all variables it reads, sorted, each once.
    const std::vector<std::string>& variables() const;

    const Program& program() const { return *m_program; }
    friend bool operator==(const Path& left, const Path& right)
    {
        return left.text() == right.text();
    }

private:
    explicit Path(std::shared_ptr<const Program> program) : m_program(std::move(program)) {}
    std::shared_ptr<const Program> m_program;
};

// The value of a simple path, borrowed from the roots, or null when it is absent. Allocates
// nothing. Asserts path.simple().
const json::Value* find(const Path& path, const Roots& roots);

// A definite path gives its value or ErrorCode::PathNotFound with Jayway's text ("No results for
// path:
// $['a']['b']"); any other gives the array of its matches in document order. The meter is charged
// one step for each value that wildcards, slices, filters and deep scans visit;
// ErrorCode::OutOfFuel when it runs out. Functions may fail with ErrorCode::EvaluationFailed; a
// regular expression that needs too much backtracking gives ErrorCode::LimitExceeded.
Result<json::Value> evaluate(const Path& path, const Roots& roots, Meter& meter);

// The same on an input alone, with a meter of its own (ten million steps).
Result<json::Value> evaluate(const Path& path, const json::Value& input);

}  // namespace weft::jsonpath
