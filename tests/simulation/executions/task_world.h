#pragma once

#include "tests/simulation/executions/checker.h"
#include "tests/support/engine_tasks.h"
#include "tests/support/faulty_journal.h"
#include "tests/support/runtime_world.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace weft::test {

// What the worlds of tasks have seen.
struct TaskCoverage {
    std::map<std::string, int> events;  // durable, by type
    int crashes = 0;
    int tokens_twice = 0;      // answered again, and refused
    int tasks_lost = 0;        // by a worker that had one and went
    int polls_left = 0;        // connections closed
    int children_stopped = 0;  // with their parent
};

// One seed's world of tasks that go on elsewhere: activities with workers that come, go and forget;
// task tokens that are answered late and twice; parents, children and their stops; a disk that
// refuses, and crashes at flush boundaries. Everything follows from the seed.
class TaskWorld {
public:
    TaskWorld(std::uint64_t seed, TaskCoverage& coverage);

    // Until everything has ended. What is wrong; empty when all holds.
    std::string run();

private:
    struct Wanted {
        std::string machine;
        std::string name;
        bool stop = false;
        bool asked = false;
        bool acknowledged = false;
        bool stop_asked = false;
        bool stopped = false;
    };
    // A task somebody has to answer.
    struct Open {
        std::string token;
        int answers = 0;
    };

    RuntimeWorld::Faults faults();
    std::string begin();
    std::string create(const std::string& name, const std::string& definition);
    bool step();
    void act(bool all);
    void start(Wanted& wanted);
    void stop(Wanted& wanted);
    void poll();
    void answer(Open& open);
    void flush();
    void crash();
    bool ended();
    std::string check_end();
    std::string story(const journal::IndexRow& row);
    void later(bool& asked);
    void note(std::string problem)
    {
        if (m_problem.empty()) m_problem = std::move(problem);
    }
    bool chance(std::uint64_t one_in) { return m_dice.next() % one_in == 0; }

    TaskCoverage& m_coverage;
    Entropy m_dice;
    EngineTasks m_engine;
    Checker m_checker;
    FaultyJournal* m_disk = nullptr;
    RuntimeWorld m_world;

    std::vector<std::string> m_machines;
    std::deque<Wanted> m_wanted;
    std::deque<Open> m_open;
    int m_polls = 0;
    std::uint64_t m_epoch = 0;  // counts crashes: what an earlier process said is not heard
    int m_crashes = 0;
    int m_refusals = 0;
    std::size_t m_sent = 0;
    std::string m_problem;
};

}  // namespace weft::test
