#include "jsonpath/evaluator.h"

#include "base/overloaded.h"
#include "jsonpath/functions.h"

#include <algorithm>
#include <utility>

namespace weft::jsonpath {

namespace {

std::optional<std::size_t> place_of(std::int64_t index, std::size_t size)
{
    const std::int64_t place = index < 0 ? index + static_cast<std::int64_t>(size) : index;
    if (place < 0 || place >= static_cast<std::int64_t>(size)) return std::nullopt;
    return static_cast<std::size_t>(place);
}

// Deep scan, `..` before a name: objects that have it.
bool has_all(const json::Value& value, const std::vector<std::string>& names)
{
    return std::ranges::all_of(
        names, [&](const std::string& name) { return value.find(name) != nullptr; });
}

}  // namespace

Result<void> Evaluator::charge()
{
    if (!m_meter.step(1)) return fail(ErrorCode::OutOfFuel, "a path's evaluation ran out of steps");
    return {};
}

Result<json::Value> Evaluator::evaluate(const Program& program, const json::Value* current)
{
    const json::Value* root = TRY(root_of(program, current));
    if (program.simple) {
        if (const json::Value* found = find_below(program, root)) return *found;
        return not_found(program, *root);
    }
    Walk state{program, current, {}};
    TRY(walk(state, 0, *root));
    if (program.aggregate)
        return call(*program.aggregate, json::Value::array(std::move(state.matches)), current);
    if (!program.definite) return json::Value::array(std::move(state.matches));
    if (state.matches.empty()) return not_found(program, *root);
    return std::move(state.matches.back());
}

Result<bool> Evaluator::exists(const Program& program, const json::Value* current)
{
    const Result<const json::Value*> root = root_of(program, current);
    if (!root) return false;
    if (program.simple) return find_below(program, *root) != nullptr;
    Walk state{program, current, {}};
    TRY(walk(state, 0, **root));
    return !state.matches.empty();
}

Result<const json::Value*> Evaluator::value_of(const Operand& operand, const json::Value& item,
                                               json::Value& storage)
{
    if (const auto* literal = std::get_if<json::Value>(&operand)) return literal;
    const auto* path = std::get_if<std::shared_ptr<const Program>>(&operand);
    if (path == nullptr) return nullptr;
    const Program& program = **path;
    const Result<const json::Value*> root = root_of(program, &item);
    if (!root) return nullptr;
    if (program.simple) return find_below(program, *root);
    Result<json::Value> value = evaluate(program, &item);
    if (!value) {
        // A function that cannot take what it is given has no value here; only spent fuel ends the
        // whole evaluation.
        if (value.error().code == ErrorCode::PathNotFound ||
            value.error().code == ErrorCode::EvaluationFailed)
            return nullptr;
        return tl::unexpected(std::move(value).error());
    }
    storage = *std::move(value);
    return &storage;
}

Result<void> Evaluator::walk(Walk& state, std::size_t at, const json::Value& value)
{
    if (at == state.program.steps.size()) {
        state.matches.push_back(value);
        return {};
    }
    const Step& step = state.program.steps[at];
    switch (step.index()) {
    case 0: return name(state, std::get<NameStep>(step), at, value);
    case 1: return names(state, std::get<NamesStep>(step), at, value);
    case 2: return index(state, std::get<IndexStep>(step).index, at, value);
    case 3:
        for (const std::int64_t place : std::get<IndicesStep>(step).indices)
            TRY(index(state, place, at, value));
        return {};
    case 4: return slice(state, std::get<SliceStep>(step), at, value);
    case 5: return each(state, at + 1, value);
    case 6: return scan(state, at + 1, value);
    case 7: return filter(state, std::get<FilterStep>(step), at, value);
    default:
        state.matches.push_back(TRY(call(std::get<FunctionStep>(step), value, state.current)));
        return {};
    }
}

Result<void> Evaluator::name(Walk& state, const NameStep& step, std::size_t at,
                             const json::Value& value)
{
    if (const json::Value* found = value.find(step.name)) return walk(state, at + 1, *found);
    return {};
}

// As the last step, one object of those members that are there; before others, each member in turn.
Result<void> Evaluator::names(Walk& state, const NamesStep& step, std::size_t at,
                              const json::Value& value)
{
    if (!value.is_object()) return {};
    const bool last = at + 1 == state.program.steps.size();
    if (!last) {
        for (const std::string& key : step.names)
            if (const json::Value* found = value.find(key)) TRY(walk(state, at + 1, *found));
        return {};
    }
    json::Value merged = json::Value::object();
    for (const std::string& key : step.names)
        if (const json::Value* found = value.find(key))
            merged = json::with_member(merged, key, *found);
    state.matches.push_back(std::move(merged));
    return {};
}

Result<void> Evaluator::index(Walk& state, std::int64_t index, std::size_t at,
                              const json::Value& value)
{
    if (!value.is_array()) return {};
    const std::optional<std::size_t> place = place_of(index, value.size());
    if (!place) return {};
    return walk(state, at + 1, *value.at(*place));
}

// [from:to:step]: `to` is excluded, negative bounds count from the end, a negative step goes
// backwards.
Result<void> Evaluator::slice(Walk& state, const SliceStep& step, std::size_t at,
                              const json::Value& value)
{
    if (!value.is_array()) return {};
    const auto size = static_cast<std::int64_t>(value.size());
    const auto absolute = [size](std::int64_t bound) { return bound < 0 ? bound + size : bound; };
    if (step.step > 0) {
        const std::int64_t from =
            std::clamp<std::int64_t>(absolute(step.from.value_or(0)), 0, size);
        const std::int64_t to = std::clamp<std::int64_t>(absolute(step.to.value_or(size)), 0, size);
        for (std::int64_t i = from; i < to; i += step.step) {
            TRY(charge());
            TRY(walk(state, at + 1, *value.at(static_cast<std::size_t>(i))));
        }
        return {};
    }
    const std::int64_t from =
        step.from ? std::clamp<std::int64_t>(absolute(*step.from), -1, size - 1) : size - 1;
    const std::int64_t to =
        step.to ? std::clamp<std::int64_t>(absolute(*step.to), -1, size - 1) : -1;
    for (std::int64_t i = from; i > to; i += step.step) {
        TRY(charge());
        TRY(walk(state, at + 1, *value.at(static_cast<std::size_t>(i))));
    }
    return {};
}

Result<void> Evaluator::each(Walk& state, std::size_t next, const json::Value& value)
{
    if (value.is_array()) {
        for (const json::Value& item : value.items()) {
            TRY(charge());
            TRY(walk(state, next, item));
        }
    } else if (value.is_object()) {
        for (const json::Member& member : value.members()) {
            TRY(charge());
            TRY(walk(state, next, member.value));
        }
    }
    return {};
}

// Jayway: on an array the items that satisfy the condition, on an object the object itself if it
// does.
Result<void> Evaluator::filter(Walk& state, const FilterStep& step, std::size_t at,
                               const json::Value& value)
{
    if (value.is_object()) {
        TRY(charge());
        const bool accepted = TRY(holds(*step.condition, value));
        return accepted ? walk(state, at + 1, value) : Result<void>();
    }
    if (!value.is_array()) return {};
    for (const json::Value& item : value.items()) {
        TRY(charge());
        const bool accepted = TRY(holds(*step.condition, item));
        if (accepted) TRY(walk(state, at + 1, item));
    }
    return {};
}

// Deep scan: the next step is tried on `value` and everything below it, parents first. A filter is
// tried on the items of arrays and on members that are objects, each once.
Result<void> Evaluator::scan(Walk& state, std::size_t next, const json::Value& value)
{
    if (!value.is_array() && !value.is_object()) return {};
    TRY(charge());
    const Step& step = state.program.steps[next];
    bool tries = true;
    if (const auto* names = std::get_if<NamesStep>(&step)) {
        const bool last = next + 1 == state.program.steps.size();
        tries = value.is_object() && (!last || has_all(value, names->names));
    } else if (const auto* filter_step = std::get_if<FilterStep>(&step)) {
        // An array's items that are objects are tried when the scan comes to them.
        tries = value.is_object();
        if (value.is_array()) {
            for (const json::Value& item : value.items()) {
                if (item.is_object()) continue;
                TRY(charge());
                const bool accepted = TRY(holds(*filter_step->condition, item));
                if (accepted) TRY(walk(state, next + 1, item));
            }
        }
    }
    if (tries) TRY(walk(state, next, value));
    if (value.is_array())
        for (const json::Value& item : value.items()) TRY(scan(state, next, item));
    else
        for (const json::Member& member : value.members()) TRY(scan(state, next, member.value));
    return {};
}

Result<json::Value> Evaluator::call(const FunctionStep& step, const json::Value& model,
                                    const json::Value* current)
{
    std::vector<json::Value> arguments;
    arguments.reserve(step.arguments.size());
    for (const Argument& argument : step.arguments) {
        if (const auto* literal = std::get_if<json::Value>(&argument)) {
            arguments.push_back(*literal);
            continue;
        }
        const Program& program = *std::get<std::shared_ptr<const Program>>(argument);
        // `@` in an argument is the value the function is called on.
        arguments.push_back(TRY(evaluate(program, program.from_current ? &model : current)));
    }
    return step.function->call(model, arguments);
}

}  // namespace weft::jsonpath
