#include "tests/support/random_machine.h"

#include <fmt/core.h>

namespace weft::test {

namespace {

constexpr int depth_max = 2;  // Parallel and Map in each other

}  // namespace

std::string RandomMachine::definition()
{
    return scope(0);
}

std::string RandomMachine::small()
{
    return scope(depth_max);
}

std::string RandomMachine::input(Entropy& entropy)
{
    std::string items;
    const std::uint64_t count = entropy.next() % 5;
    for (std::uint64_t i = 0; i < count; ++i)
        items += fmt::format("{}{}", i == 0 ? "" : ",", entropy.next() % 100);
    return fmt::format(R"({{"items":[{}],"n":{}}})", items, entropy.next() % 10);
}

std::string RandomMachine::scope(int depth)
{
    const std::uint64_t length = 1 + below(depth == 0 ? 4 : 2);
    std::string names[8];
    for (std::uint64_t i = 0; i < length; ++i) names[i] = fmt::format("S{}", ++m_names);
    std::string states;
    for (std::uint64_t i = 0; i < length; ++i) {
        if (i > 0) states += ",";
        states += state(names[i], i + 1 < length ? names[i + 1] : std::string(), depth);
    }
    return fmt::format(R"({{"StartAt":"{}","States":{{{}}}}})", names[0], states);
}

std::string RandomMachine::retry_and_catch(const std::string& next)
{
    std::string text;
    if (below(2) == 0)
        text += fmt::format(
            R"(,"Retry":[{{"ErrorEquals":["Flaky"],"IntervalSeconds":{},"MaxAttempts":{},"BackoffRate":1.5}}])",
            1 + below(20), below(3));
    if (!next.empty() && below(3) > 0)
        text += fmt::format(
            R"(,"Catch":[{{"ErrorEquals":["States.ALL"],"ResultPath":"$.r","Next":"{}"}}])", next);
    return text;
}

// What a Task calls.
std::string RandomMachine::task()
{
    const auto any = [this](const std::vector<std::string>& list) {
        return list[below(list.size())];
    };
    const std::uint64_t kinds = m_work.activities.empty() ? 1 : m_work.children.empty() ? 3 : 4;
    switch (kinds == 1 ? 0 : below(kinds)) {
    case 1:
        ++m_drawn["activity"];
        return fmt::format(R"("Resource":"{}"{})", any(m_work.activities),
                           below(3) == 0 ? R"(,"HeartbeatSeconds":4)" : "");
    case 2:
        ++m_drawn["token"];
        return R"("Resource":"arn:aws:states:::events:putEvents.waitForTaskToken",)"
               R"("Parameters":{"Entries":[],"Token.$":"$$.Task.Token"})";
    case 3: {
        ++m_drawn["child"];
        constexpr const char* patterns[] = {"", ".sync", ".sync:2"};
        return fmt::format(
            R"("Resource":"arn:aws:states:::states:startExecution{}",)"
            R"("Parameters":{{"StateMachineArn":"{}","Input":{{"items":[1,2],"n.$":"$.n"}}}})",
            patterns[below(3)], any(m_work.children));
    }
    default:
        return R"("Resource":"arn:aws:states:::bedrock:invokeModel",)"
               R"("Parameters":{"ModelId":"m","n.$":"$.n"})";
    }
}

std::string RandomMachine::state(const std::string& name, const std::string& next, int depth)
{
    const std::string leave =
        next.empty() ? std::string(R"("End":true)") : fmt::format(R"("Next":"{}")", next);
    const auto put = [&](const char* type, const std::string& fields) {
        ++m_drawn[type];
        return fmt::format(R"("{}":{{"Type":"{}",{}}})", name, type, fields);
    };
    switch (below(depth < depth_max ? 9 : 6)) {
    case 0: return put("Pass", leave);
    case 1:
        return put("Wait", fmt::format(R"("Seconds":{},{})",
                                       below(2) == 0 ? below(3) : below(100'000), leave));
    case 2:
    case 3:
        return put("Task", fmt::format(R"({},"ResultPath":"$.r","TimeoutSeconds":{}{},{})", task(),
                                       5 + below(40), retry_and_catch(next), leave));
    case 4:
        if (next.empty()) return put("Succeed", R"("Comment":"done")");
        return put(
            "Choice",
            fmt::format(
                R"("Choices":[{{"Variable":"$.n","NumericGreaterThan":{},"Next":"{}"}}],"Default":"{}")",
                below(10), next, next));
    case 5:
        if (next.empty() && below(4) == 0)
            return put("Fail", R"("Error":"Drawn","Cause":"by the seed")");
        return put("Pass", R"("Result":{"items":[1,2],"n":1},)" + leave);
    case 6: {
        std::string branches;
        const std::uint64_t count = 1 + below(3);
        for (std::uint64_t i = 0; i < count; ++i)
            branches += (i == 0 ? "" : ",") + scope(depth + 1);
        return put("Parallel", fmt::format(R"("Branches":[{}],"ResultPath":"$.r"{},{})", branches,
                                           retry_and_catch(next), leave));
    }
    default:
        return put(
            "Map",
            fmt::format(
                R"("ItemsPath":"$.items","MaxConcurrency":{},"ItemSelector":{{"items":[1],"n.$":"$$.Map.Item.Value"}},)"
                R"("ItemProcessor":{},"ResultPath":"$.r"{},{})",
                below(3), scope(depth + 1), retry_and_catch(next), leave));
    }
}

}  // namespace weft::test
