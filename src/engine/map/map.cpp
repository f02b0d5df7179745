#include "engine/map/map.h"

#include "engine/dataflow/data_flow.h"
#include "engine/dataflow/number_field.h"
#include "engine/retry/failure.h"
#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace weft::engine {

using history::EventType;

namespace {

// The array that the Map runs over: at ItemsPath of the effective input, or that input itself.
Flow<json::Value> find_items(const asl::Map& map, const json::Value& input, Evaluation& evaluation)
{
    Flow<json::Value> items = map.items_path
                                  ? evaluation.path(*map.items_path, map.items_path_text, input)
                                  : Flow<json::Value>(input);
    if (!items || items->is_array()) return items;
    // AWS: the path of the context object is shown with one `$`.
    std::string_view text = map.items_path ? std::string_view(map.items_path_text) : "$";
    if (text.starts_with("$$")) text.remove_prefix(1);
    return runtime_fault(fmt::format("Reference path \"{}\" must point to array.", text));
}

// Of a JSONata state: Items, or its input. AWS: an expression must give an array, where an object
// as written is taken member by member.
Flow<json::Value> compute_items(const asl::Map& map, const json::Value& input,
                                Evaluation& evaluation)
{
    if (!map.items) {
        if (input.is_array()) return input;
        return query_fault(
            fmt::format("Map state input must be an array but was: {}", json::write(input)), {});
    }
    Flow<json::Value> items = evaluation.payload(*map.items, input, "Items");
    if (!items || items->is_array()) return items;
    if (const auto* computed = std::get_if<asl::Template::Computed>(&map.items->node))
        return unexpected_type(computed->query, computed->field, "array", *items);
    return items;
}

// What the Map runs over: where there is an ItemReader, what it reads, which TestState is given.
Flow<json::Value> all_items(const asl::State& state, const asl::Map& map, const json::Value& input,
                            Evaluation& evaluation)
{
    const Inspection* inspection = evaluation.inspection();
    if (map.reads_items && inspection != nullptr && !inspection->reader_data.is_null())
        return inspection->reader_data;
    if (state.language == asl::QueryLanguage::Jsonata) return compute_items(map, input, evaluation);
    Flow<json::Value> items = find_items(map, input, evaluation);
    if (items) evaluation.show(&Inspection::after_items_path, *items);
    return items;
}

// MaxConcurrency 0 or none: as many as the profile allows at one time.
Flow<std::uint32_t> find_concurrency(const asl::Map& map, const json::Value& input,
                                     const Limits& limits, Evaluation& evaluation)
{
    std::uint64_t wanted = 0;
    if (map.max_concurrency) {
        const Flow<std::int64_t> given =
            count(*map.max_concurrency, "MaxConcurrency", input, evaluation);
        if (!given) return tl::unexpected(given.error());
        wanted = static_cast<std::uint64_t>(*given);
    }
    if (Inspection* inspection = evaluation.inspection())
        inspection->max_concurrency = static_cast<std::int64_t>(wanted);
    const std::uint64_t bound = std::max<std::uint64_t>(limits.inline_map_concurrency_max, 1);
    return static_cast<std::uint32_t>(wanted == 0 ? bound : std::min(wanted, bound));
}

// ToleratedFailureCount and ToleratedFailurePercentage, where given.
Flow<void> find_tolerance(const asl::Map& map, const json::Value& input, Evaluation& evaluation,
                          history::MapStarted& started)
{
    if (map.tolerated_failure_count) {
        const Flow<std::int64_t> given =
            count(*map.tolerated_failure_count, "ToleratedFailureCount", input, evaluation);
        if (!given) return tl::unexpected(given.error());
        started.tolerated_count = *given;
        if (Inspection* inspection = evaluation.inspection())
            inspection->tolerated_failure_count = *given;
    }
    if (map.tolerated_failure_percentage) {
        const Flow<double> given = percentage(*map.tolerated_failure_percentage,
                                              "ToleratedFailurePercentage", input, evaluation);
        if (!given) return tl::unexpected(given.error());
        started.tolerated_percentage = *given;
        if (Inspection* inspection = evaluation.inspection())
            inspection->tolerated_failure_percentage = *given;
    }
    return {};
}

}  // namespace

Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Map& map)
{
    // TestState runs no iteration.
    if (map.distributed && decider.inspection() == nullptr)
        return fail_state(
            decider, slot, state,
            Fault{.cause = "A Map with the processor mode DISTRIBUTED cannot run yet."});
    Evaluation evaluation = decider.evaluation(state, slot);
    Flow<json::Value> input = apply_input_path(state, decider.frame(slot).input, evaluation);
    if (!input) return fail_state(decider, slot, state, input.error());
    Flow<json::Value> items = all_items(state, map, *input, evaluation);
    if (!items) return fail_state(decider, slot, state, items.error());
    const Flow<std::uint32_t> concurrency =
        find_concurrency(map, *input, decider.limits(), evaluation);
    if (!concurrency) return fail_state(decider, slot, state, concurrency.error());

    auto started = std::make_shared<history::MapStarted>();
    started->length = static_cast<std::int64_t>(items->size());
    started->concurrency = *concurrency;
    const Flow<void> tolerance = find_tolerance(map, *input, evaluation, *started);
    if (!tolerance && tolerance.error().kind == Fault::Kind::OutOfFuel) return Outcome::OutOfFuel;
    started->items = *std::move(items);
    started->effective_input = *std::move(input);
    decider.emit(EventType::MapStateStarted, slot,
                 history::Boxed<history::MapStarted>(std::move(started)));
    // AWS: these two are looked at only after MapStateStarted.
    if (!tolerance) return fail_state(decider, slot, state, tolerance.error());
    return Outcome::Done;
}

Outcome open_iteration(Decider& decider, Slot slot, const asl::State& state, const asl::Map& map)
{
    const Fork& fork = decider.frames().fork(slot);
    const std::uint32_t index = fork.opened;
    Flow<json::Value> input = iteration_input(decider, slot, state, map, index);
    if (!input) return fail_state(decider, slot, state, input.error());
    decider.emit(
        EventType::MapIterationStarted, decider.frames().next_id(), fork.link,
        history::MapIteration{state.name, index, *std::move(input), decider.frame(slot).id});
    return Outcome::Done;
}

Flow<json::Value> iteration_input(Decider& decider, Slot slot, const asl::State& state,
                                  const asl::Map& map, std::uint32_t index)
{
    const history::MapStarted& started = *decider.frames().fork(slot).map;
    if (!map.item_selector) return item_value(started.items, index);
    Evaluation evaluation = decider.evaluation(state, slot, index);
    Flow<json::Value> selected =
        evaluation.payload(*map.item_selector, started.effective_input, "ItemSelector");
    if (selected && decider.too_large(*selected))
        return tl::unexpected(data_limit_fault(state.name));
    return selected;
}

const json::Value& item_value(const json::Value& items, std::uint32_t index)
{
    return items.is_object() ? items.members()[index].value : items.items()[index];
}

Tolerance tolerance_of(const Fork& fork, std::size_t failures)
{
    const history::MapStarted& map = *fork.map;
    if (map.tolerated_count < 0 && map.tolerated_percentage < 0) return Tolerance::None;
    const auto failed = static_cast<double>(failures);
    const bool over_count =
        map.tolerated_count >= 0 && failed > static_cast<double>(map.tolerated_count);
    const bool over_percentage =
        map.tolerated_percentage >= 0 &&
        failed * 100 > map.tolerated_percentage * static_cast<double>(map.length);
    return over_count || over_percentage ? Tolerance::Exceeded : Tolerance::Within;
}

}  // namespace weft::engine
