// Layers: journal journal/sqlite
#include "storage/fault_vfs.h"
#include "tests/contract/journal/subjects.h"
#include "tests/support/faulty_journal.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

using namespace weft;
using namespace weft::journal;
using namespace weft::test;

TEST_CASE_TEMPLATE(
    "a write that failed left nothing; one that was lost is there or not; order holds", Subject,
    MemorySubject, EncodedSubject, SqliteSubject)
{
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Subject subject;
        FaultyJournal faulty(subject.journal(), {seed, 5, 25, 3});
        struct Adapter {
            FaultyJournal& faulty;
            Journal& journal() { return faulty; }
            void settle() { faulty.release(); }
        } adapter{faulty};
        std::map<StreamKey, std::uint64_t> acknowledged;
        Entropy entropy(seed);
        for (int i = 0; i < 60; ++i) {
            const bool fresh = acknowledged.empty() || entropy.next() % 3 == 0;
            const StreamKey key =
                fresh ? faulty.next_key()
                      : std::next(acknowledged.begin(),
                                  static_cast<std::ptrdiff_t>(entropy.next() % acknowledged.size()))
                            ->first;
            const std::uint64_t number = fresh ? 0 : acknowledged[key];
            Append what =
                fresh ? first_batch(key, std::to_string(key))
                      : later_batch(key, number, static_cast<history::EventId>(1 + 3 * number), 3);
            const auto result = append(adapter, std::move(what));
            const auto stored = subject.journal().read(key, 0, SIZE_MAX)->size();
            if (result) {
                acknowledged[key] = number + 1;
                CHECK(stored == number + 1);
            } else if (result.error().code == ErrorCode::Io) {
                CHECK(stored == number);
            } else {
                REQUIRE(result.error().code == ErrorCode::OutcomeUnknown);
                CHECK(faulty.broken());
                faulty.restart();
                // Recovery reads the truth.
                CHECK(stored >= number);
                CHECK(stored <= number + 1);
                if (stored > 0) acknowledged[key] = stored;
            }
        }
        CHECK(faulty.injected() > 0);
        for (const auto& [key, batches] : acknowledged)
            CHECK(subject.journal().read(key, 0, SIZE_MAX)->size() == batches);
    }
}

TEST_CASE("what was acknowledged survives reopening, secret and keys as well")
{
    SqliteSubject subject;
    const std::string secret = subject.store->secret();
    const StreamKey key = subject.store->next_key();
    REQUIRE(append(subject, first_batch(key, "one")));
    const StreamKey unused = subject.store->next_key();
    subject.reopen();
    CHECK(subject.store->secret() == secret);
    CHECK(subject.store->read(key, 0, SIZE_MAX)->size() == 1);
    CHECK((*subject.store->find(key))->revision_hash == "0123456789abcdef");
    CHECK(subject.store->next_key() > unused);
    // Ids of texts that this process has not seen before.
    CHECK(append(subject, first_batch(subject.store->next_key(), "two")));
    CHECK(!append(subject, first_batch(subject.store->next_key(), "one")));
}

TEST_CASE("a process that is killed while it writes loses nothing acknowledged and leaves no gap")
{
    for (int round = 0; round < 3; ++round) {
        const TempFolder folder;
        std::array<int, 2> pipe_ends{};
        REQUIRE(pipe(pipe_ends.data()) == 0);
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            // Writes streams of several batches and tells of each acknowledged one, until it is
            // killed.
            close(pipe_ends[0]);
            auto database = storage::Database::open(folder.path());
            if (!database) _exit(1);
            auto store = SqliteJournal::open(**database);
            if (!store) _exit(1);
            std::atomic<int> in_flight = 0;
            for (int i = 0;; ++i) {
                const StreamKey key = (*store)->next_key();
                for (std::uint64_t number = 0; number < 4; ++number) {
                    while (in_flight > 64) std::this_thread::yield();
                    ++in_flight;
                    Append what =
                        number == 0 ? first_batch(key, std::to_string(i))
                                    : later_batch(key, number,
                                                  static_cast<history::EventId>(1 + 3 * number), 3);
                    (*store)->append(std::move(what), [&in_flight, key, number,
                                                       end = pipe_ends[1]](Result<> result) {
                        const std::array<std::int64_t, 2> message = {
                            key, static_cast<std::int64_t>(number)};
                        if (result && write(end, message.data(), sizeof message) < 0) _exit(1);
                        --in_flight;
                    });
                }
            }
        }
        close(pipe_ends[1]);
        std::map<StreamKey, std::uint64_t> acknowledged;
        StreamKey largest = 0;
        std::array<std::int64_t, 2> message{};
        int messages = 0;
        while (read(pipe_ends[0], message.data(), sizeof message) == sizeof message) {
            auto& batches = acknowledged[message[0]];
            batches = std::max(batches, static_cast<std::uint64_t>(message[1]) + 1);
            largest = std::max(largest, message[0]);
            if (++messages == 500 + 300 * round) kill(child, SIGKILL);
        }
        close(pipe_ends[0]);
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        REQUIRE(messages >= 500);

        auto database = storage::Database::open(folder.path());
        REQUIRE_MESSAGE(database, database.error().message);
        auto store = SqliteJournal::open(**database);
        REQUIRE(store);
        for (const auto& [key, batches] : acknowledged) {
            const auto stored = (*store)->read(key, 0, SIZE_MAX);
            REQUIRE(stored);
            CHECK(stored->size() >= batches);
            CHECK((*store)->find(key)->has_value());
        }
        CHECK((*store)->next_key() >
              largest + 100);  // keys in flight were shown to others, perhaps
    }
}

