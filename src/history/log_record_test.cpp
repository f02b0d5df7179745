#include "history/log_record.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft;
using namespace weft::history;

namespace {

Event entered(json::Value input)
{
    Event event;
    event.id = 2;
    event.previous = 0;
    event.time = Timestamp(Milliseconds(1'700'000'000'123));
    event.type = EventType::PassStateEntered;
    event.details = StateEntered{json::String("S"), std::move(input)};
    return event;
}

constexpr const char* arn = "arn:aws:states:us-east-1:123456789012:express:m:e:u";

}  // namespace

TEST_CASE("a record has texts and the event's details")
{
    const std::string begin = R"({"id":"2","type":"PassStateEntered","details":{)";
    const std::string end =
        R"(},"previous_event_id":"0","event_timestamp":"1700000000123",)"
        R"("execution_arn":"arn:aws:states:us-east-1:123456789012:express:m:e:u",)"
        R"("redrive_count":"0"})";
    CHECK(log_record(entered(json::Value::object()), arn, 0, Data::Include) ==
          begin + R"("name":"S","input":"{}","inputDetails":{"truncated":false})" + end);
    CHECK(log_record(entered(json::Value::object()), arn, 0, Data::Leave) ==
          begin + R"("name":"S")" + end);
    Event without = entered({});
    without.type = EventType::MapStateSucceeded;
    without.details = NoDetails{};
    CHECK(log_record(without, arn, 0, Data::Include).find(R"("details":{},)") != std::string::npos);
}

TEST_CASE("a long document is cut between characters and says so")
{
    std::string text;
    while (text.size() < log_document_bytes_max) text += "\xc3\xa4";
    const std::string record = log_record(entered(json::Value(text)), arn, 0, Data::Include);
    CHECK(record.size() < log_document_bytes_max + 1'000);
    CHECK(record.find(R"("inputDetails":{"truncated":true})") != std::string::npos);
}

TEST_CASE("levels")
{
    const auto levels = [](EventType type) {
        return std::string() + (is_logged(LogLevel::All, type) ? 'A' : '-') +
               (is_logged(LogLevel::Error, type) ? 'E' : '-') +
               (is_logged(LogLevel::Fatal, type) ? 'F' : '-') +
               (is_logged(LogLevel::Off, type) ? 'O' : '-');
    };
    CHECK(levels(EventType::ExecutionStarted) == "A---");
    CHECK(levels(EventType::TaskSucceeded) == "A---");
    CHECK(levels(EventType::TaskFailed) == "AE--");
    CHECK(levels(EventType::TaskStartFailed) == "AE--");
    CHECK(levels(EventType::FailStateEntered) == "AE--");
    CHECK(levels(EventType::MapIterationAborted) == "AE--");
    CHECK(levels(EventType::ExecutionFailed) == "AEF-");
    CHECK(levels(EventType::ExecutionTimedOut) == "AEF-");
    CHECK(levels(EventType::ExecutionAborted) == "AEF-");
    CHECK(log_level_of("FATAL") == LogLevel::Fatal);
    CHECK_FALSE(log_level_of("fatal").has_value());
}
