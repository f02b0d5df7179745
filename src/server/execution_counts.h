#pragma once

#include "observability/metrics.h"
#include "runtime/runtime.h"
#include "server/execution_log.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::server {

// Counts what executions do, by the events they make. Events count as they are decided: what the
// disk then refuses is decided, and counted, again.
class ExecutionCounts final : public runtime::Observer {
public:
    enum class End : std::uint8_t { Succeeded, Failed, Aborted, TimedOut };
    enum class Outcome : std::uint8_t { Succeeded, Failed, TimedOut };
    static constexpr std::array end_names = {"succeeded", "failed", "aborted", "timed_out"};
    static constexpr std::array outcome_names = {"succeeded", "failed", "timed_out"};
    static constexpr std::array type_names = {"standard", "express"};

    void on_events(const std::string& execution_arn,
                   const std::vector<history::Event>& events) override;
    bool wants_durable() const override { return m_log != nullptr; }
    void on_durable(const std::string& execution_arn, const journal::Redrives& before,
                    std::vector<history::Event> events) override
    {
        m_log->put(execution_arn, before, std::move(events));
    }

    // Hands durable events on; before any comes. Must outlive whoever makes them.
    void hand_on_to(ExecutionLog* log) { m_log = log; }
    // Null: no records are written.
    const ExecutionLog* records() const { return m_log; }

    struct OfType {
        observability::Counter started;
        std::array<observability::Counter, end_names.size()> ended;
    };
    const OfType& of_type(std::size_t type) const { return m_types[type]; }
    std::uint64_t events() const { return m_events.value(); }
    std::uint64_t states() const { return m_states.value(); }
    std::uint64_t redriven() const { return m_redriven.value(); }
    std::uint64_t retries() const { return m_retries.value(); }
    // Calls that ended, by resource ("bedrock:invokeModel") and outcome. At most so many resources
    // are told apart; the rest is "other".
    static constexpr std::size_t resources_max = 200;
    void each_call(const std::function<void(std::string_view resource, std::size_t outcome,
                                            std::uint64_t calls)>& see) const;

private:
    ExecutionLog* m_log = nullptr;

    void count_call(std::string_view service, std::string_view action, Outcome outcome);

    std::array<OfType, type_names.size()> m_types;
    observability::Counter m_events;
    observability::Counter m_states;
    observability::Counter m_redriven;
    observability::Counter m_retries;

    using Outcomes = std::array<std::uint64_t, outcome_names.size()>;
    struct alignas(64) Calls {
        mutable std::mutex mutex;  // met by the few threads of a stripe only
        std::map<std::string, Outcomes, std::less<>> by_resource;
    };
    std::array<Calls, observability::stripes> m_calls;
};

}  // namespace weft::server
