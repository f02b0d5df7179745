#include "server/execution_counts.h"

#include <fmt/format.h>

namespace weft::server {

namespace {

using history::EventType;

// AWS API: an Express execution's ARN has `express` where a Standard one's has `execution`.
std::size_t type_of(std::string_view execution_arn)
{
    return execution_arn.find(":express:") != std::string_view::npos ? 1 : 0;
}

}  // namespace

void ExecutionCounts::on_events(const std::string& execution_arn,
                                const std::vector<history::Event>& events)
{
    m_events.add(events.size());
    std::uint64_t states = 0;
    const auto end = [&](End how) {
        m_types[type_of(execution_arn)].ended[static_cast<std::size_t>(how)].add();
    };
    const auto call = [&](const history::Event& event, Outcome outcome) {
        if (const auto* good = std::get_if<history::Boxed<history::TaskResult>>(&event.details))
            count_call((*good)->resource_type.view(), (*good)->resource.view(), outcome);
        else if (const auto* bad =
                     std::get_if<history::Boxed<history::TaskFailure>>(&event.details))
            count_call((*bad)->resource_type.view(), (*bad)->resource.view(), outcome);
    };
    for (const history::Event& event : events) {
        switch (event.type) {
        case EventType::ExecutionStarted: m_types[type_of(execution_arn)].started.add(); break;
        case EventType::ExecutionRedriven: m_redriven.add(); break;
        case EventType::ExecutionSucceeded: end(End::Succeeded); break;
        case EventType::ExecutionFailed: end(End::Failed); break;
        case EventType::ExecutionAborted: end(End::Aborted); break;
        case EventType::ExecutionTimedOut: end(End::TimedOut); break;
        case EventType::PassStateEntered:
        case EventType::TaskStateEntered:
        case EventType::ChoiceStateEntered:
        case EventType::WaitStateEntered:
        case EventType::SucceedStateEntered:
        case EventType::FailStateEntered:
        case EventType::ParallelStateEntered:
        case EventType::MapStateEntered: ++states; break;
        case EventType::TaskSucceeded:
        case EventType::LambdaFunctionSucceeded:
        case EventType::ActivitySucceeded: call(event, Outcome::Succeeded); break;
        case EventType::TaskFailed:
        case EventType::TaskStartFailed:
        case EventType::TaskSubmitFailed:
        case EventType::LambdaFunctionFailed:
        case EventType::LambdaFunctionStartFailed:
        case EventType::ActivityFailed: call(event, Outcome::Failed); break;
        case EventType::TaskTimedOut:
        case EventType::LambdaFunctionTimedOut:
        case EventType::ActivityTimedOut: call(event, Outcome::TimedOut); break;
        case EventType::RetryScheduled: m_retries.add(); break;
        default: break;
        }
    }
    if (states > 0) m_states.add(states);
}

void ExecutionCounts::count_call(std::string_view service, std::string_view action, Outcome outcome)
{
    const std::string resource = fmt::format("{}:{}", service, action);
    Calls& calls = m_calls[observability::stripe()];
    const std::lock_guard lock(calls.mutex);
    auto found = calls.by_resource.find(resource);
    if (found == calls.by_resource.end()) {
        const bool room = calls.by_resource.size() < resources_max;
        found = calls.by_resource.try_emplace(room ? resource : "other").first;
    }
    ++found->second[static_cast<std::size_t>(outcome)];
}

void ExecutionCounts::each_call(
    const std::function<void(std::string_view, std::size_t, std::uint64_t)>& see) const
{
    std::map<std::string, Outcomes> all;
    for (const Calls& calls : m_calls) {
        const std::lock_guard lock(calls.mutex);
        for (const auto& [resource, outcomes] : calls.by_resource)
            for (std::size_t i = 0; i < outcomes.size(); ++i) all[resource][i] += outcomes[i];
    }
    for (const auto& [resource, outcomes] : all)
        for (std::size_t i = 0; i < outcomes.size(); ++i) see(resource, i, outcomes[i]);
}

}  // namespace weft::server
