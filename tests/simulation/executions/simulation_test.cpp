// Random machines under the real runtime in simulated time, with crashes at flush boundaries,
// refused writes and late answers. What docs/trust.md promises is checked on every acknowledged
// execution; faults planted on purpose must be found.

#include "engine/checkpoint.h"
#include "engine/engine.h"
#include "history/event_table.h"
#include "observability/log.h"
#include "tests/simulation/executions/planted.h"
#include "tests/support/random_machine.h"
#include "tests/support/runtime_world.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

using namespace weft;
using test::Planted;
using test::RuntimeWorld;

namespace {

struct Call {
    std::string execution_arn;
    std::string key;
    bool resent = false;
};

// Answers by the dice: success, an error worth a retry, another one, or later than the state's
// timeout.
class DiceIntegration final : public integrations::Integration {
public:
    explicit DiceIntegration(std::uint64_t seed) : m_entropy(seed) {}
    std::string permit_key(const integrations::Call&) const override { return "dice"; }
    std::uint32_t permits_max(std::string_view) const override { return 3; }
    async::Task<integrations::Outcome> invoke(async::Loop& loop, integrations::Call call) override
    {
        calls.push_back(
            {std::string(call.execution_arn.view()), call.idempotency_key, call.resent});
        if (on_call) on_call(calls.back());
        const std::uint64_t die = m_entropy.next() % 10;
        const Timestamp until =
            loop.now() +
            Milliseconds(static_cast<std::int64_t>(m_entropy.next() % (die == 0 ? 60'000 : 3'000)));
        CO_CHECK(co_await async::sleep_until(loop, until));
        if (die < 6)
            co_return integrations::Outcome(
                integrations::Success{json::Value(static_cast<std::int64_t>(die)), {}});
        if (die < 9)
            co_return integrations::Outcome(integrations::Failure{"Flaky", "the dice said so"});
        co_return integrations::Outcome(integrations::Failure{"Broken", "the dice said so"});
    }

    std::vector<Call> calls;
    std::function<void(const Call&)> on_call;

private:
    Entropy m_entropy;
};

struct Coverage {
    std::map<std::string, int> states;
    std::map<std::string, int> events;
    std::uint64_t executions = 0;
    std::uint64_t crashes_after_flush = 0;
    std::uint64_t crashes_within_group = 0;
    std::uint64_t resent = 0;
};

// One seed's world. Returns what is wrong, empty when all holds.
class Simulation {
public:
    Simulation(std::uint64_t seed, Planted fault)
        : m_dice(seed * 7 + 1), m_integration(seed * 13 + 5), m_machines(seed * 31 + 7),
          m_world(seed, 2, faults(fault)), m_fault(fault)
    {
        // A history with that fault is not folded again: the interpreter would stop at it.
        if (fault == Planted::RepeatResult) {
            m_world.runtime_options.keep_waiting_below = Milliseconds::max();
            m_world.crash();
        }
    }

    std::string run(Coverage& coverage)
    {
        m_integration.on_call = [this](const Call& call) { check_call(call); };
        std::vector<std::string> arns;
        for (int i = 0; i < 3; ++i) {
            const std::string definition = m_machines.definition();
            const Result<std::string> machine = create(fmt::format("m{}", i), definition);
            if (!machine)
                return "a drawn machine was refused: " + machine.error().message + "\n" +
                       definition;
            for (int k = 0; k < 2; ++k) start(*machine);
        }
        int crashes = m_fault == Planted::RepeatResult ? 0 : static_cast<int>(m_dice.next() % 6);
        std::uint64_t steps = 0;
        while (m_problem.empty()) {
            if (++steps > 2'000'000) return "the world never comes to rest";
            const bool worked = m_world.world.step();
            if (m_world.journal->pending() > 0 && (!worked || m_dice.next() % 4 == 0)) {
                // Any number of writes may be what a flush took along.
                const std::size_t some = 1 + m_dice.next() % 3;
                m_world.journal->flush(some);
                if (crashes > 0 && m_dice.next() % 8 == 0) {
                    --crashes;
                    (m_world.journal->pending() > 0 ? coverage.crashes_within_group
                                                    : coverage.crashes_after_flush) += 1;
                    m_world.crash();
                }
                continue;
            }
            if (worked) continue;
            if (all_ended()) break;
            if (!m_world.world.advance_to_next())
                return "nothing is left to do and an execution has not ended";
        }
        if (!m_problem.empty()) return m_problem;
        for (const auto& [type, count] : m_machines.drawn()) coverage.states[type] += count;
        for (const Call& call : m_integration.calls) coverage.resent += call.resent ? 1 : 0;
        for (const std::string& arn : m_acknowledged) {
            const std::string wrong = check_execution(arn, coverage);
            if (!wrong.empty()) return arn + ": " + wrong;
        }
        return check_keys();
    }

private:
    RuntimeWorld::Faults faults(Planted fault)
    {
        RuntimeWorld::Faults wanted;
        wanted.flush = journal::MemoryOptions::Flush::Manual;
        wanted.integration = &m_integration;
        if (fault != Planted::None)
            wanted.decorate = [fault](journal::Journal& target) {
                return test::plant(fault, target);
            };
        return wanted;
    }

