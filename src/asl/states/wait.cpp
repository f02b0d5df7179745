#include "asl/states/states.h"

#include "asl/rfc3339.h"

#include <array>

namespace weft::asl {

// ASL: https://states-language.net/spec.html#wait-state
void read_wait(const Object& object, State& state)
{
    Wait wait;
    constexpr std::array<std::string_view, 4> durations = {"Seconds", "SecondsPath", "Timestamp",
                                                           "TimestampPath"};
    object.exactly_one(durations);
    if (const json::Value* seconds = object.find("Seconds")) {
        wait.kind = Wait::Kind::Seconds;
        if (seconds->kind() == json::Kind::Int) wait.seconds = seconds->as_int();
    } else if (auto seconds_path = object.reference_path("SecondsPath")) {
        wait.kind = Wait::Kind::SecondsPath;
        wait.path = *std::move(seconds_path);
        wait.text = std::string(object.text("SecondsPath"));
    } else if (object.has("Timestamp")) {
        wait.kind = Wait::Kind::Timestamp;
        wait.text = std::string(object.text("Timestamp"));
        if (const auto instant = parse_rfc3339(wait.text)) {
            wait.timestamp = std::chrono::ceil<Milliseconds>(*instant);
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