TEST_CASE("a full disk refuses a write, and later ones go on from what is there")
{
    const TempFolder folder;
    storage::FaultVfs vfs;
    storage::DatabaseOptions options;
    options.vfs = vfs.name();
    auto database = *storage::Database::open(folder.path(), options);
    struct Adapter {
        std::unique_ptr<SqliteJournal> store;
        Journal& journal() { return *store; }
        void settle() {}
    } subject{*SqliteJournal::open(*database)};
    const StreamKey key = subject.store->next_key();
    vfs.inject(storage::DiskFault::DiskFull, 0, 1);
    const auto refused = append(subject, first_batch(key, "one"));
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::Io);
    CHECK(!subject.store->find(key)->has_value());
    vfs.clear();
    // The ids of its texts were rolled back with it.
    REQUIRE(append(subject, first_batch(key, "one")));
    CHECK((*subject.store->find_by_name(machine_arn, "one"))->machine_arn == machine_arn);

    vfs.inject(storage::DiskFault::DiskFull, 0, 1);
    CHECK(!append(subject, later_batch(key, 1, 4, 1)));
    vfs.clear();
    CHECK(!append(subject, later_batch(key, 2, 5, 1)));
    CHECK(append(subject, later_batch(key, 1, 4, 1)));
    CHECK(subject.store->read(key, 0, SIZE_MAX)->size() == 2);

    vfs.inject(storage::DiskFault::SyncError, 0, 1);
    CHECK(append(subject, later_batch(key, 2, 5, 1)).error().code == ErrorCode::OutcomeUnknown);
    CHECK(append(subject, later_batch(key, 3, 6, 1)).error().code == ErrorCode::OutcomeUnknown);
    subject.store.reset();
}

TEST_CASE("altered bytes are found and named by stream and batch")
{
    SqliteSubject subject;
    const StreamKey key = subject.store->next_key();
    REQUIRE(append(subject, first_batch(key, "one")));
    REQUIRE(append(subject, later_batch(key, 1, 4, 5)));
    REQUIRE(wait_for(subject, [&](Journal::Done done) {
        subject.store->put_checkpoint({key, 1, 3, "state"}, std::move(done));
    }));
    const auto damage = [&](const char* sql) {
        REQUIRE(subject.database->write(
            [sql](storage::Connection& connection) { return connection.execute(sql); }));
    };
    damage("UPDATE batch SET body=substr(body,1,length(body)-1)||x'ff' WHERE first_public=4");
    damage("UPDATE checkpoint SET state=state||x'00'");
    const auto read = subject.store->read(key, 0, SIZE_MAX);
    REQUIRE(!read);
    CHECK(read.error().code == ErrorCode::Corrupt);
    CHECK(read.error().message ==
          "stream " + std::to_string(key) + ", batch 1: the checksum does not match");
    CHECK(subject.store->last_batch(key).error().code == ErrorCode::Corrupt);
    CHECK(subject.store->checkpoint(key).error().code == ErrorCode::Corrupt);
    CHECK(subject.store->find(key)->has_value());
    damage("DELETE FROM batch WHERE first_public=1");
    CHECK(subject.store->read(key, 0, SIZE_MAX).error().message ==
          "stream " + std::to_string(key) + ", batch 0: it is missing");
}

TEST_CASE("a journal of a newer version is refused")
{
    SqliteSubject subject;
    REQUIRE(subject.database->write([](storage::Connection& connection) {
        return connection.execute("UPDATE component SET version=99 WHERE name='journal'");
    }));
    subject.store.reset();
    subject.database.reset();
    subject.database = subject.open_database();
    const auto opened = SqliteJournal::open(*subject.database);
    REQUIRE(!opened);
    CHECK(opened.error().code == ErrorCode::Unsupported);
    CHECK(opened.error().message.find("weft.db") != std::string::npos);
}