    Result<std::string> create(const std::string& name, const std::string& definition)
    {
        runtime::CreateMachine request;
        request.name = name;
        request.definition = definition;
        request.role_arn = "r";
        const auto created =
            m_world.ask<catalog::StateMachine>([&](runtime::Callback<catalog::StateMachine> reply) {
                m_world.runtime->create_machine(m_world.home(), request, std::move(reply));
            });
        if (!created) return tl::unexpected(created.error());
        return created->arn;
    }

    void start(const std::string& machine)
    {
        m_world.home().post([this, machine] {
            runtime::StartRequest request{
                machine, {}, *json::parse(test::RandomMachine::input(m_dice)), {}};
            m_world.runtime->start(m_world.home(), request,
                                   [this](Result<runtime::StartReply> reply) {
                                       if (reply) m_acknowledged.push_back(reply->execution_arn);
                                   });
        });
    }

    // AWS shows the name after the last colon; the machine's ARN is the rest.
    std::optional<journal::IndexRow> row_of(const std::string& arn)
    {
        const std::size_t colon = arn.rfind(':');
        std::string machine = arn.substr(0, colon);
        machine.replace(machine.find(":execution:"), 11, ":stateMachine:");
        return *m_world.journal->find_by_name(machine, arn.substr(colon + 1));
    }

    bool all_ended()
    {
        for (const std::string& arn : m_acknowledged) {
            const auto row = row_of(arn);
            if (row && row->status == journal::RunStatus::Running) return false;
        }
        return m_world.journal->pending() == 0;
    }

    std::vector<history::Event> events_of(journal::StreamKey key)
    {
        std::vector<history::Event> events;
        const Result<std::vector<journal::Batch>> batches = m_world.journal->read(key, 0, SIZE_MAX);
        REQUIRE(batches);
        for (const journal::Batch& batch : *batches)
            events.insert(events.end(), batch.events.begin(), batch.events.end());
        return events;
    }

    // Nothing leaves before its intent is durable: at every moment at least as many …Started events
    // as calls not sent again.
    void check_call(const Call& call)
    {
        const auto row = row_of(call.execution_arn);
        if (!row) {
            m_problem = "a call left before its execution was durable";
            return;
        }
        std::size_t started = 0;
        for (const history::Event& event : events_of(row->key))
            started += event.type == history::EventType::TaskStarted ? 1 : 0;
        std::set<std::string> keys;
        for (const Call& made : m_integration.calls)
            if (made.execution_arn == call.execution_arn) keys.insert(made.key);
        if (keys.size() > started) m_problem = "a call left before its TaskStarted was durable";
    }

    std::string check_execution(const std::string& arn, Coverage& coverage)
    {
        const auto row = row_of(arn);
        if (!row) return "an acknowledged start is gone";
        ++coverage.executions;
        const std::vector<history::Event> events = events_of(row->key);
        history::EventId next = 1;
        int ends = 0;
        std::set<history::EventId> results;
        engine::Execution folded;
        for (const history::Event& event : events) {
            if (event.id != 0 && event.id != next++) return "public ids have a gap";
            if (event.previous >= next) return "an event names a cause that comes after it";
            coverage.events[std::string(history::event_row(event.type).name)] += 1;
            ends += event.type == history::EventType::ExecutionSucceeded ||
                            event.type == history::EventType::ExecutionFailed ||
                            event.type == history::EventType::ExecutionAborted ||
                            event.type == history::EventType::ExecutionTimedOut
                        ? 1
                        : 0;
            if (event.type == history::EventType::TaskSucceeded ||
                event.type == history::EventType::TaskFailed ||
                event.type == history::EventType::TaskTimedOut) {
                history::EventId scheduled = 0;
                if (const auto* result =
                        std::get_if<history::Boxed<history::TaskResult>>(&event.details))
                    scheduled = (*result)->scheduled;
                if (const auto* failure =
                        std::get_if<history::Boxed<history::TaskFailure>>(&event.details))
                    scheduled = (*failure)->scheduled;
                if (!results.insert(scheduled).second) return "a call has two results";
            }
        }
        if (ends != 1) return fmt::format("{} terminal events", ends);
        for (const history::Event& event : events) engine::evolve(folded, event);
        if (!folded.ended()) return "the fold of its history has not ended";
        const auto loaded = engine::load(engine::save(folded));
        if (!loaded || !(*loaded == folded)) return "a checkpoint is not the fold";
        return {};
    }

