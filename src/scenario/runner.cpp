#include "scenario/runner.h"

#include "asl/compile.h"
#include "asl/render.h"
#include "async/pool.h"
#include "async/virtual_loop.h"
#include "base/suggest.h"
#include "catalog/memory/memory_catalog.h"
#include "integrations/tables.h"
#include "journal/memory/memory_journal.h"
#include "mocks/script.h"
#include "runtime/runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace weft::scenario {
namespace {

constexpr std::uint64_t jobs_max = 1'000'000'000;  // a bound of last resort
constexpr const char* role_arn = "arn:aws:iam::123456789012:role/r";

std::string_view status_name(journal::RunStatus status)
{
    switch (status) {
    case journal::RunStatus::Running: return "RUNNING";
    case journal::RunStatus::Succeeded: return "SUCCEEDED";
    case journal::RunStatus::Failed: return "FAILED";
    case journal::RunStatus::TimedOut: return "TIMED_OUT";
    case journal::RunStatus::Aborted: return "ABORTED";
    }
    return "RUNNING";
}

async::WorldOptions world_options(const Test& test)
{
    async::WorldOptions options;
    options.seed = test.seed;
    options.start = test.start;
    return options;
}

// All that one execution needs, on one simulated loop.
class World final : public runtime::Observer {
public:
    explicit World(const Test& test)
        : m_test(test), m_world(world_options(test)), m_loop(m_world.make_loop()),
          m_journal(journal_options(*m_loop)), m_table(std::make_shared<mocks::Script>(test.mocks)),
          m_runtime(std::make_unique<runtime::Runtime>(
              runtime::RuntimeParts{
                  {m_loop.get()}, m_journal, m_catalog, m_table, m_pool, m_pool, this, {}},
              runtime_options(test)))
    {
    }
    ~World() override
    {
        m_loop.reset();
        m_runtime.reset();
        m_journal.crash();  // nobody is left to hear of what is queued
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    void run(Outcome& outcome)
    {
        m_loop->post([this] {
            m_runtime->recover(*m_loop, [this](Result<> recovered) {
                if (!recovered) return end(tl::unexpected(std::move(recovered).error()));
                create();
            });
        });
        m_world.run_while_not([this] { return m_end || m_trace.events() > m_test.events_max; },
                              jobs_max);
        Observed& observed = outcome.observed;
        observed.trace = std::move(m_trace);
        observed.simulated_seconds =
            static_cast<double>((m_world.now() - m_test.start).count()) / 1000.0;
        if (!m_end) {
            observed.status = "RUNNING";
            observed.cause = why_running(observed.trace);
        } else if (!*m_end) {
            outcome.unusable = fmt::format("{}: {}", m_test.place, m_end->error().message);
        } else {
            runtime::ExecutionDescription& description = **m_end;
            observed.status = status_name(description.status);
            observed.output = std::move(description.output);
            observed.error = std::move(description.error);
            observed.cause = std::move(description.cause);
            if (description.stop)
                observed.simulated_seconds =
                    static_cast<double>((*description.stop - description.start).count()) / 1000.0;
        }
    }

    void on_events(const std::string&, const std::vector<history::Event>& events) override
    {
        for (const history::Event& event : events) m_trace.add(event);
    }

private:
    static journal::MemoryOptions journal_options(async::Loop& loop)
    {
        journal::MemoryOptions options;
        options.flush = journal::MemoryOptions::Flush::Posted;
        options.post = [&loop](Function<void()> job) { loop.post(std::move(job)); };
        options.secret = std::string(32, 's');
        return options;
    }
    static runtime::RuntimeOptions runtime_options(const Test& test)
    {
        runtime::RuntimeOptions options;
        options.limits = limits_for(test.limits);
        options.profile = test.limits;
        return options;
    }

    void create()
    {
        runtime::CreateMachine request;
        request.name = m_test.definition->machine;
        request.definition = m_test.definition->json;
        request.role_arn = role_arn;
        const bool express = m_test.type == asl::MachineType::Express;
        if (express) request.type = catalog::MachineType::Express;
        m_runtime->create_machine(*m_loop, std::move(request),
                                  [this, express](Result<catalog::StateMachine> machine) {
                                      if (!machine)
                                          return end(tl::unexpected(std::move(machine).error()));
                                      start(machine->arn, express);
                                  });
    }

    void start(const std::string& machine, bool express)
    {
        runtime::StartRequest request{machine, m_test.execution_name, m_test.input, {}};
        if (express) {
            m_runtime->start_sync(*m_loop, std::move(request),
                                  [this](Result<runtime::SyncReply> reply) {
                                      if (!reply)
                                          return end(tl::unexpected(std::move(reply).error()));
                                      end(std::move(reply->execution));
                                  });
            return;
        }
        m_runtime->start(*m_loop, std::move(request), [this](Result<runtime::StartReply> reply) {
            if (!reply) return end(tl::unexpected(std::move(reply).error()));
            m_runtime->wait(*m_loop, reply->execution_arn,
                            [this](Result<runtime::ExecutionDescription> description) {
                                end(std::move(description));
                            });
        });
    }

    void end(Result<runtime::ExecutionDescription> result) { m_end = std::move(result); }

    std::string why_running(const Trace& trace) const
    {
        const auto busiest = std::ranges::max_element(
            trace.entries(), {}, [](const auto& entry) { return entry.second; });
        if (trace.events() > m_test.events_max && busiest != trace.entries().end())
            return fmt::format("stopped after {} events: state '{}' was entered {} times, and the "
                               "execution goes on; a test may have more with events_max",
                               trace.events(), busiest->first, busiest->second);
        return "nothing is left that could happen, and the execution has not ended: it waits for "
               "an answer that nobody gives";
    }

    const Test& m_test;
    // Ended in reverse, but for the loop, which goes first.
    async::VirtualWorld m_world;
    std::unique_ptr<async::VirtualLoop> m_loop;
    async::InlinePool m_pool;
    journal::MemoryJournal m_journal;
    catalog::MemoryCatalog m_catalog;
    integrations::MockTable m_table;
    std::unique_ptr<runtime::Runtime> m_runtime;
    Trace m_trace;
    std::optional<Result<runtime::ExecutionDescription>> m_end;
};

// The names of states in an expected path.
void collect_names(const json::Value& path, std::vector<std::string_view>& names)
{
    for (const json::Value& visit : path.items()) {
        if (visit.is_string()) {
            names.push_back(visit.as_string());
            continue;
        }
        const json::Member& fork = visit.members().front();
        names.push_back(fork.key.view());
        if (const json::Value* each = fork.value.find("each")) collect_names(*each, names);
        if (fork.value.is_array())
            for (const json::Value& child : fork.value.items()) collect_names(child, names);
    }
}

// What is wrong with a name that should be a state's.
std::string unknown_state(const asl::Machine& machine, std::string_view name,
                          const std::string& place)
{
    if (machine.find(name) != nullptr) return {};
    std::vector<std::string_view> known;
    for (const asl::State& state : machine.states) known.push_back(state.name.view());
    return fmt::format("{}: the definition has no state '{}'{}", place, name,
                       did_you_mean(name, known));
}

bool is_resource(const asl::Machine& machine, std::string_view name)
{
    return std::ranges::any_of(machine.states, [&](const asl::State& state) {
        const auto* task = std::get_if<asl::Task>(&state.kind);
        return task != nullptr && task->resource.arn == name;
    });
}

}  // namespace

std::string Runner::check(const Test& test)
{
    const Definition& definition = *test.definition;
    if (!m_machine || m_definition != test.definition || m_type != test.type ||
        m_limits != test.limits) {
        const asl::NewerJsonata newer = test.limits == LimitsProfile::Aws
                                            ? asl::NewerJsonata::Refuse
                                            : asl::NewerJsonata::Accept;
        asl::Compiled compiled = asl::compile(
            definition.json, {.type = test.type, .newer_jsonata = newer, .with_positions = true});
        m_machine = std::move(compiled.machine);
        m_definition = test.definition;
        m_type = test.type;
        m_limits = test.limits;
        if (!m_machine) {
            std::string text = fmt::format("{} is not a valid state machine", definition.name);
            for (const asl::Finding& finding : compiled.findings)
                if (finding.severity == asl::Severity::Error)
                    text += "\n" + asl::render(finding, definition.written, definition.name);
            while (text.ends_with('\n')) text.pop_back();
            return text;
        }
    }
    // A mistyped name would make a test that tests nothing.
    for (const auto& [name, sequence] : test.mocks.sequences) {
        if (is_resource(*m_machine, name)) continue;
        if (std::string fault = unknown_state(*m_machine, name, sequence.place); !fault.empty())
            return fault;
    }
    for (const ExpectedCalls& calls : test.expect.calls)
        if (std::string fault = unknown_state(*m_machine, calls.state, calls.place); !fault.empty())
            return fault;
    if (!test.expect.path) return {};
    std::vector<std::string_view> names;
    collect_names(test.expect.path->value, names);
    for (const std::string_view name : names)
        if (std::string fault = unknown_state(*m_machine, name, test.expect.path->place);
            !fault.empty())
            return fault;
    return {};
}

Outcome Runner::run(const Test& test)
{
    Outcome outcome;
    outcome.unusable = check(test);
    if (!outcome.unusable.empty()) return outcome;
    World(test).run(outcome);
    if (outcome.unusable.empty()) outcome.mismatches = judge(test.expect, outcome.observed);
    return outcome;
}

}  // namespace weft::scenario
