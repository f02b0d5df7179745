#pragma once

#include "tests/simulation/executions/checker.h"
#include "tests/simulation/executions/planted.h"
#include "tests/simulation/executions/token_ledger.h"
#include "tests/simulation/executions/wire.h"
#include "tests/simulation/executions/world_text.h"
#include "tests/support/engine_tasks.h"
#include "tests/support/faulty_journal.h"
#include "tests/support/runtime_world.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weft::test {

// One seed's run of a world that a file describes: the real runtime with clients, workers and
// holders of tokens around it; a disk that refuses, a clock that jumps, crashes at flush
// boundaries. Everything follows from the text and the seed.
class TextWorld {
public:
    // Adds what happens to `seen`, by the name of the event or of the disturbance.
    TextWorld(const WorldText& text, std::uint64_t seed, Planted fault,
              std::map<std::string, int>& seen);

    // Until everything has ended. What is wrong; empty when all holds.
    std::string run();

private:
    struct Wanted {  // an execution that some client wants
        std::string machine;
        std::string name;
        bool stop = false;
        bool asked = false;
        bool acknowledged = false;
        bool stop_asked = false;
        bool stopped = false;
        std::int64_t redrives = 0;
        bool redrive_asked = false;
        std::optional<Timestamp> start = {};  // as it was acknowledged
    };
    struct Open {  // a task somebody has to answer
        std::string token;
        int answers = 0;
        std::string value;  // of the first answer: the same when it is sent again
        bool failed = false;
    };
    RuntimeWorld::Faults faults(Planted fault);
    std::string begin();
    std::string create(const std::string& name, const std::string& definition);
    bool step();
    void set_clock(bool back);
    Milliseconds call_delay();
    void act(bool all);
    void start(Wanted& wanted);
    void stop(Wanted& wanted);
    void redrive(Wanted& wanted);
    bool may_be_redriven(const Wanted& wanted);
    void poll();
    void beat(const Open& open);
    void answer(Open& open);
    void flush();
    void crash();
    bool ended();
    std::string unfinished();
    std::string check_end();
    std::string check_children();
    std::string story(const journal::IndexRow& row);
    void later(bool& asked);
    void note(std::string problem)
    {
        if (m_problem.empty()) m_problem = std::move(problem);
    }
    bool chance(std::uint64_t one_in) { return m_dice.next() % one_in == 0; }
    std::int64_t at_most(std::int64_t limit);

    const WorldText& m_text;
    std::map<std::string, int>& m_seen;
    Entropy m_dice;
    EngineTasks m_engine;
    Checker m_checker;
    FaultyJournal* m_disk = nullptr;
    RuntimeWorld m_world;
    Wire m_wire;

    std::map<std::string, std::string> m_machines;  // ARN by name
    std::deque<Wanted> m_wanted;
    std::deque<Open> m_open;
    TokenLedger m_ledger;
    int m_polls = 0;
    std::uint64_t m_epoch = 0;  // counts crashes: what an earlier process said is not heard
    std::int64_t m_crashes = 0;
    std::int64_t m_refusals = 0;
    std::int64_t m_forward = 0;
    std::int64_t m_back = 0;
    Milliseconds m_clock_moved{0};  // in either direction
    std::uint64_t m_random_seed;
    std::size_t m_sent = 0;
    std::string m_problem;
};

}  // namespace weft::test
