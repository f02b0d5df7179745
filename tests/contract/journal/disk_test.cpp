// Layers: journal journal/sqlite
// The journal on a disk that loses power at any write or sync, is full, fails, or lies about its
// syncs: what was acknowledged is there, a batch is there whole or not at all, and what cannot be
// kept is found and named.
#include "storage/fault_vfs.h"
#include "tests/contract/journal/subjects.h"
#include "tests/support/simulated_disk.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace weft;
using namespace weft::journal;
using namespace weft::test;

namespace {

// What a stream's batches hold, by their number: enough to tell one from another.
constexpr std::uint32_t batch_events = 3;

history::EventId first_of(std::uint64_t number)
{
    return static_cast<history::EventId>(1 + number * batch_events);
}

Append batch_of_stream(StreamKey key, std::uint64_t number, Entropy& dice)
{
    Append what = number == 0 ? first_batch(key, std::to_string(key), batch_events)
                              : later_batch(key, number, first_of(number), batch_events);
    // Large values take rows of their own and pages of overflow.
    if (dice.next() % 4 == 0)
        what.batch.events[1].details = history::StateEntered{
            "Large", json::Value(std::string(5'000 + dice.next() % 9'000,
                                             static_cast<char>('a' + number % 26)))};
    return what;
}

// One store over its lives: what was sent to it, and what it acknowledged.
class Load {
public:
    explicit Load(std::uint64_t seed) : m_dice(seed) {}

    struct Stream {
        std::uint64_t sent = 0;  // batches; since the last power loss
        std::uint64_t acknowledged = 0;
        bool stuck = false;  // a batch was refused: what follows it cannot be taken
        std::vector<std::vector<history::Event>> events;
    };

    // Sends a batch of a new stream or of an old one. `alive` says whether an answer still counts.
    template <class Alive> void send(Journal& journal, Alive alive)
    {
        StreamKey key = 0;
        if (m_streams.empty() || m_dice.next() % 4 == 0) {
            key = journal.next_key();
        } else {
            auto at = m_streams.begin();
            std::advance(at, static_cast<std::ptrdiff_t>(m_dice.next() % m_streams.size()));
            key = at->first;
        }
        m_largest = std::max(m_largest, key);
        std::unique_lock lock(m_mutex);
        Stream& stream = m_streams[key];
        if (stream.stuck) return;
        const std::uint64_t number = stream.sent++;
        Append what = batch_of_stream(key, number, m_dice);
        stream.events.resize(number);
        stream.events.push_back(what.batch.events);
        ++m_open;
        lock.unlock();  // a refusal may come at once
        journal.append(std::move(what), [this, key, number, alive](Result<> result) {
            const bool counts = alive();
            const std::unique_lock answer(m_mutex);
            Stream& of = m_streams[key];
            if (result && counts) of.acknowledged = std::max(of.acknowledged, number + 1);
            if (!result) of.stuck = true;
            if (!result) ++m_refused[result.error().code];
            if (!result) m_last_error = result.error().message;
            --m_open;
            m_answered.notify_all();
        });
    }
    void wait()
    {
        std::unique_lock lock(m_mutex);
        m_answered.wait(lock, [this] { return m_open == 0; });
    }

    // What is wrong with the store: nothing acknowledged may be missing, nothing there that was
    // not sent, and no batch other than it was sent. Afterwards the streams go on from what is
    // there. `may_lose`: the disk broke its promise, so that batches may be gone, but not others
    // be there.
    std::string check(Journal& journal, bool may_lose = false)
    {
        for (auto at = m_streams.begin(); at != m_streams.end();) {
            auto& [key, stream] = *at;
            const auto batches = journal.read(key, 0, SIZE_MAX);
            if (!batches) {
                if (!may_lose || batches.error().code != ErrorCode::Corrupt)
                    return batches.error().message;
                ++named;
                at = m_streams.erase(at);
                continue;
            }
            const std::uint64_t stored = batches->size();
            if (stored < stream.acknowledged && !may_lose)
                return fmt::format("stream {}: {} of {} acknowledged batches", key, stored,
                                   stream.acknowledged);
            if (stored > stream.sent) return fmt::format("stream {}: too many batches", key);
            for (std::uint64_t number = 0; number < stored; ++number)
                if ((*batches)[number].number != number ||
                    (*batches)[number].events != stream.events[number])
                    return fmt::format("stream {}: batch {} is not what was sent", key, number);
            const auto row = journal.find(key);
            if (!row) return row.error().message;
            if (row->has_value() != (stored > 0) && !may_lose)
                return fmt::format("stream {}: its row and its batches disagree", key);
            if (row->has_value() && !may_lose &&
                !(*journal.find_by_name(machine_arn, (*row)->name)))
                return fmt::format("stream {}: its name is not found", key);
            survived += stored;
            unheard += stored - std::min(stored, stream.acknowledged);
            stream.sent = stored;
            stream.acknowledged = stored;
            stream.stuck = false;
            at = stored == 0 ? m_streams.erase(at) : std::next(at);
        }
        if (!may_lose && journal.next_key() <= m_largest) return "a key is given twice";
        return {};
    }

