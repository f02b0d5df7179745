// Layers: journal journal/sqlite
// Labels: threads
#include "journal/batch_codec.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/schema.h"
#include "tests/contract/journal/subjects.h"
#include "tests/support/faulty_journal.h"
#include "tests/support/random_events.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <set>
#include <span>
#include <thread>
#include <tuple>
#include <type_traits>

using namespace weft;
using namespace weft::journal;
using namespace weft::test;

#define SUBJECTS MemorySubject, EncodedSubject, SqliteSubject, DiskSubject, DelayedSubject

TEST_CASE_TEMPLATE("a stream reads back as it was written", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const StreamKey key = journal.next_key();
    REQUIRE(append(subject, first_batch(key, "one", 3)));
    REQUIRE(append(subject, later_batch(key, 1, 4, 2)));
    REQUIRE(append(subject, later_batch(key, 2, 6, 0)));
    REQUIRE(append(subject, later_batch(key, 3, 6, 1)));

    const auto batches = *journal.read(key, 0, SIZE_MAX);
    REQUIRE(batches.size() == 4);
    CHECK(batches[0].events == events(1, 3));
    CHECK(batches[1].events == events(4, 2));
    CHECK(batches[1].key == key);
    CHECK(batches[1].number == 1);
    CHECK(batches[1].first_public == 4);
    CHECK(batches[1].public_count == 2);
    CHECK(batches[2].events.empty());
    CHECK(batches[2].first_public == 6);
    CHECK(journal.read(key, 3, SIZE_MAX)->size() == 1);
    CHECK(journal.read(key, 4, SIZE_MAX)->empty());
    CHECK(journal.read(key, 0, 1)->size() == 1);
    CHECK(journal.read(key + 1'000, 0, SIZE_MAX)->empty());
    CHECK((*journal.last_batch(key))->number == 3);
    CHECK(!journal.last_batch(key + 1'000)->has_value());
}

TEST_CASE_TEMPLATE("events of every type read back as they were written", Subject, SUBJECTS)
{
    Subject subject;
    RandomEvents random(42);
    const StreamKey key = subject.journal().next_key();
    std::vector<Batch> written;
    for (std::uint64_t number = 0; number < 20; ++number) {
        Append what = number == 0 ? first_batch(key, "random") : later_batch(key, number, 1, 1);
        what.batch = random.batch(key, number, 60);
        written.push_back(what.batch);
        REQUIRE(append(subject, std::move(what)));
    }
    const auto read = *subject.journal().read(key, 0, SIZE_MAX);
    REQUIRE(read.size() == written.size());
    for (std::size_t i = 0; i < read.size(); ++i) CHECK(read[i].events == written[i].events);
}

TEST_CASE_TEMPLATE("the batch of a public event is found", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const StreamKey key = journal.next_key();
    REQUIRE(append(subject, first_batch(key, "one", 3)));  // 1 to 3
    REQUIRE(append(subject, later_batch(key, 1, 4, 0)));   // none
    REQUIRE(append(subject, later_batch(key, 2, 4, 2)));   // 4, 5
    REQUIRE(append(subject, later_batch(key, 3, 6, 10)));  // 6 to 15
    CHECK(*journal.batch_of(key, 1) == 0);
    CHECK(*journal.batch_of(key, 3) == 0);
    CHECK(*journal.batch_of(key, 4) == 2);
    CHECK(*journal.batch_of(key, 5) == 2);
    CHECK(*journal.batch_of(key, 6) == 3);
    CHECK(*journal.batch_of(key, 15) == 3);
    CHECK(*journal.batch_of(key, 16) == std::nullopt);
    CHECK(*journal.batch_of(key + 1'000, 1) == std::nullopt);
}

TEST_CASE_TEMPLATE("the index row is what the first batch said and later ones changed", Subject,
                   SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const StreamKey key = journal.next_key();
    Append what = first_batch(key, "name");
    what.create->kind = StreamKind::Relay;
    what.create->version_arn = "version";
    what.create->alias_arn = "alias";
    what.create->outbox = true;
    IndexRow row = *what.create;
    REQUIRE(append(subject, std::move(what)));
    CHECK(*journal.find(key) == row);
    CHECK(*journal.find_by_name(machine_arn, "name") == row);
    CHECK(!journal.find_by_name(machine_arn, "nam")->has_value());
    CHECK(!journal.find_by_name("other", "name")->has_value());

    what = later_batch(key, 1, 4, 1);
    what.update = {RunStatus::Failed, at(9), at(10), false};
    row.status = RunStatus::Failed;
    row.stop = at(9);
    row.wake_at = at(10);
    row.outbox = false;
    REQUIRE(append(subject, std::move(what)));
    CHECK(*journal.find(key) == row);
    what = later_batch(key, 2, 5, 1);
    what.update = {RunStatus::Running, std::nullopt, std::nullopt, true};
    what.row_changes = false;
    REQUIRE(append(subject, std::move(what)));
    CHECK(*journal.find(key) == row);
    CHECK((*journal.last_batch(key))->number == 2);
    // A batch that does not follow the last one is refused, and changes nothing.
    for (const std::uint64_t number : {1U, 2U, 4U}) {
        for (const bool changes : {false, true}) {
            CAPTURE(number);
            CAPTURE(changes);
            what = later_batch(key, number, 6, 1);
            what.update = {RunStatus::Running, std::nullopt, std::nullopt, true};
            what.row_changes = changes;
            CHECK_FALSE(append(subject, std::move(what)));
        }
    }
    CHECK(*journal.find(key) == row);
    CHECK((*journal.last_batch(key))->number == 2);
    CHECK(!journal.find(key + 1'000)->has_value());
}

TEST_CASE_TEMPLATE("a stream that ended runs again when a batch says so", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const StreamKey key = journal.next_key();
    REQUIRE(append(subject, first_batch(key, "one")));
    const StreamKey other = journal.next_key();
    REQUIRE(append(subject, first_batch(other, "two")));
    Append what = later_batch(key, 1, 4, 1);
    what.update = {RunStatus::TimedOut, at(9), std::nullopt, false};
    REQUIRE(append(subject, std::move(what)));
    CHECK(*journal.running_count(machine_arn) == 1);

    what = later_batch(key, 2, 5, 1);
    what.update = {RunStatus::Running, std::nullopt, std::nullopt, false, {1, at(20)}};
    REQUIRE(append(subject, std::move(what)));
    IndexRow row = **journal.find(key);
    CHECK(row.status == RunStatus::Running);
    CHECK_FALSE(row.stop);
    CHECK(row.redrives == Redrives{1, at(20)});
    CHECK(*journal.running_count(machine_arn) == 2);
    ListQuery query;
    query.machine_arn = machine_arn;
    query.status = RunStatus::Running;
    REQUIRE(journal.list(query)->size() == 2);
    // In the order of creation, as before.
    CHECK((*journal.list(query))[1].key == key);
    query.status = RunStatus::TimedOut;
    CHECK(journal.list(query)->empty());
    const std::vector<IndexRow> unsettled = *journal.unsettled(0, 100);
    CHECK(std::ranges::count(unsettled, key, &IndexRow::key) == 1);

    what = later_batch(key, 3, 6, 1);
    what.update = {RunStatus::Failed, at(30), std::nullopt, false, {1, at(20)}};
    REQUIRE(append(subject, std::move(what)));
    row = **journal.find(key);
    CHECK(row.stop == at(30));
    CHECK(row.redrives == Redrives{1, at(20)});
    CHECK(*journal.running_count(machine_arn) == 1);
}

TEST_CASE_TEMPLATE("a name is given once within its machine", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const StreamKey first = journal.next_key();
    const StreamKey second = journal.next_key();
    const StreamKey third = journal.next_key();
    REQUIRE(append(subject, first_batch(first, "same")));
    const auto refused = append(subject, first_batch(second, "same"));
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::ExecutionAlreadyExists);
    CHECK(!journal.find(second)->has_value());
    CHECK(journal.read(second, 0, SIZE_MAX)->empty());
    CHECK(append(subject, first_batch(third, "same", 3, "other machine")));
    CHECK((*journal.find_by_name(machine_arn, "same"))->key == first);
    CHECK((*journal.find_by_name("other machine", "same"))->key == third);
}

TEST_CASE_TEMPLATE("a batch whose predecessor was refused is refused", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const StreamKey first = journal.next_key();
    const StreamKey second = journal.next_key();
    REQUIRE(append(subject, first_batch(first, "same")));
    // All of it is queued before the first answer.
    std::promise<void> answered;
    std::vector<bool> outcomes;
    const auto note = [&](Result<> result) {
        outcomes.push_back(result.has_value());
        if (outcomes.size() == 4) answered.set_value();
    };
    journal.append(first_batch(second, "same"), note);
    journal.append(later_batch(second, 1, 4, 1), note);
    journal.append(later_batch(first, 2, 4, 1), note);
    journal.append(later_batch(first, 1, 4, 1), note);
    auto future = answered.get_future();
    while (future.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
        subject.settle();
    CHECK(outcomes == std::vector<bool>{false, false, false, true});
    CHECK(journal.read(second, 0, SIZE_MAX)->empty());
    CHECK(journal.read(first, 0, SIZE_MAX)->size() == 2);
}

TEST_CASE_TEMPLATE("lists are newest first, by status, page by page", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    std::vector<StreamKey> keys;
    for (int i = 0; i < 30; ++i) {
        keys.push_back(journal.next_key());
        Append what = first_batch(keys.back(), "n" + std::to_string(i), 1,
                                  i % 3 == 0 ? "other machine" : machine_arn);
        what.create->status = static_cast<RunStatus>(1 + i % 5);
        REQUIRE(append(subject, std::move(what)));
    }
    for (int status = 0; status <= 5; ++status) {
        ListQuery query;
        query.machine_arn = machine_arn;
        if (status > 0) query.status = static_cast<RunStatus>(status);
        query.limit = 2;
        std::vector<StreamKey> listed;
        while (true) {
            const auto page = *journal.list(query);
            CHECK(page.size() <= 2);
            if (page.empty()) break;
            for (const IndexRow& row : page) listed.push_back(row.key);
            query.before = listed.back();
        }
        std::vector<StreamKey> expected;
        for (int i = 29; i >= 0; --i)
            if (i % 3 != 0 && (status == 0 || 1 + i % 5 == status))
                expected.push_back(keys[static_cast<std::size_t>(i)]);
        CHECK(listed == expected);
    }
    CHECK(*journal.running_count(machine_arn) == 4);
    CHECK(*journal.running_count("unknown") == 0);
    ListQuery unknown;
    unknown.machine_arn = "unknown";
    CHECK(journal.list(unknown)->empty());
}

TEST_CASE_TEMPLATE("lists go by the version or the alias that started", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    std::vector<StreamKey> keys;
    for (int i = 0; i < 24; ++i) {
        keys.push_back(journal.next_key());
        Append what = first_batch(keys.back(), "n" + std::to_string(i), 1, machine_arn);
        what.create->status = i % 2 == 0 ? RunStatus::Running : RunStatus::Failed;
        if (i % 3 != 0) what.create->version_arn = "version " + std::to_string(i % 3);
        if (i % 4 == 0) what.create->alias_arn = "alias";
        REQUIRE(append(subject, std::move(what)));
    }
    const auto expect = [&](const ListQuery& query, auto wanted) {
        std::vector<StreamKey> expected;
        for (int i = 23; i >= 0 && expected.size() < query.limit; --i)
            if (wanted(i)) expected.push_back(keys[static_cast<std::size_t>(i)]);
        std::vector<StreamKey> listed;
        const auto rows = journal.list(query);
        REQUIRE(rows);
        for (const IndexRow& row : *rows) listed.push_back(row.key);
        CHECK(listed == expected);
    };
    ListQuery query;
    query.machine_arn = machine_arn;
    query.version_arn = "version 1";
    expect(query, [](int i) { return i % 3 == 1; });
    query.status = RunStatus::Failed;
    expect(query, [](int i) { return i % 3 == 1 && i % 2 == 1; });
    query.before = keys[13];
    query.limit = 1;
    expect(query, [](int i) { return i % 3 == 1 && i % 2 == 1 && i < 13; });
    query = {};
    query.machine_arn = machine_arn;
    query.alias_arn = "alias";
    expect(query, [](int i) { return i % 4 == 0; });
    query.alias_arn = "another";
    expect(query, [](int) { return false; });
}

TEST_CASE_TEMPLATE("start-up finds what runs without waiting and what has messages", Subject,
                   SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const auto start = [&](const char* name, RunStatus status, std::optional<Timestamp> wake,
                           bool outbox) {
        const StreamKey key = journal.next_key();
        Append what = first_batch(key, name);
        what.create->status = status;
        what.create->wake_at = wake;
        what.create->outbox = outbox;
        REQUIRE(append(subject, std::move(what)));
        return key;
    };
    const StreamKey running = start("running", RunStatus::Running, std::nullopt, false);
    const StreamKey waiting = start("waiting", RunStatus::Running, at(500), false);
    start("ended", RunStatus::Succeeded, std::nullopt, false);
    const StreamKey sending = start("sending", RunStatus::Succeeded, std::nullopt, true);
    const StreamKey asleep = start("asleep", RunStatus::Running, timestamp_max, false);
    const StreamKey both = start("both", RunStatus::Running, at(400), true);

    const auto unsettled = [&](StreamKey after, std::size_t limit) {
        std::vector<StreamKey> keys;
        const auto rows = *journal.unsettled(after, limit);
        for (const IndexRow& row : rows) keys.push_back(row.key);
        return keys;
    };
    CHECK(unsettled(0, 100) == std::vector{running, sending, both});
    CHECK(unsettled(0, 1) == std::vector{running});
    CHECK(unsettled(running, 100) == std::vector{sending, both});

    CHECK(*journal.next_wake(at(0)) == at(400));
    CHECK(*journal.next_wake(at(399)) == at(400));
    CHECK(*journal.next_wake(at(400)) == at(500));
    CHECK(*journal.next_wake(at(500)) == std::nullopt);
    CHECK(journal.due(at(399), 100)->empty());
    REQUIRE(journal.due(at(500), 100)->size() == 2);
    CHECK((*journal.due(at(500), 100))[0].key == both);
    CHECK((*journal.due(at(500), 100))[1].key == waiting);
    CHECK(journal.due(at(500), 1)->size() == 1);
    CHECK(journal.due(timestamp_max, 100)->size() == 2);

    Append what = later_batch(waiting, 1, 4, 1);
    REQUIRE(append(subject, std::move(what)));
    CHECK(unsettled(0, 100) == std::vector{running, waiting, sending, both});
    what = later_batch(both, 1, 4, 1);
    what.update = {RunStatus::Aborted, at(1), std::nullopt, false};
    REQUIRE(append(subject, std::move(what)));
    CHECK(*journal.next_wake(at(0)) == std::nullopt);
    what = later_batch(asleep, 1, 4, 1);
    what.update = {RunStatus::Running, std::nullopt, at(50), false};
    REQUIRE(append(subject, std::move(what)));
    CHECK(*journal.next_wake(at(0)) == at(50));
}

TEST_CASE_TEMPLATE("the newest checkpoint is kept", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const StreamKey key = journal.next_key();
    REQUIRE(append(subject, first_batch(key, "one")));
    CHECK(!journal.checkpoint(key)->has_value());
    const auto put = [&](Checkpoint checkpoint) {
        return wait_for(subject, [&](Journal::Done done) {
            journal.put_checkpoint(std::move(checkpoint), std::move(done));
        });
    };
    REQUIRE(put({key, 1, 3, std::string("a\0b", 3)}));
    REQUIRE(put({key, 2, 5, "newer"}));
    const auto checkpoint = **journal.checkpoint(key);
    CHECK(checkpoint.key == key);
    CHECK(checkpoint.next_batch == 2);
    CHECK(checkpoint.events == 5);
    CHECK(checkpoint.state == "newer");
    CHECK(!put({key + 1'000, 1, 1, "of no stream"}));
}

TEST_CASE_TEMPLATE("Express starts stay until they are erased", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    std::vector<StreamKey> keys;
    for (int i = 0; i < 3; ++i) {
        keys.push_back(journal.next_key());
        REQUIRE(wait_for(subject, [&](Journal::Done done) {
            journal.put_express({keys.back(), "body " + std::to_string(i)}, std::move(done));
        }));
    }
    REQUIRE(wait_for(subject,
                     [&](Journal::Done done) { journal.erase_express(keys[1], std::move(done)); }));
    const auto starts = *journal.express_starts(0, 100);
    REQUIRE(starts.size() == 2);
    CHECK(starts[0].key == keys[0]);
    CHECK(starts[0].body == "body 0");
    CHECK(starts[1].key == keys[2]);
    CHECK(journal.express_starts(keys[0], 100)->size() == 1);
    CHECK(journal.express_starts(0, 1)->size() == 1);
}

TEST_CASE_TEMPLATE("the secret is 32 bytes and stays", Subject, SUBJECTS)
{
    Subject subject;
    Subject other;
    CHECK(subject.journal().secret().size() == 32);
    CHECK(subject.journal().secret() != other.journal().secret());
}

TEST_CASE_TEMPLATE("many threads write and read at one time", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    constexpr int threads_max = 4;
    constexpr int streams_max = 25;
    std::atomic<int> answered = 0;
    std::atomic<int> failed = 0;
    std::mutex keys_mutex;
    std::set<StreamKey> keys;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < threads_max; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < streams_max; ++i) {
                const StreamKey key = journal.next_key();
                {
                    const std::unique_lock lock(keys_mutex);
                    keys.insert(key);
                }
                const auto note = [&](Result<> result) {
                    if (!result) ++failed;
                    ++answered;
                };
                journal.append(first_batch(key, std::to_string(thread * 1'000 + i)), note);
                journal.append(later_batch(key, 1, 4, 2), note);
                (void)journal.find(key);
                (void)journal.unsettled(0, 10);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    while (answered < 2 * threads_max * streams_max) {
        subject.settle();
        std::this_thread::yield();
    }
    CHECK(failed == 0);
    CHECK(keys.size() == threads_max * streams_max);
    for (const StreamKey key : keys) CHECK(journal.read(key, 0, SIZE_MAX)->size() == 2);
}

TEST_CASE_TEMPLATE("close() writes what was queued and then takes nothing", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    std::atomic<int> written = 0;  // late answers come on a thread of their own
    for (int i = 0; i < 50; ++i) {
        journal.append(first_batch(journal.next_key(), std::to_string(i)), [&](Result<> result) {
            if (result) ++written;
        });
    }
    journal.close();
    subject.settle();
    CHECK(written == 50);
    std::optional<ErrorCode> code;
    journal.append(first_batch(journal.next_key(), "late"),
                   [&](Result<> result) { code = result.error().code; });
    subject.settle();
    CHECK(code == ErrorCode::Cancelled);
    ListQuery query;
    query.machine_arn = machine_arn;
    CHECK(journal.list(query)->size() == 50);
}

TEST_CASE_TEMPLATE("offers come and go with the batches that make and take them", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const auto offer = [](StreamKey key, history::EventId scheduled, std::uint32_t dispatch = 0) {
        return Offer{0, key, 7, scheduled, dispatch, "arn:aws:states:us-east-1:1:activity:a"};
    };
    const StreamKey first = journal.next_key();
    const StreamKey second = journal.next_key();
    Append what = first_batch(first, "one");
    what.offers = {offer(first, 2), offer(first, 3)};
    REQUIRE(append(subject, std::move(what)));
    what = first_batch(second, "two");
    what.offers = {offer(second, 2)};
    REQUIRE(append(subject, std::move(what)));

    auto found = *journal.offers(0, 10);
    REQUIRE(found.size() == 3);
    CHECK(found[0].order < found[1].order);
    CHECK(found[1].order < found[2].order);
    for (Offer& each : found) each.order = 0;
    CHECK(found == std::vector<Offer>{offer(first, 2), offer(first, 3), offer(second, 2)});

    // Page by page.
    const auto page = *journal.offers(0, 2);
    REQUIRE(page.size() == 2);
    const auto rest = *journal.offers(page.back().order, 2);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].key == second);

    // Another stream's, and one that is not there, stay out of it; one offered again goes last.
    what = later_batch(first, 1, 4, 1);
    what.withdrawn = {2, 99};
    what.offers = {offer(first, 3, 2)};
    REQUIRE(append(subject, std::move(what)));
    found = *journal.offers(0, 10);
    for (Offer& each : found) each.order = 0;
    CHECK(found == std::vector<Offer>{offer(second, 2), offer(first, 3, 2)});

    // A refused batch leaves them as they are.
    what = later_batch(first, 7, 5, 1);
    what.withdrawn = {3};
    CHECK_FALSE(append(subject, std::move(what)));
    CHECK(journal.offers(0, 10)->size() == 2);
}

namespace {

// Waits for a step of retention.
template <class Subject, class Step> Removal removed_by(Subject& subject, Step step)
{
    Removal removal;
    const Result<> done = wait_for(subject, [&](Journal::Done answer) {
        step([&removal, answer = std::move(answer)](Result<Removal> result) mutable {
            if (!result) return answer(tl::unexpected(std::move(result).error()));
            removal = *result;
            answer({});
        });
    });
    REQUIRE(done);
    return removal;
}

template <class Subject> Removal retire(Subject& subject, std::vector<StreamKey> keys, Timestamp t)
{
    return removed_by(subject, [&](Journal::Removed done) {
        subject.journal().retire(std::move(keys), t, std::move(done));
    });
}

template <class Subject> Removal purge(Subject& subject, std::size_t rows)
{
    return removed_by(
        subject, [&](Journal::Removed done) { subject.journal().purge(rows, std::move(done)); });
}

// A stream of one batch that has ended.
Append ended_batch(StreamKey key, const std::string& name, Timestamp stop)
{
    Append what = first_batch(key, name);
    what.create->status = RunStatus::Succeeded;
    what.create->stop = stop;
    return what;
}

}  // namespace

TEST_CASE_TEMPLATE("ended streams are found, hidden and removed; others stay", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    std::vector<StreamKey> keys;
    for (int i = 0; i < 5; ++i) keys.push_back(journal.next_key());
    const auto [old, running, sender, young, large] =
        std::tuple(keys[0], keys[1], keys[2], keys[3], keys[4]);
    REQUIRE(append(subject, ended_batch(old, "old", at(50))));
    REQUIRE(append(subject, first_batch(running, "running")));
    Append what = ended_batch(sender, "sender", at(50));
    what.create->outbox = true;
    REQUIRE(append(subject, std::move(what)));
    REQUIRE(append(subject, ended_batch(young, "young", at(100))));
    // Of many batches, with values of their own, a checkpoint and an offer.
    REQUIRE(append(subject, first_batch(large, "large")));
    for (std::uint64_t number = 1; number <= 20; ++number) {
        Append more = later_batch(large, number, static_cast<history::EventId>(1 + 3 * number), 3);
        more.batch.events.back().details = history::StateEntered{
            "State", json::Value(std::string(10'000, static_cast<char>('a' + number)))};
        if (number == 20) more.update = {RunStatus::Failed, at(99), {}, false};
        if (number == 3) more.offers = {{0, large, 0, 7, 1, "activity"}};
        REQUIRE(append(subject, std::move(more)));
    }
    REQUIRE(wait_for(subject, [&](Journal::Done done) {
        journal.put_checkpoint({large, 10, 30, "state"}, std::move(done));
    }));
    CHECK(journal.open_count() == 1);

    const EndedPage page = *journal.ended(at(100), 0, 100);
    CHECK(page.keys == std::vector{old, large});
    CHECK(page.next == 0);
    const EndedPage first = *journal.ended(at(100), 0, 2);
    CHECK(first.keys == std::vector{old});
    CHECK(first.next == running);
    CHECK(journal.ended(at(0), 0, 2)->next == 0);  // all began later

    std::vector<StreamKey> asked = keys;
    asked.push_back(large + 1'000);
    const Removal hidden = retire(subject, asked, at(100));
    CHECK(hidden.streams == 2);
    for (const StreamKey key : {old, large}) CHECK(!journal.find(key)->has_value());
    CHECK(!journal.find_by_name(machine_arn, "old")->has_value());
    for (const StreamKey key : {running, sender, young}) CHECK(journal.find(key)->has_value());
    ListQuery query;
    query.machine_arn = machine_arn;
    CHECK(journal.list(query)->size() == 3);
    // What is written to a stream that went is refused.
    CHECK_FALSE(append(subject, later_batch(old, 1, 4, 1)));
    // The name is free, and taken again once.
    REQUIRE(append(subject, ended_batch(journal.next_key(), "old", at(100))));
    const Result<> taken = append(subject, first_batch(journal.next_key(), "old"));
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == ErrorCode::ExecutionAlreadyExists);

    int steps = 0;
    while (purge(subject, 8).more) REQUIRE(++steps < 20);
    for (const StreamKey key : {old, large}) {
        CHECK(journal.read(key, 0, SIZE_MAX)->empty());
        CHECK(!journal.last_batch(key)->has_value());
        CHECK(!journal.checkpoint(key)->has_value());
    }
    CHECK(journal.offers(0, 10)->empty());
    CHECK(journal.read(running, 0, SIZE_MAX)->size() == 1);
    CHECK(journal.read(young, 0, SIZE_MAX)->size() == 1);
    CHECK(journal.open_count() == 1);
    if constexpr (std::is_same_v<Subject, SqliteSubject>) {
        CHECK(steps >= 2);  // 22 batches, 20 values
        CHECK(subject.store->ownerless(10)->empty());
    }
}

TEST_CASE_TEMPLATE("open streams are counted as they begin, end and run again", Subject, SUBJECTS)
{
    Subject subject;
    Journal& journal = subject.journal();
    const StreamKey key = journal.next_key();
    const auto update = [&](std::uint64_t number, RunStatus status) {
        Append what = later_batch(key, number, static_cast<history::EventId>(1 + 3 * number), 3);
        what.update.status = status;
        REQUIRE(append(subject, std::move(what)));
    };
    CHECK(journal.open_count() == 0);
    REQUIRE(append(subject, first_batch(key, "one")));
    CHECK(journal.open_count() == 1);
    CHECK_FALSE(append(subject, first_batch(journal.next_key(), "one")));
    CHECK(journal.open_count() == 1);
    update(1, RunStatus::Running);
    CHECK(journal.open_count() == 1);
    update(2, RunStatus::Failed);
    CHECK(journal.open_count() == 0);
    update(3, RunStatus::Failed);
    CHECK(journal.open_count() == 0);
    update(4, RunStatus::Running);
    CHECK(journal.open_count() == 1);
    if constexpr (std::is_same_v<Subject, SqliteSubject>) {
        subject.reopen();
        CHECK(subject.store->open_count() == 1);
    }
}

TEST_CASE("what a process left between hiding and removing is removed by the next one")
{
    SqliteSubject subject;
    const StreamKey key = subject.store->next_key();
    REQUIRE(append(subject, ended_batch(key, "old", at(1))));
    CHECK(retire(subject, {key}, at(2)).streams == 1);
    subject.reopen();
    CHECK(subject.store->read(key, 0, SIZE_MAX)->size() == 1);
    CHECK(subject.store->ownerless(10)->empty());
    CHECK_FALSE(purge(subject, 100).more);
    CHECK(subject.store->read(key, 0, SIZE_MAX)->empty());
    // Rows without a stream are named.
    REQUIRE(subject.database->write([](storage::Connection& connection) {
        return connection.execute("INSERT INTO checkpoint VALUES(77,1,1,x'00')");
    }));
    CHECK(*subject.store->ownerless(10) ==
          std::vector<std::string>{"checkpoint rows of stream 77"});
}

// A generation of names is closed once its filter is stored; see NameIndex.
TEST_CASE("names stay unique when a whole generation of streams goes")
{
    SqliteSubject subject;
    const auto names = [&] {
        std::int64_t generations = 0;
        REQUIRE(subject.database->write([&](storage::Connection& connection) -> Result<> {
            auto count = TRY(connection.prepare("SELECT count(*) FROM name_filter"));
            TRY(count.step());
            generations = count.integer(0);
            return {};
        }));
        return generations;
    };
    REQUIRE(append(subject, ended_batch(1'000, "a", at(1))));
    const std::string bits = seal(1, NameFilter(NameIndex::generation_max).bits());
    // As if the first generation were full; its filter does not know the names to come.
    REQUIRE(subject.database->write([&](storage::Connection& connection) -> Result<> {
        auto put = TRY(connection.prepare("INSERT INTO name_filter VALUES(1,?1)"));
        return put.bind_blob(1, bits).run();
    }));
    subject.reopen();
    CHECK(names() == 1);
    REQUIRE(append(subject, ended_batch(2'000, "b", at(50))));
    CHECK(retire(subject, {1'000}, at(2)).streams == 1);
    CHECK(names() == 0);
    REQUIRE(append(subject, ended_batch(2'001, "a", at(50))));
    for (int open = 0; open < 2; ++open) {
        for (const char* name : {"a", "b"}) {
            CHECK(subject.store->find_by_name(machine_arn, name)->has_value());
            CHECK_FALSE(append(subject, first_batch(subject.store->next_key(), name)));
        }
        subject.reopen();
    }
}

TEST_CASE("tables of the first version are brought up to date")
{
    const TempFolder folder;
    StreamKey key = 0;
    {
        auto database = *storage::Database::open(folder.path());
        REQUIRE(database->migrate("journal", std::span(journal_schema).first(1)));
    }
    for (int open = 0; open < 2; ++open) {
        auto database = *storage::Database::open(folder.path());
        auto journal = *SqliteJournal::open(*database);
        ListQuery query;
        query.machine_arn = machine_arn;
        query.version_arn = "version";
        CHECK(journal->list(query)->size() == static_cast<std::size_t>(open));
        if (open == 0) {
            key = journal->next_key();
            Append what = first_batch(key, "n", 1, machine_arn);
            what.create->version_arn = "version";
            std::promise<bool> done;
            journal->append(std::move(what),
                            [&done](Result<> result) { done.set_value(result.has_value()); });
            CHECK(done.get_future().get());
        } else {
            CHECK(journal->list(query)->front().key == key);
        }
        journal->close();
    }
}
