#include "journal/memory/memory_journal.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::journal;

namespace {

MemoryOptions manual()
{
    MemoryOptions options;
    options.flush = MemoryOptions::Flush::Manual;
    return options;
}

Append start(StreamKey key, const std::string& name, RunStatus status = RunStatus::Running)
{
    Append append;
    append.create = IndexRow{};
    append.create->key = key;
    append.create->machine_arn = "machine";
    append.create->name = name;
    append.create->status = status;
    append.batch.key = key;
    append.batch.first_public = 1;
    return append;
}

Append next(StreamKey key, std::uint64_t number)
{
    Append append;
    append.batch.key = key;
    append.batch.number = number;
    return append;
}

}  // namespace

TEST_CASE("a manual journal shows nothing before a flush and forgets the unflushed in a crash")
{
    MemoryJournal journal(manual());
    int done = 0;
    const auto count = [&done](Result<> result) {
        CHECK(result);
        ++done;
    };
    journal.append(start(1, "a"), count);
    journal.append(start(2, "b"), count);
    CHECK(journal.pending() == 2);
    CHECK(!journal.find(1)->has_value());
    CHECK(journal.flush(1) == 1);
    CHECK(done == 1);
    CHECK(journal.find(1)->has_value());
    journal.crash();
    CHECK(journal.flush() == 0);
    CHECK(done == 1);
    CHECK(!journal.find(2)->has_value());
}

TEST_CASE("one posted flush serves the writes of a turn")
{
    std::vector<Function<void()>> jobs;
    MemoryOptions options;
    options.flush = MemoryOptions::Flush::Posted;
    options.post = [&jobs](Function<void()> job) { jobs.push_back(std::move(job)); };
    MemoryJournal journal(std::move(options));
    int done = 0;
    journal.append(start(1, "a"), [&](Result<>) { ++done; });
    journal.append(start(2, "b"), [&](Result<>) { ++done; });
    CHECK(jobs.size() == 1);
    CHECK(done == 0);
    jobs[0]();
    CHECK(done == 2);
}

TEST_CASE("only the newest ended streams are kept when the journal is told so")
{
    MemoryOptions options = manual();
    options.finished_max = 2;
    MemoryJournal journal(std::move(options));
    journal.append(start(1, "running"), [](Result<>) {});
    for (StreamKey key = 2; key < 300; ++key)
        journal.append(start(key, std::to_string(key), RunStatus::Succeeded), [](Result<>) {});
    journal.flush();
    ListQuery query;
    query.machine_arn = "machine";
    const auto rows = *journal.list(query);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].key == 299);
    CHECK(rows[1].key == 298);
    CHECK(rows[2].name == "running");
    CHECK(*journal.running_count("machine") == 1);
    CHECK(!journal.find_by_name("machine", "7")->has_value());
}

TEST_CASE("a batch after one that was not written is refused")
{
    MemoryJournal journal(manual());
    std::vector<ErrorCode> errors;
    const auto note = [&errors](Result<> result) {
        if (!result) errors.push_back(result.error().code);
    };
    journal.append(start(1, "a"), note);
    journal.append(start(2, "a"), note);
    journal.append(next(2, 1), note);
    journal.append(next(1, 2), note);
    journal.append(next(1, 1), note);
    journal.flush();
    CHECK(errors == std::vector{ErrorCode::ExecutionAlreadyExists, ErrorCode::Io, ErrorCode::Io});
    CHECK(journal.last_batch(1)->value().number == 1);
}

TEST_CASE("a full queue throttles starts, never the batches of what runs")
{
    MemoryOptions options = manual();
    options.queue_max = 1;
    MemoryJournal journal(std::move(options));
    std::optional<ErrorCode> refusal;
    journal.append(start(1, "a"), [](Result<>) {});
    journal.append(start(2, "b"), [&](Result<> result) { refusal = result.error().code; });
    CHECK(refusal == ErrorCode::Throttled);
    bool written = false;
    journal.append(next(1, 1), [&](Result<> result) { written = result.has_value(); });
    journal.close();
    CHECK(written);
}
