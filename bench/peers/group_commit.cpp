// The bare group-commit loop that the durable path is measured against: 64 appenders of small rows,
// one committer, SQLite in WAL mode with synchronous=FULL, nothing else. Beside it, what fdatasync
// costs on the same disk. Prints JSON.
//
//   group_commit [--folder DIR] [--seconds N] [--appenders N | --group N] [--bytes N]
//
// --group: the committer alone, so many rows a commit, without appenders that have to be woken.

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double microseconds_since(Clock::time_point start)
{
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

void check(bool ok, const char* what)
{
    if (ok) return;
    std::fprintf(stderr, "group_commit: %s failed\n", what);
    std::exit(1);
}

double percentile(std::vector<double>& values, double share)
{
    if (values.empty()) return 0;
    const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index),
                     values.end());
    return values[index];
}

// Appends 4 KiB and syncs, for `seconds`.
std::vector<double> measure_fdatasync(const std::string& folder, double seconds)
{
    const std::string path = folder + "/sync";
    const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    check(file >= 0, "open");
    const std::string page(4'096, 'x');
    std::vector<double> times;
    const auto start = Clock::now();
    while (microseconds_since(start) < seconds * 1e6) {
        check(write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()), "write");
        const auto before = Clock::now();
        check(fdatasync(file) == 0, "fdatasync");
        times.push_back(microseconds_since(before));
    }
    close(file);
    unlink(path.c_str());
    return times;
}

// Rows that wait for the committer; each appender has one under way.
class Group {
public:
    explicit Group(int appenders) : m_done(static_cast<std::size_t>(appenders)) {}

    // Queues a row and waits until it is committed.
    void append(int appender)
    {
        std::unique_lock lock(m_mutex);
        m_done[static_cast<std::size_t>(appender)] = false;
        m_waiting.push_back(appender);
        m_filled.notify_one();
        m_committed.wait(lock, [&] { return m_done[static_cast<std::size_t>(appender)]; });
    }
    std::vector<int> take()
    {
        std::unique_lock lock(m_mutex);
        m_filled.wait(lock, [this] { return m_ended || !m_waiting.empty(); });
        return std::exchange(m_waiting, {});
    }
    void finish(const std::vector<int>& group)
    {
        const std::unique_lock lock(m_mutex);
        for (const int appender : group) m_done[static_cast<std::size_t>(appender)] = true;
        m_committed.notify_all();
    }
    void end()
    {
        const std::unique_lock lock(m_mutex);
        m_ended = true;
        m_filled.notify_one();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_filled;
    std::condition_variable m_committed;
    std::vector<int> m_waiting;
    std::vector<bool> m_done;
    bool m_ended = false;
};

struct Outcome {
    double rows_a_second = 0;
    double rows_a_commit = 0;
    std::vector<double> commits;  // microseconds each
};

Outcome measure_commits(const std::string& folder, double seconds, int appenders, int group_rows,
                        std::size_t bytes)
{
    sqlite3* database = nullptr;
    check(sqlite3_open((folder + "/commit.db").c_str(), &database) == SQLITE_OK, "sqlite3_open");
    check(sqlite3_exec(database,
                       "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                       "CREATE TABLE row(id INTEGER PRIMARY KEY, body BLOB NOT NULL);",
                       nullptr, nullptr, nullptr) == SQLITE_OK,
          "set-up");
    sqlite3_stmt* insert = nullptr;
    sqlite3_stmt* begin = nullptr;
    sqlite3_stmt* commit = nullptr;
    const auto prepare = [database](const char* sql, sqlite3_stmt** statement) {
        check(sqlite3_prepare_v2(database, sql, -1, statement, nullptr) == SQLITE_OK, sql);
    };
    prepare("INSERT INTO row(body) VALUES(?1)", &insert);
    prepare("BEGIN IMMEDIATE", &begin);
    prepare("COMMIT", &commit);
    const auto run = [](sqlite3_stmt* statement) {
        check(sqlite3_step(statement) == SQLITE_DONE, "sqlite3_step");
        sqlite3_reset(statement);
    };

    Group group(appenders);
    std::atomic<bool> running = true;
    std::vector<std::thread> threads;
    for (int i = 0; i < appenders; ++i) {
        threads.emplace_back([&group, &running, i] {
            while (running) group.append(i);
        });
    }
    Outcome outcome;
    std::uint64_t rows = 0;
    std::uint64_t commits = 0;
    const std::string body(bytes, 'x');
    const auto commit_group = [&](const std::vector<int>& taken) {
        const auto before = Clock::now();
        run(begin);
        for (std::size_t i = 0; i < taken.size(); ++i) {
            sqlite3_bind_blob(insert, 1, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
            run(insert);
        }
        run(commit);
        outcome.commits.push_back(microseconds_since(before));
        rows += taken.size();
        ++commits;
        if (group_rows == 0) group.finish(taken);
    };
    const auto start = Clock::now();
    const std::vector<int> own(static_cast<std::size_t>(group_rows), 0);
    while (microseconds_since(start) < seconds * 1e6)
        commit_group(group_rows > 0 ? own : group.take());
    const double elapsed = microseconds_since(start) * 1e-6;
    outcome.rows_a_second = static_cast<double>(rows) / elapsed;
    outcome.rows_a_commit =
        static_cast<double>(rows) / static_cast<double>(std::max<std::uint64_t>(1, commits));
    running = false;
    std::thread last([&] {
        for (auto taken = group.take(); !taken.empty(); taken = group.take()) group.finish(taken);
    });
    for (std::thread& thread : threads) thread.join();
    group.end();
    last.join();
    for (sqlite3_stmt* statement : {insert, begin, commit}) sqlite3_finalize(statement);
    sqlite3_close(database);
    return outcome;
}

}  // namespace

int main(int count, char** arguments)
{
    std::string parent = std::filesystem::temp_directory_path().string();
    double seconds = 3;
    int appenders = 64;
    int group_rows = 0;
    std::size_t bytes = 200;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string option = arguments[i];
        if (option == "--folder")
            parent = arguments[i + 1];
        else if (option == "--seconds")
            seconds = std::atof(arguments[i + 1]);
        else if (option == "--appenders")
            appenders = std::max(1, std::atoi(arguments[i + 1]));
        else if (option == "--group") {
            group_rows = std::max(1, std::atoi(arguments[i + 1]));
            appenders = 0;
        } else if (option == "--bytes")
            bytes = static_cast<std::size_t>(std::atoi(arguments[i + 1]));
        else
            check(false, option.c_str());
    }
    std::string folder = parent + "/group-commit-XXXXXX";
    check(mkdtemp(folder.data()) != nullptr, "mkdtemp");
    std::vector<double> syncs = measure_fdatasync(folder, seconds / 3);
    Outcome outcome = measure_commits(folder, seconds, appenders, group_rows, bytes);
    std::filesystem::remove_all(folder);
    std::printf("{\"appenders\": %d, \"row_bytes\": %zu, \"rows_per_second\": %.0f, "
                "\"rows_per_commit\": %.1f,\n"
                " \"commit_p50_us\": %.0f, \"commit_p99_us\": %.0f,\n"
                " \"fdatasync_p50_us\": %.0f, \"fdatasync_p99_us\": %.0f}\n",
                appenders, bytes, outcome.rows_a_second, outcome.rows_a_commit,
                percentile(outcome.commits, 0.5), percentile(outcome.commits, 0.99),
                percentile(syncs, 0.5), percentile(syncs, 0.99));
    return 0;
}
