// Layers: runtime journal catalog async asl json integrations
// The whole runtime in one process, on one loop, over a journal in memory: mailboxes, slices, the
// journal's batches and projections, answers. What is left out is HTTP and the disk.
#include "async/io_loop.h"
#include "async/pool.h"
#include "base/limits.h"
#include "bench/micro/pass_states.h"
#include "catalog/memory/memory_catalog.h"
#include "integrations/integration.h"
#include "journal/memory/memory_journal.h"
#include "runtime/runtime.h"
#include "json/parse.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft {
namespace {

constexpr int in_flight = 64;

class NoIntegrations final : public integrations::Table {
public:
    integrations::Integration* find(std::string_view) const override { return nullptr; }
};

class Ended final : public runtime::Observer {
public:
    std::uint64_t succeeded = 0;

    void on_events(const std::string&, const std::vector<history::Event>& events) override
    {
        for (const history::Event& event : events)
            succeeded += event.type == history::EventType::ExecutionSucceeded ? 1 : 0;
    }
};

[[noreturn]] void give_up(const Error& error)
{
    std::fprintf(stderr, "runtime_bench: %s\n", error.message.c_str());
    std::abort();
}

template <class T> T checked(Result<T> result)
{
    if (!result) give_up(result.error());
    return *std::move(result);
}

// A runtime of one loop. All that it holds is touched on the loop only.
class World {
public:
    World() : m_journal(journal_options(m_loop)) {}

    ~World()
    {
        m_loop.stop();
        m_loop.join();
    }

    std::string create(const std::string& definition, catalog::MachineType type)
    {
        std::promise<std::string> arn;
        m_loop.start();
        m_loop.post([&] {
            m_runtime.recover(m_loop, [&](Result<> recovered) {
                if (!recovered) give_up(recovered.error());
                runtime::CreateMachine machine;
                machine.name = "bench";
                machine.definition = definition;
                machine.role_arn = "arn:aws:iam::123456789012:role/bench";
                machine.type = type;
                m_runtime.create_machine(m_loop, std::move(machine),
                                         [&](Result<catalog::StateMachine> created) {
                                             arn.set_value(checked(std::move(created)).arn);
                                         });
            });
        });
        return arn.get_future().get();
    }

    // Runs `count` executions, `in_flight` at a time, each of which must succeed.
    void run(const std::string& arn, const json::Value& input, int count, bool sync)
    {
        std::promise<std::uint64_t> done;
        m_loop.post([&] {
            m_left = m_open = count;
            m_ended.succeeded = 0;
            m_done = &done;
            for (int i = 0; i < in_flight; ++i) next(arn, input, sync);
        });
        if (done.get_future().get() != static_cast<std::uint64_t>(count)) std::abort();
    }

private:
    static journal::MemoryOptions journal_options(async::IoLoop& loop)
    {
        journal::MemoryOptions options;
        options.flush = journal::MemoryOptions::Flush::Posted;
        options.post = [&loop](Function<void()> job) { loop.post(std::move(job)); };
        options.finished_max = 1'000;
        return options;
    }

    void next(const std::string& arn, const json::Value& input, bool sync)
    {
        if (m_left == 0) return;
        --m_left;
        runtime::StartRequest request{arn, {}, input, {}};
        if (sync) {
            m_runtime.start_sync(m_loop, std::move(request),
                                 [this, arn, input](Result<runtime::SyncReply> reply) {
                                     checked(std::move(reply));
                                     ended(arn, input, true);
                                 });
        } else {
            m_runtime.start(m_loop, std::move(request),
                            [this, arn, input](Result<runtime::StartReply> reply) {
                                checked(std::move(reply));
                                ended(arn, input, false);
                            });
        }
    }
    void ended(const std::string& arn, const json::Value& input, bool sync)
    {
        if (--m_open == 0) m_done->set_value(m_ended.succeeded);
        next(arn, input, sync);
    }

    async::IoLoop m_loop{"bench"};
    async::InlinePool m_pool;
    NoIntegrations m_integrations;
    Ended m_ended;
    journal::MemoryJournal m_journal;
    catalog::MemoryCatalog m_catalog;
    runtime::Runtime m_runtime{
        {{&m_loop}, m_journal, m_catalog, m_integrations, m_pool, m_pool, &m_ended, {}}, {}};
    std::promise<std::uint64_t>* m_done = nullptr;
    int m_left = 0;
    int m_open = 0;
};

void measure(benchmark::State& state, const std::string& definition, const json::Value& input,
             int count, bool sync)
{
    World world;
    const std::string arn = world.create(definition, sync ? catalog::MachineType::Express
                                                          : catalog::MachineType::Standard);
    for (auto _ : state) world.run(arn, input, count, sync);
    state.counters["executions/s"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * count, benchmark::Counter::kIsRate);
}

void standard_ten_passes(benchmark::State& state)
{
    measure(state, pass_states(10), *json::parse(R"({"question":"what does it cost?"})"), 20'000,
            false);
}
BENCHMARK(standard_ten_passes)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

void express_ten_passes(benchmark::State& state)
{
    measure(state, pass_states(10), *json::parse(R"({"question":"what does it cost?"})"), 20'000,
            true);
}
BENCHMARK(express_ten_passes)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

void map_of_a_thousand(benchmark::State& state)
{
    std::vector<json::Value> items;
    for (int i = 0; i < 1'000; ++i) items.emplace_back(std::int64_t{i});
    const json::Value input =
        json::Value::object({{"items", json::Value::array(std::move(items))}});
    measure(state,
            R"({"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","End":true,
                "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}})",
            input, 100, true);
}
BENCHMARK(map_of_a_thousand)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace weft

BENCHMARK_MAIN();
