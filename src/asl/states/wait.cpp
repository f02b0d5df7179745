#include "asl/states/states.h"

#include "asl/query.h"
#include "encoding/timestamp.h"

#include <array>
#include <utility>

namespace weft::asl {

namespace {

// An expression whose fault has been reported is no timestamp either.
bool query_fault(const Object& object)
{
    return object.reader().language() == QueryLanguage::Jsonata &&
           query_text(object.text("Timestamp")).has_value();
}

}  // namespace

// ASL: https://states-language.net/spec.html#wait-state
void read_wait(const Object& object, State& state)
{
    Wait wait;
    constexpr std::array<std::string_view, 4> durations = {"SecondsPath", "Seconds",
                                                           "TimestampPath", "Timestamp"};
    object.exactly_one(durations);
    if (auto computed = object.query("Seconds", "number")) {
        wait.kind = Wait::Kind::SecondsQuery;
        wait.query = std::move(computed);
    } else if (auto moment = object.query("Timestamp", "string")) {
        wait.kind = Wait::Kind::TimestampQuery;
        wait.query = std::move(moment);
    } else if (const json::Value* seconds = object.find("Seconds")) {
        wait.kind = Wait::Kind::Seconds;
        if (seconds->kind() == json::Kind::Int) wait.seconds = seconds->as_int();
    } else if (auto seconds_path = object.reference_path("SecondsPath")) {
        wait.kind = Wait::Kind::SecondsPath;
        wait.path = *std::move(seconds_path);
        wait.text = std::string(object.text("SecondsPath"));
    } else if (object.has("Timestamp") && !query_fault(object)) {
        wait.kind = Wait::Kind::Timestamp;
        wait.text = std::string(object.text("Timestamp"));
        if (const auto parsed = encoding::parse_timestamp(wait.text)) {
            // Never early: what is beyond the millisecond counts as a whole one.
            const bool beyond = parsed->nanoseconds % 1'000'000 != 0;
            wait.timestamp = parsed->time + Milliseconds{beyond ? 1 : 0};
        } else {
            const Place place = object.place().field("Timestamp");
            object.reader().schema_error("String does not match RFC3339 timestamp", place,
                                         "write it like 2016-03-14T01:59:00Z");
        }
    } else if (auto timestamp_path = object.reference_path("TimestampPath")) {
        wait.kind = Wait::Kind::TimestampPath;
        wait.path = *std::move(timestamp_path);
        wait.text = std::string(object.text("TimestampPath"));
    }
    state.kind = std::move(wait);
}

}  // namespace weft::asl
