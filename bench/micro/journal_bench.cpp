// Layers: journal journal/sqlite
// What the journal costs: encoding and reading a batch of ten Pass states, and appends to SQLite by
// how many are in flight.

#include "journal/batch_codec.h"
#include "journal/memory/memory_journal.h"
#include "journal/sqlite/sqlite_journal.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

namespace {

using namespace weft;
using namespace weft::history;
using namespace weft::journal;

struct NoRows final : ValueRows {
    Result<std::string> row(const ValueHash&) override
    {
        return fail(ErrorCode::Corrupt, "a value row is missing");
    }
};

// 22 events: started, ten times entered and exited, succeeded.
std::vector<Event> ten_passes(const std::string& name, StreamKey key)
{
    const json::Value input =
        json::Value::object({{"orderId", "A-12345"}, {"amount", 42}, {"vip", true}});
    std::vector<Event> events;
    const auto add = [&](EventType type, Details details) {
        Event event;
        event.id = static_cast<EventId>(events.size() + 1);
        event.previous = event.id - 1;
        event.time = Timestamp(Milliseconds(1'700'000'000'000));
        event.type = type;
        event.details = std::move(details);
        events.push_back(std::move(event));
    };
    ExecutionStarted started;
    started.input = input;
    started.role_arn = "arn:aws:iam::123456789012:role/StepFunctions";
    started.key = key;
    started.execution_arn = "arn:aws:states:us-east-1:123456789012:execution:ten-passes:" + name;
    started.name = name;
    started.machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:ten-passes";
    started.machine_name = "ten-passes";
    started.revision_hash = std::string(64, 'a');
    add(EventType::ExecutionStarted, std::make_shared<const ExecutionStarted>(std::move(started)));
    for (int i = 0; i < 10; ++i) {
        const json::String state("State" + std::to_string(i));
        add(EventType::PassStateEntered, StateEntered{state, input});
        add(EventType::PassStateExited,
            StateExited{state,
                        input,
                        {},
                        i < 9 ? json::String("State" + std::to_string(i + 1)) : json::String()});
    }
    add(EventType::ExecutionSucceeded, ExecutionSucceeded{input});
    return events;
}

Append one_slice(StreamKey key, const std::vector<Event>& events)
{
    Append append;
    append.create = IndexRow{};
    append.create->key = key;
    append.create->machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:ten-passes";
    append.create->name = "6f1e9c0a-91c5-4c11-8d9e-" +
                          std::to_string(100'000'000'000 + key * 7'919 % 900'000'000'000);
    append.create->status = RunStatus::Succeeded;
    append.create->start = Timestamp(Milliseconds(1'700'000'000'000));
    append.create->stop = append.create->start;
    append.create->revision_hash = std::string(64, 'a');
    append.batch.key = key;
    append.batch.first_public = 1;
    append.batch.public_count = static_cast<std::uint32_t>(events.size());
    append.batch.events = events;
    return append;
}

void encode_ten_passes(benchmark::State& state)
{
    Batch batch;
    batch.key = 12'345;
    batch.first_public = 1;
    batch.events = ten_passes("6f1e9c0a-91c5-4c11-8d9e-0123456789ab", 12'345);
    batch.public_count = 22;
    BatchEncoder encoder;
    EncodedBatch encoded;
    for (auto _ : state) {
        benchmark::DoNotOptimize(encoder.encode(batch, encoded).has_value());
    }
    state.counters["bytes"] = static_cast<double>(encoded.bytes.size());
}
BENCHMARK(encode_ten_passes);

void decode_ten_passes(benchmark::State& state)
{
    Batch batch;
    batch.key = 12'345;
    batch.first_public = 1;
    batch.events = ten_passes("6f1e9c0a-91c5-4c11-8d9e-0123456789ab", 12'345);
    batch.public_count = 22;
    BatchEncoder encoder;
    EncodedBatch encoded;
    if (!encoder.encode(batch, encoded)) return;
    NoRows rows;
    for (auto _ : state) {
        BatchDecoder decoder(rows);
        benchmark::DoNotOptimize(decoder.decode(batch.key, 0, encoded.bytes));
    }
}
BENCHMARK(decode_ten_passes);

// Waits while more than `max` writes are under way.
class Window {
public:
    explicit Window(int max) : m_max(max) {}
    void enter()
    {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock, [this] { return m_inside < m_max; });
        ++m_inside;
    }
    void leave()
    {
        const std::unique_lock lock(m_mutex);
        --m_inside;
        m_room.notify_one();
    }
    void drain()
    {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock, [this] { return m_inside == 0; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_room;
    int m_inside = 0;
    const int m_max;
};

// Whole executions, one append each, `range(0)` in flight; `range(1)` executions are there before.
void append_to_sqlite(benchmark::State& state)
{
    std::string folder = (std::filesystem::temp_directory_path() / "weft-bench-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) return state.SkipWithError("no folder");
    {
        auto database = *storage::Database::open(folder);
        auto store = *SqliteJournal::open(*database);
        const auto events = ten_passes("6f1e9c0a-91c5-4c11-8d9e-0123456789ab", 1);
        const auto run = [&](std::int64_t count, int in_flight) {
            Window window(in_flight);
            for (std::int64_t i = 0; i < count; ++i) {
                window.enter();
                store->append(one_slice(store->next_key(), events), [&](Result<> result) {
                    if (!result) std::abort();
                    window.leave();
                });
            }
            window.drain();
        };
        run(state.range(1), 4'096);
        rusage before{};
        getrusage(RUSAGE_SELF, &before);
        const auto stats_before = database->stats();
        constexpr std::int64_t each = 20'000;
        for (auto _ : state) run(each, static_cast<int>(state.range(0)));
        rusage after{};
        getrusage(RUSAGE_SELF, &after);
        const auto stats = database->stats();
        const auto seconds = [](const timeval& time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
        };
        const double cpu = seconds(after.ru_utime) + seconds(after.ru_stime) -
                           seconds(before.ru_utime) - seconds(before.ru_stime);
        const auto count = static_cast<double>(state.iterations() * each);
        state.SetItemsProcessed(static_cast<std::int64_t>(count));
        state.counters["cpu_us_each"] = cpu * 1e6 / count;
        state.counters["group"] = static_cast<double>(stats.writes - stats_before.writes) /
                                  static_cast<double>(stats.groups - stats_before.groups);
        state.counters["wal_mb_max"] = static_cast<double>(stats.wal_bytes_max) / 1e6;
    }
    std::filesystem::remove_all(folder);
}
BENCHMARK(append_to_sqlite)
    ->Args({1, 0})
    ->Args({64, 0})
    ->Args({1'000, 0})
    ->Args({64, 1'000'000})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

void append_to_memory(benchmark::State& state)
{
    MemoryOptions options;
    options.flush = MemoryOptions::Flush::Manual;
    options.finished_max = 1'000;
    MemoryJournal store(std::move(options));
    const auto events = ten_passes("6f1e9c0a-91c5-4c11-8d9e-0123456789ab", 1);
    std::int64_t done = 0;
    for (auto _ : state) {
        for (int i = 0; i < 64; ++i)
            store.append(one_slice(store.next_key(), events),
                         [&done](Result<> result) { done += result ? 1 : 0; });
        store.flush();
    }
    state.SetItemsProcessed(done);
}
BENCHMARK(append_to_memory);

}  // namespace

BENCHMARK_MAIN();