    // A call is made twice only when it was in doubt, and then with the same key.
    std::string check_keys()
    {
        std::set<std::string> seen;
        for (const Call& call : m_integration.calls)
            if (!seen.insert(call.key).second && !call.resent)
                return "a call was made twice without a crash between";
        return {};
    }

    Entropy m_dice;
    DiceIntegration m_integration;
    test::RandomMachine m_machines;
    RuntimeWorld m_world;
    Planted m_fault;
    std::vector<std::string> m_acknowledged;
    std::string m_problem;
};

// What a broken history makes the runtime say is not of interest here.
class Silence final : public observability::Sink {
public:
    Silence() { observability::set_sink(this); }
    ~Silence() override { observability::set_sink(nullptr); }
    void write(observability::Level, std::string_view) override {}
};

std::uint64_t seeds_wanted()
{
    const char* given = std::getenv("WEFT_SIMULATION_SEEDS");
    return given == nullptr ? 300 : std::strtoull(given, nullptr, 10);
}

}  // namespace

TEST_CASE("random machines keep every promise through crashes at flush boundaries")
{
    Coverage coverage;
    const char* only = std::getenv("WEFT_SIMULATION_SEED");
    const std::uint64_t first = only == nullptr ? 1 : std::strtoull(only, nullptr, 10);
    const std::uint64_t last = only == nullptr ? seeds_wanted() : first;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        Simulation simulation(seed, Planted::None);
        const std::string wrong = simulation.run(coverage);
        REQUIRE_MESSAGE(
            wrong.empty(),
            fmt::format("seed {} (WEFT_SIMULATION_SEED={} runs it alone): {}", seed, seed, wrong));
    }
    std::cout << fmt::format("simulation: {} executions, crashes {} after a flush and {} within "
                             "one, {} calls sent again\n",
                             coverage.executions, coverage.crashes_after_flush,
                             coverage.crashes_within_group, coverage.resent);
    for (const auto& [type, count] : coverage.states)
        std::cout << fmt::format("  drawn {:<10} {}\n", type, count);
    if (only == nullptr && last >= 100) {
        for (const char* type :
             {"Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"})
            CHECK_MESSAGE(coverage.states[type] > 0, type);
        for (const char* event : {"TaskTimedOut", "MapIterationAborted", "ParallelStateFailed",
                                  "ExecutionFailed", "ExecutionSucceeded"})
            CHECK_MESSAGE(coverage.events[event] > 0, event);
        CHECK(coverage.crashes_after_flush > 0);
        CHECK(coverage.crashes_within_group > 0);
        CHECK(coverage.resent > 0);
    }
}

TEST_CASE("faults planted on purpose are found")
{
    const Silence silence;
    const std::pair<Planted, const char*> planted[] = {
        {Planted::AcknowledgeEarly, "acknowledge before the flush"},
        {Planted::DropEvent, "drop an event"},
        {Planted::SkipId, "skip an id"},
        {Planted::LoseTimer, "lose a timer"},
        {Planted::RepeatResult, "accept a late reply"}};
    for (const auto& [fault, name] : planted) {
        std::uint64_t found_at = 0;
        Coverage coverage;
        for (std::uint64_t seed = 1; seed <= 200 && found_at == 0; ++seed) {
            Simulation simulation(seed, fault);
            if (!simulation.run(coverage).empty()) found_at = seed;
        }
        CHECK_MESSAGE(found_at != 0, name);
        std::cout << fmt::format("planted fault '{}' found by seed {}\n", name, found_at);
    }
}
