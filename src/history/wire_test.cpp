#include "history/wire.h"

#include "history/event_table.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>

namespace weft::history {
namespace {

Event event_of(EventType type, Details details)
{
    Event event;
    event.id = 3;
    event.previous = 2;
    event.time = Timestamp(Milliseconds(1'700'000'000'123));
    event.type = type;
    event.details = std::move(details);
    return event;
}

std::string wire(const Event& event, Data data = Data::Include)
{
    return json::write(to_wire(event, data));
}

TEST_CASE("history: every type has one row, and names are unique")
{
    std::set<std::string_view> names;
    for (const EventRow& row : event_rows()) {
        CHECK(names.insert(row.name).second);
        CHECK(&event_row(row.type) == &row);
        CHECK((find_event_row(row.name) != nullptr) == row.is_public());
    }
    CHECK(find_event_row("NoSuchEvent") == nullptr);
}

TEST_CASE("history: a state's event shows its document as text, and the time in seconds")
{
    const json::Value input = json::Value::object({{"a", json::Value::array({1, "x"})}});
    CHECK(wire(event_of(EventType::PassStateEntered, StateEntered{"P", input})) ==
          R"({"timestamp":1.700000000123E9,"type":"PassStateEntered","id":3,"previousEventId":2,)"
          R"("stateEnteredEventDetails":{"name":"P","input":"{\"a\":[1,\"x\"]}",)"
          R"("inputDetails":{"truncated":false}}})");
    CHECK(
        wire(event_of(EventType::PassStateExited, StateExited{"P", input, {}, "Q"}), Data::Leave) ==
        R"({"timestamp":1.700000000123E9,"type":"PassStateExited","id":3,"previousEventId":2,)"
        R"("stateExitedEventDetails":{"name":"P"}})");
}

TEST_CASE("history: assigned variables are shown as JSON texts, and go with the other data")
{
    const json::Value assigned = json::Value::object({{"x", 1}, {"y", "a"}});
    const Event event = event_of(EventType::PassStateExited, StateExited{"P", 7, assigned, {}});
    CHECK(
        wire(event) ==
        R"({"timestamp":1.700000000123E9,"type":"PassStateExited","id":3,"previousEventId":2,)"
        R"("stateExitedEventDetails":{"name":"P","output":"7","outputDetails":{"truncated":false},)"
        R"("assignedVariables":{"x":"1","y":"\"a\""},"assignedVariablesDetails":{"truncated":false}}})");
    CHECK(wire(event, Data::Leave) ==
          R"({"timestamp":1.700000000123E9,"type":"PassStateExited","id":3,"previousEventId":2,)"
          R"("stateExitedEventDetails":{"name":"P"}})");
}

TEST_CASE("history: an error that was not given is left out")
{
    CHECK(wire(event_of(EventType::ExecutionFailed, Failure{})) ==
          R"({"timestamp":1.700000000123E9,"type":"ExecutionFailed","id":3,"previousEventId":2,)"
          R"("executionFailedEventDetails":{}})");
    TaskFailure timed_out;
    timed_out.resource_type = "sqs";
    timed_out.resource = "sendMessage";
    timed_out.error = "States.Timeout";
    timed_out.heartbeat = true;
    CHECK(wire(event_of(EventType::TaskTimedOut,
                        std::make_shared<const TaskFailure>(std::move(timed_out)))) ==
          R"({"timestamp":1.700000000123E9,"type":"TaskTimedOut","id":3,"previousEventId":2,)"
          R"("taskTimedOutEventDetails":{"resourceType":"sqs","resource":"sendMessage",)"
          R"("error":"States.Timeout"}})");
}

TEST_CASE("history: the three families word a scheduled call differently")
{
    TaskScheduled scheduled;
    scheduled.resource_type = "lambda";
    scheduled.resource = "invoke";
    scheduled.region = "us-east-1";
    scheduled.parameters = json::Value::object({{"a", 1}});
    scheduled.timeout_seconds = 7;
    scheduled.heartbeat_seconds = 5;
    const auto boxed = std::make_shared<const TaskScheduled>(scheduled);
    CHECK(json::write(*to_wire(event_of(EventType::TaskScheduled, boxed))
                           .find("taskScheduledEventDetails")) ==
          R"({"resourceType":"lambda","resource":"invoke","region":"us-east-1",)"
          R"("parameters":"{\"a\":1}","timeoutInSeconds":7,"heartbeatInSeconds":5})");
    CHECK(json::write(*to_wire(event_of(EventType::LambdaFunctionScheduled, boxed))
                           .find("lambdaFunctionScheduledEventDetails")) ==
          R"({"resource":"invoke","input":"{\"a\":1}","inputDetails":{"truncated":false},)"
          R"("timeoutInSeconds":7})");
    CHECK(json::write(*to_wire(event_of(EventType::ActivityScheduled, boxed))
                           .find("activityScheduledEventDetails")) ==
          R"({"resource":"invoke","input":"{\"a\":1}","inputDetails":{"truncated":false},)"
          R"("timeoutInSeconds":7,"heartbeatInSeconds":5})");
    CHECK(to_wire(event_of(EventType::LambdaFunctionStarted, TaskStarted{})).size() == 4);
}

TEST_CASE("history: boxed details compare by value")
{
    const auto make = [](std::int64_t length) {
        auto started = std::make_shared<MapStarted>();
        started->length = length;
        return event_of(EventType::MapStateStarted, Boxed<MapStarted>(std::move(started)));
    };
    CHECK(make(2) == make(2));
    CHECK_FALSE(make(2) == make(3));
    CHECK_FALSE(make(2) == event_of(EventType::MapStateStarted, NoDetails{}));
}

}  // namespace
}  // namespace weft::history
