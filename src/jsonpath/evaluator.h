#pragma once

// Runs a Program. Private to this folder.

#include "base/meter.h"
#include "base/result.h"
#include "jsonpath/program.h"

#include <cstddef>
#include <span>
#include <vector>

namespace weft::jsonpath {

// One evaluation: the roots, the item filters look at, and what is left to spend. Its functions
// return errors only for what really went wrong; that an indefinite path meets nothing is no error.
class Evaluator {
public:
    Evaluator(const Roots& roots, Meter& meter) : m_roots(roots), m_meter(meter) {}

    // As jsonpath::evaluate. `current` is what `@` names; null outside of filters.
    Result<json::Value> evaluate(const Program& program, const json::Value* current);
    // Whether the program finds at least one value.
    Result<bool> exists(const Program& program, const json::Value* current);
    // filter.cpp
    Result<bool> holds(const Condition& condition, const json::Value& item);

    // The value of an operand: borrowed where it can be, else kept in `storage`. Null when a
    // definite path finds nothing, which compares unlike anything.
    Result<const json::Value*> value_of(const Operand& operand, const json::Value& item,
                                        json::Value& storage);

private:
    struct Walk {
        const Program& program;
        const json::Value* current;
        std::vector<json::Value> matches;
    };

    Result<const json::Value*> root_of(const Program& program, const json::Value* current) const;
    Result<void> walk(Walk& walk, std::size_t at, const json::Value& value);
    Result<void> each(Walk& walk, std::size_t next, const json::Value& value);
    Result<void> name(Walk& walk, const NameStep& step, std::size_t at, const json::Value& value);
    Result<void> names(Walk& walk, const NamesStep& step, std::size_t at, const json::Value& value);
    Result<void> index(Walk& walk, std::int64_t index, std::size_t at, const json::Value& value);
    Result<void> slice(Walk& walk, const SliceStep& step, std::size_t at, const json::Value& value);
    Result<void> filter(Walk& walk, const FilterStep& step, std::size_t at,
                        const json::Value& value);
    Result<void> scan(Walk& walk, std::size_t next, const json::Value& value);
    Result<json::Value> call(const FunctionStep& step, const json::Value& model,
                             const json::Value* current);
    Result<void> charge();

    const Roots& m_roots;
    Meter& m_meter;
};

// The value of a simple program below `root`, or null.
const json::Value* find_below(const Program& program, const json::Value* root);
// The error of a simple program that finds nothing below `root`, in Jayway's words.
tl::unexpected<Error> not_found(const Program& program, const json::Value& root);

}  // namespace weft::jsonpath
