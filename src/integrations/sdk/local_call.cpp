#include "integrations/sdk/local_call.h"

#include "async/promise.h"
#include "encoding/timestamp.h"
#include "json/write.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace weft::integrations::sdk {
namespace {

// AWS API Reference, Step Functions: members that take a structure, a list, a number or a boolean.
// All others are texts.
constexpr std::array<std::string_view, 13> structured = {"context",
                                                         "encryptionConfiguration",
                                                         "includeExecutionData",
                                                         "loggingConfiguration",
                                                         "maxConcurrency",
                                                         "maxResults",
                                                         "mock",
                                                         "publish",
                                                         "revealSecrets",
                                                         "reverseOrder",
                                                         "routingConfiguration",
                                                         "stateConfiguration",
                                                         "tags"};
// Maps of the caller's own names.
constexpr std::string_view variable_references = "variableReferences";
constexpr std::array<std::string_view, 6> times = {"creationDate", "redriveDate", "startDate",
                                                   "stopDate",     "timestamp",   "updateDate"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

enum class Case : std::uint8_t { Camel, Pascal };

std::string spelled(std::string_view name, Case into)
{
    std::string out(name);
    if (out.empty()) return out;
    const char from = into == Case::Pascal ? 'a' : 'A';
    const char to = into == Case::Pascal ? 'A' : 'a';
    if (out[0] >= from && out[0] <= from + ('z' - 'a'))
        out[0] = static_cast<char>(out[0] - from + to);
    return out;
}

json::Value respelled(const json::Value& value, Case into)
{
    if (value.is_array()) {
        std::vector<json::Value> items;
        items.reserve(value.size());
        for (const json::Value& item : value.items()) items.push_back(respelled(item, into));
        return json::Value::array(std::move(items));
    }
    if (!value.is_object()) return value;
    std::vector<json::Member> members;
    members.reserve(value.size());
    for (const json::Member& member : value.members()) {
        const std::string_view name = member.key.view();
        if (member.value.is_null()) continue;
        if (into == Case::Pascal && member.value.is_number() && holds(times, name))
            members.push_back(
                {spelled(name, into),
                 encoding::format_timestamp(Timestamp(Milliseconds(
                     static_cast<std::int64_t>(member.value.as_double() * 1000.0 + 0.5))))});
        else if (name == variable_references)
            members.push_back({spelled(name, into), member.value});
        else
            members.push_back({spelled(name, into), respelled(member.value, into)});
    }
    return json::Value::object(std::move(members));
}

// AWS: a document where the API takes a text is its JSON.
json::Value request_of(const json::Value& parameters)
{
    if (!parameters.is_object()) return json::Value::object();
    std::vector<json::Member> members;
    members.reserve(parameters.size());
    for (const json::Member& member : parameters.members()) {
        std::string name = spelled(member.key.view(), Case::Camel);
        if (member.value.is_null()) continue;
        if (member.value.is_string() || holds(structured, name))
            members.push_back({name, respelled(member.value, Case::Camel)});
        else
            members.push_back({name, json::write(member.value)});
    }
    return json::Value::object(std::move(members));
}

// `startExecution` of arn:aws:states:::aws-sdk:sfn:startExecution, with or without a pattern.
std::string operation_of(std::string_view resource)
{
    std::string_view action = resource.substr(resource.rfind(':') + 1);
    action = action.substr(0, action.find('.'));
    return spelled(action, Case::Pascal);
}

}  // namespace

async::Task<Outcome> LocalCall::invoke(async::Loop& loop, Call call)
{
    using Answer = tl::expected<json::Value, ServiceError>;
    async::Promise<std::shared_ptr<Answer>> promise(loop);
    struct Leaving {
        std::function<void()> leave;
        bool gone = false;
    };
    auto leaving = std::make_shared<Leaving>();
    m_service.call(
        loop, operation_of(call.resource.view()), request_of(call.parameters),
        {call.region, call.account},
        [leaving](std::function<void()> leave) {
            if (leaving->gone) return leave();
            leaving->leave = std::move(leave);
        },
        [promise](Answer answer) mutable {
            promise.set(std::make_shared<Answer>(std::move(answer)));
        });
    // A poll for a task that is cancelled gives up its place, and so comes to its end.
    // Named: g++ 12 destroys a closure twice that stands within a co_await expression.
    Function<void()> leave = [leaving] {
        leaving->gone = true;
        if (leaving->leave) leaving->leave();
    };
    CO_TRY(const std::shared_ptr<Answer> answer, co_await promise.take_through(std::move(leave)));
    if (*answer) {
        Success success;
        success.output = respelled(**answer, Case::Pascal);
        co_return Outcome(std::move(success));
    }
    const ServiceError& error = answer->error();
    constexpr std::string_view suffix = "Exception";
    Failure failure;
    failure.error = fmt::format("{}.{}{}", m_prefix, error.type,
                                std::string_view(error.type).ends_with(suffix) ? "" : suffix);
    failure.cause = fmt::format("{} (Service: {}, Status Code: {}, Request ID: {})", error.message,
                                m_prefix, error.status, call.idempotency_key);
    co_return Outcome(std::move(failure));
}

}  // namespace weft::integrations::sdk
