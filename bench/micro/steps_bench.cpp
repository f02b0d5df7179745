// Durable steps in one process, HTTP left out: executions of ten Tasks over SQLite, many at a time,
// whose worker answers at once. `bench/run` holds their rate against the bare group-commit
// loop (bench/peers/group_commit) with as many appenders as there were writes in a group here.
#include "async/io_loop.h"
#include "async/pool.h"
#include "catalog/memory/memory_catalog.h"
#include "integrations/integration.h"
#include "journal/sqlite/sqlite_journal.h"
#include "runtime/runtime.h"
#include "storage/database.h"
#include "json/parse.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <stdlib.h>

namespace weft {
namespace {

constexpr int tasks = 10;
constexpr int polls_max = 1'000;  // AWS: of one activity at one time
constexpr int executions = 4'000;
constexpr const char* activity = "arn:aws:states:us-east-1:123456789012:activity:bench";

[[noreturn]] void give_up(const Error& error)
{
    std::fprintf(stderr, "steps_bench: %s\n", error.message.c_str());
    std::abort();
}

template <class T> T checked(Result<T> result)
{
    if (!result) give_up(result.error());
    return *std::move(result);
}

void check(const Result<>& result)
{
    if (!result) give_up(result.error());
}

class Instant final : public integrations::Integration {
public:
    std::string permit_key(const integrations::Call&) const override { return {}; }
    std::uint32_t permits_max(std::string_view) const override { return UINT32_MAX; }
    async::Task<integrations::Outcome> invoke(async::Loop&, integrations::Call call) override
    {
        integrations::Outcome outcome = integrations::Success{std::move(call.parameters), {}};
        co_return outcome;
    }
};

// Activities have none: their tasks wait for workers.
class InstantTable final : public integrations::Table {
public:
    integrations::Integration* find(std::string_view resource) const override
    {
        return resource.find(":activity:") == std::string_view::npos ? &m_instant : nullptr;
    }

private:
    mutable Instant m_instant;
};

std::string task_states(const std::string& resource)
{
    std::string states;
    for (int i = 0; i < tasks; ++i) {
        const std::string next =
            i + 1 < tasks ? "\"Next\":\"T" + std::to_string(i + 1) + "\"" : "\"End\":true";
        states += (i > 0 ? ",\"T" : "\"T") + std::to_string(i) +
                  R"(":{"Type":"Task","Resource":")" + resource + "\"," + next + "}";
    }
    return R"({"StartAt":"T0","States":{)" + states + "}}";
}

// A new folder on the disk that is measured: of WEFT_BENCH_FOLDER, else of the working directory.
class Folder {
public:
    Folder()
    {
        const char* parent = std::getenv("WEFT_BENCH_FOLDER");
        m_path = std::string(parent != nullptr ? parent : ".") + "/steps-XXXXXX";
        if (mkdtemp(m_path.data()) == nullptr)
            give_up({ErrorCode::Io, "cannot make " + m_path, {}});
    }
    ~Folder() { std::filesystem::remove_all(m_path); }
    const std::string& path() const { return m_path; }

private:
    std::string m_path;
};

// The runtime as `weft serve` puts it together, and what drives it: each execution that ended
// durably makes room for the next.
class World final : public runtime::Observer {
public:
    explicit World(const std::string& resource)
        : m_database(checked(storage::Database::open(m_folder.path()))),
          m_journal(checked(journal::SqliteJournal::open(*m_database)))
    {
        for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
            m_loops.push_back(std::make_unique<async::IoLoop>("bench"));
        std::vector<async::Loop*> loops;
        for (const auto& loop : m_loops) loops.push_back(loop.get());
        m_runtime = std::make_unique<runtime::Runtime>(
            runtime::RuntimeParts{loops, *m_journal, m_catalog, m_table, m_blocking, m_blocking,
                                  this, give_up},
            runtime::RuntimeOptions());
        for (const auto& loop : m_loops) loop->start();
        check(ask<void>([this](async::Loop& home, runtime::Callback<void> done) {
            m_runtime->recover(home, std::move(done));
        }));
        runtime::CreateMachine machine;
        machine.name = "bench";
        machine.definition = task_states(resource);
        machine.role_arn = "arn:aws:iam::123456789012:role/bench";
        m_machine =
            checked(ask<catalog::StateMachine>([&](async::Loop& home,
                                                   runtime::Callback<catalog::StateMachine> done) {
                m_runtime->create_machine(home, machine, std::move(done));
            })).arn;
        runtime::CreateActivity wanted;
        wanted.name = "bench";
        checked(ask<catalog::Activity>(
            [&](async::Loop& home, runtime::Callback<catalog::Activity> done) {
                m_runtime->create_activity(home, wanted, std::move(done));
            }));
    }
    ~World() override
    {
        m_ends = true;
        (void)ask<void>([this](async::Loop& home, runtime::Callback<void> done) {
            m_runtime->shut_down(home, std::move(done));
        });
        m_journal->close();
        for (const auto& loop : m_loops) loop->stop();
        for (const auto& loop : m_loops) loop->join();
    }

    // Pollers that complete what they get at once, over all loops.
    void begin_polls(int count)
    {
        for (int i = 0; i < count; ++i) {
            async::Loop& home = loop_of(i);
            home.post([this, &home] { poll(home); });
        }
    }
    void run(int count, int in_flight)
    {
        m_left = count;
        m_open = count;
        for (int i = 0; i < std::min(in_flight, count); ++i) start_next(loop_of(i));
        m_done.acquire();
    }
    storage::CommitterStats stats() const { return m_database->stats(); }

    void on_events(const std::string&, const std::vector<history::Event>&) override {}
    bool wants_durable() const override { return true; }
    void on_durable(const std::string&, const journal::Redrives&,
                    std::vector<history::Event> events) override
    {
        if (events.back().type != history::EventType::ExecutionSucceeded) return;
        if (m_open.fetch_sub(1) == 1) return m_done.release();
        start_next(loop_of(static_cast<int>(m_turn.fetch_add(1))));
    }

private:
    async::Loop& loop_of(int number)
    {
        return *m_loops[static_cast<std::size_t>(number) % m_loops.size()];
    }
    template <class T, class Operation> Result<T> ask(Operation operation)
    {
        std::promise<Result<T>> answer;
        async::Loop& home = *m_loops.front();
        home.post([&] {
            operation(home, [&answer](Result<T> result) { answer.set_value(std::move(result)); });
        });
        return answer.get_future().get();
    }
    void start_next(async::Loop& home)
    {
        if (m_left.fetch_sub(1) <= 0) return;
        home.post([this, &home] {
            m_runtime->start(home, {m_machine, {}, m_input, {}},
                             [](Result<runtime::StartReply> reply) { checked(std::move(reply)); });
        });
    }
    void poll(async::Loop& home)
    {
        m_runtime->get_activity_task(
            home, {activity, "bench"}, {},
            [this, &home](Result<std::optional<runtime::ActivityTask>> found) {
                if (m_ends) return true;  // no more polls are taken
                std::optional<runtime::ActivityTask> task = checked(std::move(found));
                if (!task) return true;
                runtime::TaskAnswer answer;
                answer.token = task->token;
                answer.output = std::move(task->input);
                m_runtime->answer_task(home, std::move(answer), [this, &home](Result<> done) {
                    check(done);
                    poll(home);
                });
                return true;
            });
    }

    Folder m_folder;
    std::unique_ptr<storage::Database> m_database;
    std::unique_ptr<journal::SqliteJournal> m_journal;
    catalog::MemoryCatalog m_catalog;
    InstantTable m_table;
    // Ended in reverse: the runtime uses the loops.
    std::vector<std::unique_ptr<async::IoLoop>> m_loops;
    async::ThreadPool m_blocking{4, "blocking"};
    std::unique_ptr<runtime::Runtime> m_runtime;
    std::string m_machine;
    json::Value m_input = *json::parse(R"({"n":17})");
    std::binary_semaphore m_done{0};
    std::atomic<int> m_left{0};
    std::atomic<int> m_open{0};
    std::atomic<unsigned> m_turn{0};
    std::atomic<bool> m_ends{false};
};

void measure(benchmark::State& state, const std::string& resource, int in_flight, int polls)
{
    World world(resource);
    world.begin_polls(polls);
    world.run(in_flight, in_flight);
    const storage::CommitterStats before = world.stats();
    for (auto _ : state) world.run(executions, in_flight);
    const storage::CommitterStats after = world.stats();
    state.counters["steps/s"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * executions * tasks, benchmark::Counter::kIsRate);
    const auto writes = static_cast<double>(after.writes - before.writes);
    state.counters["writes/s"] = benchmark::Counter(writes, benchmark::Counter::kIsRate);
    state.counters["writes a commit"] = writes / static_cast<double>(after.groups - before.groups);
}

// The answer of an integration of our own.
void instant_tasks(benchmark::State& state)
{
    measure(state, "arn:aws:states:::bedrock:invokeModel", 1'000, 0);
}
BENCHMARK(instant_tasks)->Unit(benchmark::kMillisecond)->UseRealTime();

// An activity's worker, by the operations that HTTP leads to: a poller for each execution that has
// its task, and one that waits.
void instant_activity(benchmark::State& state)
{
    measure(state, activity, polls_max / 2, polls_max);
}
BENCHMARK(instant_activity)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace weft

BENCHMARK_MAIN();
