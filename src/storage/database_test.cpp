#include "storage/database.h"
#include "storage/fault_vfs.h"
#include "tests/support/temp_folder.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <thread>

using namespace weft;
using namespace weft::storage;
using weft::test::TempFolder;

namespace {

constexpr std::array<const char*, 1> schema = {
    "CREATE TABLE item(id INTEGER PRIMARY KEY, body TEXT NOT NULL)"};

// Inserts one row; tells how it went.
class Insert final : public Write {
public:
    Insert(std::int64_t id, std::string body, std::function<void(Result<>)> done)
        : m_id(id), m_body(std::move(body)), m_done(std::move(done))
    {
    }
    Result<> apply(Connection& connection) override
    {
        Statement* insert = TRY(connection.cached("INSERT INTO item VALUES(?1,?2)"));
        return insert->bind(1, m_id).bind_text(2, m_body).run();
    }
    void done(Result<> result) override { m_done(std::move(result)); }

private:
    std::int64_t m_id;
    std::string m_body;
    std::function<void(Result<>)> m_done;
};

Result<> insert(Database& database, std::int64_t id, std::string body = "x")
{
    std::promise<Result<>> promise;
    auto future = promise.get_future();
    database.submit(std::make_unique<Insert>(id, std::move(body),
                                             [&](Result<> result) { promise.set_value(result); }),
                    Admission::Always);
    return future.get();
}

std::int64_t count(Database& database)
{
    auto reader = database.reader();
    Use query(**reader->cached("SELECT count(*) FROM item"));
    REQUIRE(query->step());
    return query->integer(0);
}

std::unique_ptr<Database> open(const std::string& folder, DatabaseOptions options = {})
{
    auto database = Database::open(folder, options);
    REQUIRE_MESSAGE(database, database.error().message);
    REQUIRE((*database)->migrate("items", schema));
    return *std::move(database);
}

}  // namespace

TEST_CASE("what was acknowledged is there after reopening")
{
    const TempFolder folder;
    {
        auto database = open(folder.path() + "/deep/data");
        CHECK(insert(*database, 1));
        CHECK(count(*database) == 1);
    }
    auto database = open(folder.path() + "/deep/data");
    CHECK(count(*database) == 1);
}

TEST_CASE("a second opener is told who holds the folder")
{
    const TempFolder folder;
    auto database = open(folder.path());
    const auto second = Database::open(folder.path());
    REQUIRE(!second);
    CHECK(second.error().code == ErrorCode::Locked);
    CHECK(second.error().message ==
          "the data folder " + folder.path() + " is in use by process " + std::to_string(getpid()));
    database.reset();
    CHECK(Database::open(folder.path()));
}

TEST_CASE("a folder that cannot be made or written is named")
{
    const TempFolder folder;
    std::ofstream(folder.path() + "/file") << "x";
    const auto inside_a_file = Database::open(folder.path() + "/file/data");
    REQUIRE(!inside_a_file);
    CHECK(inside_a_file.error().code == ErrorCode::Io);
    CHECK(
        inside_a_file.error().message.starts_with("cannot make the data folder " + folder.path()));
    // Permissions do not bind root.
    if (geteuid() == 0) return;
    chmod(folder.path().c_str(), 0500);
    const auto read_only = Database::open(folder.path());
    chmod(folder.path().c_str(), 0700);
    REQUIRE(!read_only);
    CHECK(read_only.error().code == ErrorCode::Io);
    CHECK(
        read_only.error().message.starts_with("cannot write to the data folder " + folder.path()));
}

TEST_CASE("a file that is no database is named")
{
    const TempFolder folder;
    std::ofstream(folder.path() + "/weft.db") << std::string(8'192, 'x');
    const auto opened = Database::open(folder.path());
    REQUIRE(!opened);
    CHECK(opened.error().code == ErrorCode::Corrupt);
    CHECK(opened.error().message.starts_with(folder.path() + "/weft.db: file is not a database"));
}

TEST_CASE("tables of a newer version are refused and nothing is changed")
{
    const TempFolder folder;
    auto database = open(folder.path());
    constexpr std::array<const char*, 2> newer = {schema[0], "ALTER TABLE item ADD COLUMN more"};
    REQUIRE(database->migrate("items", newer));
    const auto refused = database->migrate("items", schema);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::Unsupported);
    CHECK(refused.error().message.find("written by a newer weft") != std::string::npos);
    CHECK(database->migrate("items", newer));
}

TEST_CASE("a migration that fails leaves the tables as they were")
{
    const TempFolder folder;
    auto database = open(folder.path());
    constexpr std::array<const char*, 3> broken = {schema[0], "CREATE TABLE other(x)",
                                                   "CREATE nonsense"};
    CHECK(!database->migrate("items", broken));
    constexpr std::array<const char*, 2> mended = {schema[0], "CREATE TABLE other(x)"};
    CHECK(database->migrate("items", mended));
}

