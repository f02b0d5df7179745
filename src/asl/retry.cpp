#include "asl/reader.h"

#include <fmt/format.h>

#include <array>

namespace weft::asl {
namespace {

constexpr std::string_view all_errors = "States.ALL";
constexpr std::array<std::string_view, 2> jitter_strategies = {"NONE", "FULL"};

}  // namespace

std::vector<std::string> Reader::read_error_equals(const Object& object, bool last)
{
    std::vector<std::string> names;
    const json::Value* list = object.find("ErrorEquals");
    if (list == nullptr) return names;
    const Place place = object.place().field("ErrorEquals");
    std::size_t index = 0;
    for (const json::Value& item : list->items()) {
        const Place at = place.item(index++);
        if (!item.is_string()) {
            schema_error("Expected value of type String", at);
            continue;
        }
        names.emplace_back(item.as_string());
        // ASL: States.ALL stands alone in its list, and only in the last retrier or catcher.
        if (names.back() == all_errors && (list->size() > 1 || !last))
            schema_error("States.ALL must appear alone and at end of list", at,
                         "what comes behind it would never be looked at");
    }
    return names;
}

// ASL: https://states-language.net/spec.html#retrying-after-error
void Reader::read_retry(const Object& state, std::vector<Retrier>& out)
{
    const json::Value* list = state.find("Retry");
    if (list == nullptr) return;
    const Place place = state.place().field("Retry");
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Place at = place.item(i);
        const json::Value& value = list->items()[i];
        if (!value.is_object()) {
            schema_error("Expected value of type Object", at);
            continue;
        }
        const Object object(*this, rules::retrier, value, at);
        Retrier retrier;
        retrier.error_equals = read_error_equals(object, i + 1 == list->size());
        if (const auto seconds = object.count("IntervalSeconds")) {
            retrier.interval_seconds = static_cast<double>(*seconds);
        }
        if (const auto attempts = object.count("MaxAttempts")) {
            // Bounded by the table of fields.
            retrier.attempts_max = static_cast<std::uint32_t>(*attempts);
        }
        if (const json::Value* rate = object.find("BackoffRate")) {
            retrier.backoff_rate = rate->as_double();
        }
        if (const auto seconds = object.count("MaxDelaySeconds")) {
            retrier.delay_seconds_max = static_cast<double>(*seconds);
        }
        if (object.choice("JitterStrategy", jitter_strategies) == "FULL") {
            retrier.jitter = Retrier::Jitter::Full;
        }
        out.push_back(std::move(retrier));
    }
}

// ASL: https://states-language.net/spec.html#fallback-states
void Reader::read_catch(const Object& state, std::vector<Catcher>& out)
{
    const json::Value* list = state.find("Catch");
    if (list == nullptr) return;
    const Place place = state.place().field("Catch");
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Place at = place.item(i);
        const json::Value& value = list->items()[i];
        if (!value.is_object()) {
            schema_error("Expected value of type Object", at);
            continue;
        }
        const Object object(*this, rules::catcher, value, at);
        Catcher catcher;
        catcher.error_equals = read_error_equals(object, i + 1 == list->size());
        catcher.result_path = object.result_path("ResultPath");
        const QueryScope scope{.error_output = true};
        catcher.assign = object.assign(scope);
        catcher.output = object.payload("Output", scope);
        if (object.has("Next")) {
            add_transition(Transition::Kind::Catcher, object.text("Next"), at, out.size());
        }
        out.push_back(std::move(catcher));
    }
}

}  // namespace weft::asl