    std::size_t refused(ErrorCode code) { return m_refused[code]; }
    std::string last_error() const { return m_last_error; }
    std::uint64_t survived = 0;
    std::uint64_t unheard = 0;  // there, although nobody had said so
    std::uint64_t named = 0;    // damaged, and found to be

private:
    Entropy m_dice;
    std::mutex m_mutex;
    std::condition_variable m_answered;
    std::map<StreamKey, Stream> m_streams;
    std::map<ErrorCode, std::size_t> m_refused;
    std::string m_last_error;
    StreamKey m_largest = 0;
    int m_open = 0;
};

// One life of a process on the disk.
struct Life {
    std::unique_ptr<storage::Database> database;
    std::unique_ptr<SqliteJournal> journal;

    static Result<Life> begin(const std::string& folder, const std::string& vfs)
    {
        storage::DatabaseOptions options;
        options.vfs = vfs;
        options.readers = 1;
        // So that a short run sees many checkpoints and logs that begin anew.
        options.committer.checkpoint_bytes = 48 << 10;
        options.committer.restart_bytes = 160 << 10;
        Life life;
        life.database = TRY(storage::Database::open(folder, options));
        life.journal = TRY(SqliteJournal::open(*life.database));
        return life;
    }
    std::vector<std::string> faults()
    {
        std::vector<std::string> found;
        const Result<> looked =
            database->write([&found](storage::Connection& connection) -> Result<> {
                auto check = TRY(connection.prepare("PRAGMA integrity_check(5)"));
                while (TRY(check.step()))
                    if (check.text(0) != "ok") found.emplace_back(check.text(0));
                return {};
            });
        if (!looked) found.push_back(looked.error().message);
        return found;
    }
    void end()
    {
        journal.reset();
        database.reset();
    }
};

std::uint64_t seeds(std::uint64_t otherwise)
{
    if (const char* given = std::getenv("WEFT_DISK_SEEDS"))
        return std::strtoull(given, nullptr, 10);
#ifdef __SANITIZE_THREAD__
    otherwise /= 5;  // the other tests of the journal are what its threads are looked at with
#endif
    return otherwise;
}

}  // namespace

