#include "encoding/timestamp.h"
#include "engine/dataflow/data_flow.h"
#include "engine/dataflow/number_field.h"
#include "engine/retry/failure.h"
#include "engine/states/states.h"
#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace weft::engine {

namespace {

// AWS: a timestamp 24,855 days ahead is taken; more than 2^31 seconds are not.
constexpr Seconds wait_max{2'147'483'647};

Flow<Seconds> seconds_of(const asl::Wait& wait, const json::Value& value)
{
    const auto refuse = [&](std::string_view what) {
        return runtime_fault(fmt::format("The SecondsPath parameter {}: {} == {}", what, wait.text,
                                         plain_text(value)));
    };
    if (value.kind() != json::Kind::Int) return refuse("cannot be parsed as a long value");
    if (value.as_int() < 0) return refuse("references a negative value");
    if (value.as_int() > wait_max.count()) return runtime_fault("Wait state delay is too long.");
    return Seconds(value.as_int());
}

// Never before the moment given.
Timestamp not_before(const encoding::ParsedTimestamp& moment)
{
    const bool exact = moment.nanoseconds % 1'000'000 == 0;
    return moment.time + Milliseconds(exact ? 0 : 1);
}

Flow<Timestamp> timestamp_of(const asl::Wait& wait, const json::Value& value)
{
    const auto parsed =
        value.is_string() ? encoding::parse_timestamp(value.as_string()) : std::nullopt;
    if (!parsed)
        return runtime_fault(fmt::format(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset "
            "date-time format string: {} == {}",
            wait.text, plain_text(value)));
    return not_before(*parsed);
}

// AWS: what a path that finds nothing says.
Flow<json::Value> find(const asl::Wait& wait, std::string_view field, const json::Value& input,
                       Evaluation& evaluation)
{
    Flow<json::Value> value = evaluation.path(wait.path, wait.text, input);
    if (value || value.error().kind == Fault::Kind::OutOfFuel) return value;
    return runtime_fault(
        fmt::format("The {} parameter does not reference an input value: {}", field, wait.text));
}

Flow<Timestamp> computed_seconds(const asl::Wait& wait, const json::Value& input, Timestamp entered,
                                 Evaluation& evaluation)
{
    Flow<json::Value> value = evaluation.query(*wait.query, "Seconds", input);
    if (!value) return tl::unexpected(std::move(value).error());
    if (!value->is_number()) return unexpected_type(*wait.query, "Seconds", "number", *value);
    const double seconds = value->as_double();
    if (!(seconds >= 0) || seconds != std::floor(seconds))
        return query_fault(fmt::format("The Seconds field must be a whole number that is not "
                                       "negative but was: {}",
                                       json::write(*value)),
                           "Seconds");
    if (seconds > static_cast<double>(wait_max.count()))
        return query_fault("Wait state delay is too long.", "Seconds");
    return entered + Seconds(static_cast<std::int64_t>(seconds));
}

Flow<Timestamp> computed_timestamp(const asl::Wait& wait, const json::Value& input,
                                   Evaluation& evaluation)
{
    Flow<json::Value> value = evaluation.query(*wait.query, "Timestamp", input);
    if (!value) return tl::unexpected(std::move(value).error());
    if (!value->is_string()) return unexpected_type(*wait.query, "Timestamp", "string", *value);
    if (const auto parsed = encoding::parse_timestamp(value->as_string()))
        return not_before(*parsed);
    return query_fault(fmt::format("The Timestamp field cannot be parsed as an ISO-8601 extended "
                                   "offset date-time format string: {}",
                                   value->as_string()),
                       "Timestamp");
}

Flow<Timestamp> due_of(const asl::Wait& wait, const json::Value& input, Timestamp entered,
                       Evaluation& evaluation)
{
    switch (wait.kind) {
    case asl::Wait::Kind::Seconds: return entered + Seconds(wait.seconds);
    case asl::Wait::Kind::Timestamp: return wait.timestamp;
    case asl::Wait::Kind::SecondsPath: {
        Flow<json::Value> value = find(wait, "SecondsPath", input, evaluation);
        if (!value) return tl::unexpected(std::move(value).error());
        Flow<Seconds> seconds = seconds_of(wait, *value);
        if (!seconds) return tl::unexpected(std::move(seconds).error());
        return entered + *seconds;
    }
    case asl::Wait::Kind::SecondsQuery: return computed_seconds(wait, input, entered, evaluation);
    case asl::Wait::Kind::TimestampQuery: return computed_timestamp(wait, input, evaluation);
    case asl::Wait::Kind::TimestampPath: break;
    }
    Flow<json::Value> value = find(wait, "TimestampPath", input, evaluation);
    if (!value) return tl::unexpected(std::move(value).error());
    return timestamp_of(wait, *value);
}

}  // namespace

// ASL: https://states-language.net/spec.html#wait-state
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Wait& wait)
{
    const Frame& frame = decider.frame(slot);
    Evaluation evaluation = decider.evaluation(state, slot);
    Flow<json::Value> input = apply_input_path(state, frame.input, evaluation);
    if (!input) return fail_state(decider, slot, state, input.error());
    // A Wait that a redrive runs again waits anew, from when its iteration's turn comes.
    const std::optional<Timestamp> redriven = decider.execution().redrive_time();
    const Timestamp from =
        redriven && *redriven > frame.entered_time ? decider.now() : frame.entered_time;
    Flow<Timestamp> due = due_of(wait, *input, from, evaluation);
    if (!due) {
        // AWS: recorded for a Timestamp that is none.
        due.error().after_entry = true;
        return fail_state(decider, slot, state, due.error());
    }
    if (*due - from > wait_max)
        return fail_state(decider, slot, state,
                          runtime_fault("Wait state delay is too long.").value());
    if (*due <= decider.now()) return finish_wait(decider, slot, state);
    decider.emit(history::EventType::TimerSet, slot, history::TimerSet{*due});
    return Outcome::Done;
}

Outcome finish_wait(Decider& decider, Slot slot, const asl::State& state)
{
    Evaluation evaluation = decider.evaluation(state, slot);
    Flow<json::Value> input = apply_input_path(state, decider.frame(slot).input, evaluation);
    if (!input) return fail_state(decider, slot, state, input.error());
    return leave_state(decider, slot, state,
                       pass_on(state, {state.assign, state.output}, *std::move(input), evaluation),
                       state.next);
}

}  // namespace weft::engine
