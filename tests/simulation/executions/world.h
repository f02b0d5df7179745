#pragma once

#include "tests/simulation/executions/checker.h"
#include "tests/simulation/executions/planted.h"
#include "tests/support/faulty_journal.h"
#include "tests/support/random_machine.h"
#include "tests/support/runtime_world.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weft::test {

// Answers by the dice: success, an error worth a retry, another one, or later than the state's
// timeout.
class DiceIntegration final : public integrations::Integration {
public:
    explicit DiceIntegration(std::uint64_t seed) : m_entropy(seed) {}
    std::string permit_key(const integrations::Call&) const override { return "dice"; }
    std::uint32_t permits_max(std::string_view) const override { return 3; }
    async::Task<integrations::Outcome> invoke(async::Loop& loop, integrations::Call call) override;

    std::function<void(const integrations::Call&)> on_call;
    std::function<void(const std::string& execution_arn)> on_success;

private:
    Entropy m_entropy;
};

// One seed's world: random machines, an endless loop, a child and its parent, clients that ask
// again; a disk that refuses writes, is full for a while or does not know what it wrote; crashes at
// flush boundaries. Everything follows from the seed.
class SimulatedWorld {
public:
    // Public events a history may have: an endless loop comes to its end.
    static constexpr std::uint64_t events_max = 1'500;

    SimulatedWorld(std::uint64_t seed, Planted fault, Coverage& coverage);

    // Until everything has ended. What is wrong; empty when all holds.
    std::string run();

private:
    struct Wanted {  // a start that some client wants
        std::string machine;
        std::string name;
        std::string input;
        bool acknowledged = false;
        bool asked = false;
        bool stop = false;  // and once it runs, its end
        bool stop_asked = false;
        int redrives = 0;  // to be asked for, each once it has ended without success
        bool redrive_asked = false;
    };

    RuntimeWorld::Faults faults(Planted fault);
    std::string begin();
    Result<std::string> create(const std::string& name, const std::string& definition);
    void make_relays();

    bool step();
    void disturb();
    void flush();
    void ask(bool all);
    void ask_later(bool& asked);
    void ask_start(Wanted& wanted);
    void ask_stop(Wanted& wanted);
    void ask_redrive(Wanted& wanted);
    bool may_be_redriven(const Wanted& wanted);
    void end_child();
    void crash(const std::string& when);
    std::string crash_point() const;
    bool ended();
    std::string check_messages();
    std::string unfinished();
    void note(std::string problem)
    {
        if (m_problem.empty()) m_problem = std::move(problem);
    }
    bool chance(std::uint64_t one_in) { return m_dice.next() % one_in == 0; }

    Coverage& m_coverage;
    Entropy m_dice;
    DiceIntegration m_integration;
    RandomMachine m_machines;
    Checker m_checker;
    FaultyJournal* m_disk = nullptr;
    Planted m_fault;
    bool m_disk_fails = false;  // in this world
    RuntimeWorld m_world;

    std::vector<Wanted> m_wanted;
    journal::IndexRow m_child;
    journal::IndexRow m_parent;
    bool m_child_asked = false;
    bool m_child_told = false;  // and its end is durable
    int m_crashes = 0;
    int m_disturbances = 0;
    bool m_full = false;
    Timestamp m_full_until{};
    Timestamp m_begun{};
    std::string m_problem;
};

}  // namespace weft::test