TEST_CASE("what was acknowledged survives a loss of power at any write or sync")
{
    std::uint64_t cuts = 0;
    std::uint64_t lost = 0;
    std::uint64_t survived = 0;
    std::uint64_t unheard = 0;
    for (std::uint64_t seed = 1; seed <= seeds(150); ++seed) {
        CAPTURE(seed);
        const TempFolder folder;
        SimulatedDisk disk(seed);
        Entropy dice(seed * 17 + 3);
        Load load(seed * 5 + 2);
        for (int round = 0; round < 6; ++round) {
            CAPTURE(round);
            // Some lose power while they open the store, some after they closed it.
            disk.lose_power_after(dice.next() % (dice.next() % 3 == 0 ? 30 : 1'500));
            Result<Life> life = Life::begin(folder.path(), disk.name());
            if (!life) REQUIRE_MESSAGE(disk.is_off(), life.error().message);
            if (life) {
                const std::uint64_t writes = dice.next() % 150;
                for (std::uint64_t i = 0; i < writes && !disk.is_off(); ++i) {
                    load.send(*life->journal, [&disk] { return !disk.is_off(); });
                    if (dice.next() % 8 == 0) load.wait();
                }
                load.wait();
                if (dice.next() % 2 == 0) disk.lose_power();  // else it closes, if it still can
                life->end();
            }
            disk.lose_power();
            disk.power_on();
            ++cuts;

            Result<Life> after = Life::begin(folder.path(), disk.name());
            REQUIRE_MESSAGE(after, after.error().message);
            const std::string wrong = load.check(*after->journal);
            REQUIRE_MESSAGE(wrong.empty(), wrong);
            const auto faults = after->faults();
            REQUIRE_MESSAGE(faults.empty(), faults.front());
            // The next life begins with a log that was left behind, or without one.
            if (dice.next() % 2 == 0) disk.lose_power();
            after->end();
            disk.power_on();
        }
        lost += disk.lost();
        survived += load.survived;
        unheard += load.unheard;
    }
    std::cout << fmt::format("disk: {} losses of power, {} writes undone in whole or in part, {} "
                             "batches read back, {} of them never acknowledged\n",
                             cuts, lost, survived, unheard);
    CHECK(lost > 0);
    if (seeds(150) >= 100) CHECK(unheard > 0);
}

TEST_CASE("a full disk refuses what is new, loses nothing, and goes on when there is room")
{
    for (std::uint64_t seed = 1; seed <= seeds(30); ++seed) {
        CAPTURE(seed);
        const TempFolder folder;
        SimulatedDisk disk(seed);
        Load load(seed * 5 + 2);
        Result<Life> life = Life::begin(folder.path(), disk.name());
        REQUIRE(life);
        const auto alive = [&disk] { return !disk.is_off(); };
        for (int i = 0; i < 20; ++i) load.send(*life->journal, alive);
        load.wait();
        for (int round = 0; round < 3; ++round) {
            disk.set_room(disk.bytes() + 20'000);
            // The log may have room of its own that it wrote before.
            const std::size_t before = load.refused(ErrorCode::Io);
            for (int i = 0; i < 1'000 && load.refused(ErrorCode::Io) == before; ++i) {
                load.send(*life->journal, alive);
                load.wait();
            }
            REQUIRE(load.refused(ErrorCode::Io) > before);
            CHECK(load.last_error().find("the disk is full") != std::string::npos);
            CHECK(load.last_error().starts_with(folder.path() + "/weft.db"));
            std::string wrong = load.check(*life->journal);
            REQUIRE_MESSAGE(wrong.empty(), wrong);
            disk.set_room(SIZE_MAX);
            const std::size_t refused = load.refused(ErrorCode::Io);
            for (int i = 0; i < 40; ++i) load.send(*life->journal, alive);
            load.wait();
            CHECK(load.refused(ErrorCode::Io) == refused);
            wrong = load.check(*life->journal);
            REQUIRE_MESSAGE(wrong.empty(), wrong);
        }
        CHECK(load.refused(ErrorCode::OutcomeUnknown) == 0);
        disk.lose_power();
        life->end();
        disk.power_on();
        // A start on a full disk says so, and harms nothing.
        disk.set_room(disk.bytes());
        Result<Life> full = Life::begin(folder.path(), disk.name());
        if (!full) CHECK(full.error().message.find("the disk is full") != std::string::npos);
        if (full) full->end();
        disk.set_room(SIZE_MAX);
        Result<Life> after = Life::begin(folder.path(), disk.name());
        REQUIRE_MESSAGE(after, after.error().message);
        const std::string wrong = load.check(*after->journal);
        REQUIRE_MESSAGE(wrong.empty(), wrong);
        CHECK(after->faults().empty());
        after->end();
    }
}

TEST_CASE("writes and syncs that fail: refused, or the store stops and says why; a loss of power "
          "after it takes nothing that was acknowledged")
{
    std::map<ErrorCode, std::size_t> refused;
    for (std::uint64_t seed = 1; seed <= seeds(120); ++seed) {
        CAPTURE(seed);
        const TempFolder folder;
        SimulatedDisk disk(seed);
        storage::FaultVfs faulty(disk.name());
        Entropy dice(seed * 17 + 3);
        Load load(seed * 5 + 2);
        Result<Life> life = Life::begin(folder.path(), faulty.name());
        REQUIRE(life);
        const auto alive = [&disk] { return !disk.is_off(); };
        constexpr std::array faults = {storage::DiskFault::WriteError,
                                       storage::DiskFault::ShortWrite,
                                       storage::DiskFault::SyncError, storage::DiskFault::DiskFull};
        for (int round = 0; round < 4; ++round) {
            faulty.inject(faults[dice.next() % faults.size()],
                          static_cast<std::int64_t>(dice.next() % 40),
                          1 + static_cast<std::int64_t>(dice.next() % 3));
            for (int i = 0; i < 40; ++i) {
                load.send(*life->journal, alive);
                if (dice.next() % 4 == 0) load.wait();
            }
            load.wait();
            faulty.clear();
            if (load.refused(ErrorCode::OutcomeUnknown) > 0) break;  // the process would stop
        }
        if (load.refused(ErrorCode::OutcomeUnknown) > 0) {
            CHECK(load.last_error().find("weft.db") != std::string::npos);
            // Nothing more is taken, however well the disk is.
            const std::size_t before = load.refused(ErrorCode::OutcomeUnknown);
            load.send(*life->journal, alive);
            load.send(*life->journal, alive);
            load.wait();
            CHECK(load.refused(ErrorCode::OutcomeUnknown) >= before);
        }
        for (const ErrorCode code : {ErrorCode::Io, ErrorCode::OutcomeUnknown})
            refused[code] += load.refused(code);
        disk.lose_power();
        life->end();
        disk.power_on();
        Result<Life> after = Life::begin(folder.path(), disk.name());
        REQUIRE_MESSAGE(after, after.error().message);
        const std::string wrong = load.check(*after->journal);
        REQUIRE_MESSAGE(wrong.empty(), wrong);
        const auto found = after->faults();
        REQUIRE_MESSAGE(found.empty(), found.front());
        after->end();
    }
    CHECK(refused[ErrorCode::Io] > 0);
    CHECK(refused[ErrorCode::OutcomeUnknown] > 0);
    std::cout << fmt::format("failing writes and syncs: {} refused, {} with an open outcome\n",
                             refused[ErrorCode::Io], refused[ErrorCode::OutcomeUnknown]);
}

TEST_CASE("a disk that lies about its syncs loses batches; what is left is right, or is named")
{
    std::uint64_t not_opened = 0;
    std::uint64_t named = 0;
    std::uint64_t faults_found = 0;
    const std::uint64_t last = seeds(120);
    for (std::uint64_t seed = 1; seed <= last; ++seed) {
        CAPTURE(seed);
        const TempFolder folder;
        SimulatedDisk disk(seed);
        Entropy dice(seed * 17 + 3);
        Load load(seed * 5 + 2);
        {
            Result<Life> life = Life::begin(folder.path(), disk.name());
            REQUIRE(life);
            disk.set_syncs_lie(true);
            const std::uint64_t writes = 60 + dice.next() % 200;
            for (std::uint64_t i = 0; i < writes; ++i) {
                load.send(*life->journal, [&disk] { return !disk.is_off(); });
                if (dice.next() % 8 == 0) load.wait();
            }
            load.wait();
            disk.lose_power();
            life->end();
        }
        disk.power_on();
        disk.set_syncs_lie(false);
        Result<Life> after = Life::begin(folder.path(), disk.name());
        if (!after) {
            // SQLite's words for a file, or a page in it, that is none, and for pages of two ages.
            const std::string& why = after.error().message;
            CHECK_MESSAGE(why.starts_with(folder.path() + "/weft.db"), why);
            const std::array words = {"malformed", "not a database", "already exists",
                                      "no such table"};
            CHECK_MESSAGE(std::ranges::any_of(words,
                                              [&why](const char* word) {
                                                  return why.find(word) != std::string::npos;
                                              }),
                          why);
            ++not_opened;
            continue;
        }
        const auto found = after->faults();
        const std::string wrong = load.check(*after->journal, true);
        // An answer that is wrong in another way than by being short: only where the file itself
        // is found to be damaged.
        CHECK_MESSAGE((wrong.empty() || !found.empty()), wrong);
        faults_found += found.empty() ? 0 : 1;
        named += load.named;
        after->end();
    }
    std::cout << fmt::format("lying syncs: {} stores, {} not opened, {} found damaged by SQLite's "
                             "check, {} streams named\n",
                             last, not_opened, faults_found, named);
}
