#pragma once

#include "journal/memory/memory_journal.h"
#include "journal/sqlite/sqlite_journal.h"
#include "tests/support/faulty_journal.h"
#include "tests/support/simulated_disk.h"
#include "tests/support/temp_folder.h"

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>

namespace weft::test {

// The implementations under contract: each gives a journal, and may wait for what it holds back.

struct MemorySubject {
    journal::MemoryJournal store;
    journal::Journal& journal() { return store; }
    void settle() {}
};

struct EncodedSubject {
    static journal::MemoryOptions options()
    {
        journal::MemoryOptions options;
        options.encode = true;
        return options;
    }
    journal::MemoryJournal store{options()};
    journal::Journal& journal() { return store; }
    void settle() {}
};

struct SqliteSubject {
    TempFolder folder;
    std::string vfs = {};
    std::unique_ptr<storage::Database> database = open_database();
    std::unique_ptr<journal::SqliteJournal> store = open_journal();

    std::unique_ptr<storage::Database> open_database()
    {
        storage::DatabaseOptions options;
        options.vfs = vfs;
        auto opened = storage::Database::open(folder.path(), options);
        REQUIRE_MESSAGE(opened, opened.error().message);
        return *std::move(opened);
    }
    std::unique_ptr<journal::SqliteJournal> open_journal()
    {
        auto opened = journal::SqliteJournal::open(*database);
        REQUIRE_MESSAGE(opened, opened.error().message);
        return *std::move(opened);
    }
    void reopen()
    {
        store.reset();
        database.reset();
        database = open_database();
        store = open_journal();
    }
    journal::Journal& journal() { return *store; }
    void settle() {}
};

// Over the disk with a model of what survives; here nothing goes wrong with it.
struct DiskSubject {
    SimulatedDisk disk{1};
    SqliteSubject store{.folder = {}, .vfs = disk.name()};
    journal::Journal& journal() { return store.journal(); }
    void settle() {}
};

// Without faults but for held answers, it is a journal like any other.
struct DelayedSubject {
    journal::MemoryJournal store;
    FaultyJournal faulty{store, JournalFaults{.seed = 7, .delay = 2}};
    journal::Journal& journal() { return faulty; }
    void settle() { faulty.release(); }
};

template <class Subject, class Write> Result<> wait_for(Subject& subject, Write write)
{
    std::promise<Result<>> promise;
    auto future = promise.get_future();
    write([&promise](Result<> result) { promise.set_value(std::move(result)); });
    while (future.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
        subject.settle();
    return future.get();
}

template <class Subject> Result<> append(Subject& subject, journal::Append what)
{
    return wait_for(subject, [&](journal::Journal::Done done) {
        subject.journal().append(std::move(what), std::move(done));
    });
}

constexpr const char* machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";

inline Timestamp at(std::int64_t milliseconds)
{
    return Timestamp(Milliseconds(1'700'000'000'000 + milliseconds));
}

// `count` public events from `first_public` on.
inline std::vector<history::Event> events(history::EventId first_public, std::uint32_t count)
{
    std::vector<history::Event> made;
    for (std::uint32_t i = 0; i < count; ++i) {
        history::Event event;
        event.id = first_public + i;
        event.previous = event.id - 1;
        event.time = at(event.id);
        event.type = history::EventType::PassStateEntered;
        event.details = history::StateEntered{"State", json::Value(static_cast<std::int64_t>(i))};
        made.push_back(std::move(event));
    }
    return made;
}

inline journal::Append first_batch(journal::StreamKey key, const std::string& name,
                                   std::uint32_t count = 3,
                                   const std::string& machine = machine_arn)
{
    journal::Append what;
    what.create = journal::IndexRow{};
    what.create->key = key;
    what.create->shard = journal::shard_of(machine, name);
    what.create->machine_arn = machine;
    what.create->name = name;
    what.create->start = at(key);
    what.create->revision_hash = "0123456789abcdef";
    what.batch.key = key;
    what.batch.first_public = 1;
    what.batch.public_count = count;
    what.batch.events = events(1, count);
    return what;
}

inline journal::Append later_batch(journal::StreamKey key, std::uint64_t number,
                                   history::EventId first_public, std::uint32_t count)
{
    journal::Append what;
    what.batch.key = key;
    what.batch.number = number;
    what.batch.first_public = first_public;
    what.batch.public_count = count;
    what.batch.events = events(first_public, count);
    return what;
}

}  // namespace weft::test
