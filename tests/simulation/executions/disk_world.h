#pragma once

#include "async/pool.h"
#include "async/virtual_loop.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "journal/sqlite/sqlite_journal.h"
#include "runtime/runtime.h"
#include "storage/database.h"
#include "storage/fault_vfs.h"
#include "tests/simulation/executions/checker.h"
#include "tests/simulation/executions/stepped_journal.h"
#include "tests/simulation/executions/token_ledger.h"
#include "tests/simulation/executions/world.h"
#include "tests/support/simulated_disk.h"
#include "tests/support/temp_folder.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weft::test {

// One seed's storm over a failing disk: the real runtime with SQLite's journal and catalog on a
// SimulatedDisk that loses power at any write or sync, fills up, and fails. The process dies with
// the power, or stops when it does not know what it wrote, and starts again on what the disk kept.
// Time is simulated; the store's own threads are real, so that a seed's runs differ a little.
class DiskWorld {
public:
    // Adds what happens to `seen`, by the name of the event or of the disturbance.
    DiskWorld(std::uint64_t seed, std::map<std::string, int>& seen);
    ~DiskWorld();

    // Until everything has ended. What is wrong; empty when all holds.
    std::string run();
    // The run ends after so much simulated time, with work under way; nothing disturbs it.
    void stop_after(Milliseconds time)
    {
        m_disturbances = 0;
        m_stop_at = m_world.now() + time;
    }
    // What the disk holds at the end, as a folder.
    void save_to(const std::string& folder) const { m_disk.save_to(folder); }

private:
    struct Wanted {
        std::string machine;
        std::string name;
        bool asked = false;
        bool acknowledged = false;
    };
    struct Open {
        std::string token;
        std::string value;
        bool asked = false;
        bool answered = false;
    };
    struct Process {
        std::unique_ptr<storage::Database> database;
        std::unique_ptr<journal::SqliteJournal> store;
        std::unique_ptr<catalog::SqliteCatalog> catalog;
        std::unique_ptr<SteppedJournal> journal;
        std::vector<std::unique_ptr<async::VirtualLoop>> loops;
        std::unique_ptr<runtime::Runtime> runtime;
    };

    Result<> begin();
    std::string start_again();
    void end();
    void crash(const char* why);
    std::string create();
    bool step();
    void disturb();
    void act();
    void start(Wanted& wanted);
    void poll();
    void answer(Open& open);
    void flush();
    bool ended();
    void note(std::string problem)
    {
        if (m_problem.empty()) m_problem = std::move(problem);
    }
    bool chance(std::uint64_t one_in) { return m_dice.next() % one_in == 0; }
    async::Loop& home() { return *m_process.loops.front(); }

    std::map<std::string, int>& m_seen;
    Entropy m_dice;
    DiceIntegration m_integration;
    Checker m_checker;
    TokenLedger m_ledger;
    async::VirtualWorld m_world;
    TempFolder m_folder;
    SimulatedDisk m_disk;
    storage::FaultVfs m_faulty;
    ScriptedTable m_table;
    async::InlinePool m_pool;
    Process m_process;
    std::vector<Error> m_failures;

    std::vector<std::string> m_machines;
    std::deque<Wanted> m_wanted;
    std::deque<Open> m_open;
    int m_polls = 0;
    std::uint64_t m_epoch = 0;
    int m_disturbances = 0;
    bool m_full = false;
    Timestamp m_full_until{};
    Timestamp m_stop_at = timestamp_max;
    std::string m_problem;
};

}  // namespace weft::test