TEST_CASE("a refused write of a group fails alone")
{
    const TempFolder folder;
    auto database = open(folder.path());
    REQUIRE(insert(*database, 50));
    std::atomic<int> written = 0;
    std::atomic<int> refused = 0;
    for (std::int64_t id = 0; id < 200; ++id) {
        database->submit(std::make_unique<Insert>(id, "x",
                                                  [&](Result<> result) {
                                                      if (result)
                                                          ++written;
                                                      else if (result.error().code ==
                                                               ErrorCode::ConflictingRequest)
                                                          ++refused;
                                                  }),
                         Admission::Always);
    }
    database->close();
    CHECK(written == 199);
    CHECK(refused == 1);
    CHECK(count(*database) == 200);
    CHECK(database->stats().groups < 150);
}

TEST_CASE("a full queue refuses what may be refused, and a closed store takes nothing")
{
    const TempFolder folder;
    DatabaseOptions options;
    options.committer.queue_max = 0;
    auto database = open(folder.path(), options);
    std::optional<ErrorCode> code;
    const auto note = [&](Result<> result) { code = result.error().code; };
    database->submit(std::make_unique<Insert>(1, "x", note), Admission::MayRefuse);
    CHECK(code == ErrorCode::Throttled);
    CHECK(insert(*database, 2));
    database->close();
    database->submit(std::make_unique<Insert>(3, "x", note), Admission::Always);
    CHECK(code == ErrorCode::Cancelled);
    CHECK(count(*database) == 1);
}

TEST_CASE("a full disk fails its group and nothing else; the store goes on when there is room")
{
    for (const DiskFault fault :
         {DiskFault::DiskFull, DiskFault::WriteError, DiskFault::ShortWrite}) {
        const TempFolder folder;
        FaultVfs vfs;
        DatabaseOptions options;
        options.vfs = vfs.name();
        {
            auto database = open(folder.path(), options);
            REQUIRE(insert(*database, 1));
            for (std::int64_t skip = 0; skip < 4; ++skip) {
                vfs.inject(fault, skip, 1);
                const auto result = insert(*database, 10 + skip, std::string(20'000, 'y'));
                if (!result) {
                    CHECK(result.error().code == ErrorCode::Io);
                    CHECK(result.error().message.starts_with(folder.path() + "/weft.db"));
                    CHECK(count(*database) == 1);
                }
                CHECK(!result);
                vfs.clear();
            }
            CHECK(insert(*database, 2));
            CHECK(count(*database) == 2);
        }
        auto database = open(folder.path());
        CHECK(count(*database) == 2);
    }
}

TEST_CASE("a failed sync leaves the outcome open and stops the writer")
{
    const TempFolder folder;
    FaultVfs vfs;
    DatabaseOptions options;
    options.vfs = vfs.name();
    auto database = open(folder.path(), options);
    vfs.inject(DiskFault::SyncError, 0, 1);
    const auto result = insert(*database, 1);
    REQUIRE(!result);
    CHECK(result.error().code == ErrorCode::OutcomeUnknown);
    const auto next = insert(*database, 2);
    REQUIRE(!next);
    CHECK(next.error().code == ErrorCode::OutcomeUnknown);
    database.reset();
    CHECK(access((folder.path() + "/weft.db-wal").c_str(), F_OK) == 0);
}

TEST_CASE("what is prepared of the log is nothing to who reads it after a crash")
{
    namespace fs = std::filesystem;
    const TempFolder folder;
    auto database = open(folder.path());
    const fs::path log = folder.path() + "/weft.db-wal";
    REQUIRE(insert(*database, 0));
    const std::uintmax_t first = fs::file_size(log);
    CHECK(first >= 1U << 20);
    for (std::int64_t i = 1; i <= 64; ++i) {
        REQUIRE(insert(*database, i, std::string(20'000, 'x')));
        CHECK(fs::file_size(log) >= first);
        if (i % 8 != 0) continue;
        // As the files are now, without the index of the log that the process keeps.
        const TempFolder copy;
        for (const char* name : {"weft.db", "weft.db-wal"})
            fs::copy_file(folder.path() + "/" + name, copy.path() + "/" + name);
        auto read_back = open(copy.path());
        CHECK(count(*read_back) == i + 1);
        CHECK(insert(*read_back, 1'000));
    }
    CHECK(fs::file_size(log) > first);
}

TEST_CASE("an acknowledged write was synced first")
{
    const TempFolder folder;
    FaultVfs vfs;
    DatabaseOptions options;
    options.vfs = vfs.name();
    auto database = open(folder.path(), options);
    for (std::int64_t id = 0; id < 5; ++id) {
        const auto before = vfs.syncs();
        REQUIRE(insert(*database, id));
        CHECK(vfs.syncs() > before);
    }
}

TEST_CASE("the log stays near its limit while many threads write")
{
    const TempFolder folder;
    DatabaseOptions options;
    options.committer.checkpoint_bytes = 256 << 10;
    options.committer.restart_bytes = 1 << 20;
    auto database = open(folder.path(), options);
    std::vector<std::thread> threads;
    std::atomic<int> written = 0;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 150; ++i) {
                if (insert(*database, thread * 1'000 + i, std::string(4'000, 'z'))) ++written;
                if (i % 10 == 0) (void)count(*database);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    database->close();
    CHECK(written == 1'200);
    CHECK(count(*database) == 1'200);
    const CommitterStats stats = database->stats();
    CHECK(stats.restarts > 0);
    CHECK(stats.wal_bytes_max < 4 << 20);
}
