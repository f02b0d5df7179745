#include "tests/support/recording.h"

#include "asl/compile.h"
#include "base/limits.h"
#include "base/meter.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <memory>
#include <utility>
#include <variant>

namespace weft::test {

namespace {

constexpr Timestamp begin{Milliseconds(1'700'000'000'000)};
constexpr std::uint64_t fuel = 1'000'000;

// Sends commands until the execution has ended, nothing more can happen, or there are enough
// events.
class Driver {
public:
    Driver(engine::Execution& execution, const asl::Machine& machine, Entropy& dice,
           std::vector<history::Event>& events, std::size_t events_max)
        : m_execution(execution), m_machine(machine), m_dice(dice), m_events(events),
          m_events_max(events_max), m_now(std::max(begin, execution.last_time()))
    {
    }

    void run(engine::Command first)
    {
        send(std::move(first));
        // A bound of its own: not every command leads to an event.
        for (std::size_t i = 0; i < 4 * m_events_max; ++i) {
            if (m_events.size() >= m_events_max) return;
            if (m_execution.ended()) {
                if (m_execution.status() == engine::Status::Succeeded || m_redrives == 0) return;
                --m_redrives;
                m_commands.clear();
                send(engine::Redrive{});
                continue;
            }
            if (m_dice.next() % 100 == 0) m_commands.emplace_front(engine::Stop{});
            if (!m_commands.empty()) {
                engine::Command command = std::move(m_commands.front());
                m_commands.pop_front();
                send(std::move(command));
            } else if (m_execution.next_due() != timestamp_max) {
                m_now = std::max(m_now, m_execution.next_due());
                send(engine::TimersDue{});
            } else {
                return;
            }
        }
    }

private:
    void send(engine::Command command)
    {
        static const Limits limits;
        StepMeter meter(fuel);
        const engine::Turn turn{m_machine, m_now,  m_dice,
                                meter,     limits, {.events_max = 20, .bytes_max = 1U << 20}};
        engine::Slice slice = engine::run_slice(m_execution, std::move(command), turn);
        std::move(slice.events.begin(), slice.events.end(), std::back_inserter(m_events));
        for (engine::Action& action : slice.actions) {
            if (const auto* permit = std::get_if<engine::AcquirePermit>(&action))
                m_commands.emplace_back(engine::PermitGranted{permit->call.scheduled});
            else if (const auto* dispatch = std::get_if<engine::Dispatch>(&action))
                answer(*dispatch);
        }
        if (slice.end == engine::SliceEnd::Budget) m_commands.emplace_back(engine::Continue{});
    }

    void answer(const engine::Dispatch& dispatch)
    {
        const std::uint64_t die = m_dice.next() % 10;
        if (die < 6)
            m_commands.emplace_back(engine::CallSucceeded{
                dispatch.call.scheduled, dispatch.dispatch, dispatch.call.parameters, {}});
        else if (die < 9)
            m_commands.emplace_back(engine::CallFailed{dispatch.call.scheduled, dispatch.dispatch,
                                                       json::String("Flaky"),
                                                       json::String("the dice said so")});
        // else: no answer, until its timeout
    }

    engine::Execution& m_execution;
    const asl::Machine& m_machine;
    Entropy& m_dice;
    std::vector<history::Event>& m_events;
    std::size_t m_events_max;
    Timestamp m_now;
    int m_redrives = 3;
    std::deque<engine::Command> m_commands;
};

}  // namespace

Recording record(std::string_view definition, const json::Value& input, Entropy& dice,
                 std::size_t events_max)
{
    Recording recording;
    recording.machine = asl::compile(definition).machine;
    if (!recording.machine) return recording;
    history::ExecutionStarted started;
    started.input = input;
    started.role_arn = "arn:aws:iam::123456789012:role/r";
    started.key = 1;
    started.execution_arn = "arn:aws:states:us-east-1:123456789012:execution:m:e";
    started.name = "e";
    started.machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    started.machine_name = "m";
    started.deadline = begin + Seconds(31'536'000);
    engine::Execution execution;
    Driver(execution, *recording.machine, dice, recording.events, events_max)
        .run(engine::Start{std::make_shared<const history::ExecutionStarted>(std::move(started))});
    return recording;
}

std::size_t run_on(engine::Execution& execution, const asl::Machine& machine, Entropy& dice,
                   std::size_t events_max)
{
    std::vector<history::Event> events;
    Driver(execution, machine, dice, events, events_max).run(engine::Recovered{});
    return events.size();
}

}  // namespace weft::test
