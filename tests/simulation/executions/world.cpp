#include "tests/simulation/executions/world.h"

#include "asl/compile.h"
#include "runtime/names.h"
#include "tests/support/faulty_journal.h"
#include "tests/support/random_machine.h"
#include "tests/support/relay_stream.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace weft::test {

namespace {

constexpr const char* endless = R"({"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},
    "B":{"Type":"Choice","Choices":[{"Variable":"$.never","IsPresent":true,"Next":"E"}],"Default":"A"},
    "E":{"Type":"Succeed"}}})";
constexpr const char* patient =
    R"({"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"Next":"B"},
    "B":{"Type":"Choice","Choices":[{"Variable":"$.never","IsPresent":true,"Next":"E"}],"Default":"A"},
    "E":{"Type":"Succeed"}}})";
constexpr std::uint64_t steps_max = 500'000;

}  // namespace

async::Task<integrations::Outcome> DiceIntegration::invoke(async::Loop& loop,
                                                           integrations::Call call)
{
    if (on_call) on_call(call);
    const std::uint64_t die = m_entropy.next() % 10;
    const Timestamp until =
        loop.now() +
        Milliseconds(static_cast<std::int64_t>(m_entropy.next() % (die == 0 ? 60'000 : 3'000)));
    CO_CHECK(co_await async::sleep_until(loop, until));
    if (die < 6) {
        if (on_success) on_success(std::string(call.execution_arn.view()));
        co_return integrations::Outcome(
            integrations::Success{json::Value(static_cast<std::int64_t>(die)), {}});
    }
    if (die < 9)
        co_return integrations::Outcome(integrations::Failure{"Flaky", "the dice said so"});
    co_return integrations::Outcome(integrations::Failure{"Broken", "the dice said so"});
}

SimulatedWorld::SimulatedWorld(std::uint64_t seed, Planted fault, Coverage& coverage)
    : m_coverage(coverage), m_dice(seed * 7 + 1), m_integration(seed * 13 + 5),
      m_machines(seed * 31 + 7), m_checker(seed * 3 + 11, events_max), m_fault(fault),
      m_world(seed, 2, faults(fault))
{
    m_disk_fails = chance(2);
    m_crashes = static_cast<int>(m_dice.next() % 6);
    m_disturbances = m_disk_fails ? 1 + static_cast<int>(m_dice.next() % 6) : 0;
}

RuntimeWorld::Faults SimulatedWorld::faults(Planted fault)
{
    RuntimeWorld::Faults wanted;
    wanted.flush = journal::MemoryOptions::Flush::Manual;
    wanted.integration = &m_integration;
    wanted.prepare = RelayStream::prepare;
    wanted.options.limits.history_events_max = fault == Planted::NoLimit ? 1'000'000 : events_max;
    // What only waits leaves memory at once, soon or late.
    constexpr std::array rests = {Milliseconds(0), Milliseconds(500), Milliseconds(10'000)};
    wanted.options.rest = rests[m_dice.next() % rests.size()];
    wanted.decorate = [this, fault](journal::Journal& target) -> std::unique_ptr<journal::Journal> {
        auto faulty = std::make_unique<FaultyJournal>(target, JournalFaults{});
        m_disk = faulty.get();
        if (fault == Planted::None) return faulty;
        return plant(fault, std::move(faulty));
    };
    return wanted;
}

std::string SimulatedWorld::begin()
{
    m_integration.on_call = [this](const integrations::Call& call) {
        m_coverage.resent += call.resent ? 1 : 0;
        note(m_checker.called(std::string(call.execution_arn.view()), call.idempotency_key,
                              call.resent));
    };
    m_integration.on_success = [this](const std::string& arn) { m_checker.answered(arn); };
    for (int i = 0; i < 3; ++i) {
        const std::string definition = m_machines.definition();
        const Result<std::string> machine = create(fmt::format("m{}", i), definition);
        if (!machine)
            return "a drawn machine was refused: " + machine.error().message + "\n" + definition;
        for (int k = 0; k < 2; ++k)
            m_wanted.push_back({*machine, fmt::format("x{}", k), RandomMachine::input(m_dice)});
        if (chance(2)) m_wanted.back().redrives = 1 + static_cast<int>(m_dice.next() % 3);
    }
    if (chance(3) || m_fault == Planted::NoLimit) {
        const Result<std::string> machine = create("endless", endless);
        if (!machine) return "the endless loop was refused: " + machine.error().message;
        m_wanted.push_back({*machine, "limit", "{}"});
        const Result<std::string> slow = create("patient", patient);
        if (!slow) return "the slow loop was refused: " + slow.error().message;
        m_wanted.push_back({*slow, "stop", "{}"});
        m_wanted.back().stop = true;
    }
    make_relays();
    return {};
}

Result<std::string> SimulatedWorld::create(const std::string& name, const std::string& definition)
{
    runtime::CreateMachine request;
    request.name = name;
    request.definition = definition;
    request.role_arn = "arn:aws:iam::123456789012:role/r";
    const auto created =
        m_world.ask<catalog::StateMachine>([&](runtime::Callback<catalog::StateMachine> reply) {
            m_world.runtime->create_machine(m_world.home(), request, std::move(reply));
        });
    if (!created) return tl::unexpected(created.error());
    m_checker.add_machine(created->arn, asl::compile(definition).machine);
    return created->arn;
}

void SimulatedWorld::make_relays()
{
    for (auto* row : {&m_child, &m_parent}) {
        const journal::StreamKey key = m_world.journal->next_key();
        m_world.journal->append(
            RelayStream::creation(key, row == &m_child ? "child" : "parent", m_world.world.now()),
            [](Result<>) {});
        m_world.journal->flush();
        *row = **m_world.journal->find(key);
    }
}

std::string SimulatedWorld::run()
{
    m_begun = m_world.world.now();
    if (std::string wrong = begin(); !wrong.empty()) return wrong;
    for (std::uint64_t steps = 0; m_problem.empty(); ++steps) {
        if (steps > steps_max) return "the world never comes to rest: " + unfinished();
        if (!step()) break;
    }
    if (!m_problem.empty()) return m_problem;
    for (const auto& [type, count] : m_machines.drawn()) m_coverage.states[type] += count;
    if (std::string wrong = check_messages(); !wrong.empty()) return wrong;
    return m_checker.check_ended(m_coverage);
}

// False when everything is over.
bool SimulatedWorld::step()
{
    if (m_full && m_world.world.now() >= m_full_until) {
        m_full = false;
        m_disk->set_full(false);
    }
    if (!m_world.failures.empty()) {
        // What the process does when its disk does not know what it wrote.
        crash("after an unknown outcome");
        return true;
    }
    const bool worked = m_world.world.step();
    if (chance(8)) ask(false);
    if (m_disturbances > 0 && chance(60)) disturb();
    if (m_full && m_crashes > 0 && chance(200)) {
        --m_crashes;
        crash("while the disk is full");
        return true;
    }
    if (m_world.journal->pending() > 0 && (!worked || chance(4))) {
        flush();
        return true;
    }
    if (worked) return true;
    note(m_checker.check_live(*m_world.runtime));
    if (ended()) return false;
    ask(true);
    if (m_world.world.step() || m_world.world.advance_to_next()) return true;
    if (m_full) {
        m_full_until = m_world.world.now();
        return true;
    }
    note("nothing is left to do: " + unfinished());
    return true;
}

// What a disk does.
void SimulatedWorld::disturb()
{
    --m_disturbances;
    switch (m_dice.next() % 4) {
    case 0: m_disk->lose_next(); break;
    case 1: m_disk->refuse_next(); break;
    default:
        m_full = true;
        m_full_until =
            m_world.world.now() + Milliseconds(static_cast<std::int64_t>(m_dice.next() % 20'000));
        m_disk->set_full(true);
        break;
    }
}

void SimulatedWorld::flush()
{
    // Any number of writes may be what a flush took along.
    m_world.journal->flush(1 + m_dice.next() % 3);
    note(m_checker.check(*m_world.journal));
    if (m_crashes == 0 || !chance(8)) return;
    --m_crashes;
    crash(crash_point());
}

std::string SimulatedWorld::crash_point() const
{
    const auto child = *m_world.journal->find(m_child.key);
    if (child->outbox)
        return RelayStream::accepted_in(*m_world.journal, m_parent.key).empty()
                   ? "between a child's end and its parent"
                   : "between acceptance and confirmation";
    return m_world.journal->pending() > 0 ? "within a flush" : "after a flush";
}

void SimulatedWorld::crash(const std::string& when)
{
    ++m_coverage.crashes[when];
    if (!m_checker.last_event().empty()) m_coverage.crash_points.insert(m_checker.last_event());
    m_disk->restart();
    m_disk->set_full(false);
    m_full = false;
    m_world.failures.clear();
    m_world.crash();
    for (Wanted& wanted : m_wanted) {
        wanted.asked = false;
        wanted.stop_asked = false;
        wanted.redrive_asked = false;
    }
    m_child_asked = m_child_told;
}

// Clients: each asks for what it has no answer to, and again after an error.
void SimulatedWorld::ask(bool all)
{
    for (Wanted& wanted : m_wanted) {
        if (!wanted.acknowledged && !wanted.asked) return ask_start(wanted);
        if (wanted.acknowledged && wanted.stop && !wanted.stop_asked && (all || chance(3)))
            return ask_stop(wanted);
        if (may_be_redriven(wanted) && !wanted.redrive_asked && (all || chance(3)))
            return ask_redrive(wanted);
    }
    if (!m_child_asked && (all || chance(4))) end_child();
}

// An error: a client waits a while before it asks again.
void SimulatedWorld::ask_later(bool& asked)
{
    ++m_coverage.refused;
    m_world.home().post([this, &asked] {
        m_world.home().call_at(m_world.world.now() + Seconds(1), [&asked] { asked = false; });
    });
}

void SimulatedWorld::ask_start(Wanted& wanted)
{
    wanted.asked = true;
    m_world.home().post([this, &wanted] {
        runtime::StartRequest request{wanted.machine, wanted.name, *json::parse(wanted.input), {}};
        m_world.runtime->start(
            m_world.home(), request, [this, &wanted](Result<runtime::StartReply> reply) {
                // Ended in the meantime, while the first answer was lost.
                const bool exists =
                    !reply && reply.error().code == ErrorCode::ExecutionAlreadyExists;
                if (!reply && !exists) {
                    return ask_later(wanted.asked);
                }
                wanted.acknowledged = true;
                if (reply) m_checker.acknowledged(reply->execution_arn);
            });
    });
}

void SimulatedWorld::ask_stop(Wanted& wanted)
{
    wanted.stop_asked = true;
    m_world.home().post([this, &wanted] {
        const std::string arn = runtime::execution_arn(wanted.machine, wanted.name);
        const runtime::StopRequest request{arn, "Enough", std::nullopt};
        m_world.runtime->stop(m_world.home(), request, [this, &wanted](Result<Timestamp> reply) {
            if (!reply) ask_later(wanted.stop_asked);
        });
    });
}

// A client that heard no answer asks again, with the same token.
void SimulatedWorld::ask_redrive(Wanted& wanted)
{
    wanted.redrive_asked = true;
    m_world.home().post([this, &wanted] {
        const std::string arn = runtime::execution_arn(wanted.machine, wanted.name);
        const runtime::RedriveRequest request{arn, fmt::format("r{}", wanted.redrives)};
        m_world.runtime->redrive(
            m_world.home(), request, [this, &wanted, arn](Result<Timestamp> reply) {
                if (reply) {
                    note(m_checker.redriven(arn, *reply));
                    wanted.redrive_asked = false;
                    --wanted.redrives;
                } else if (reply.error().code == ErrorCode::ExecutionNotRedrivable) {
                    wanted.redrives = 0;
                } else {
                    ask_later(wanted.redrive_asked);
                }
            });
    });
}

bool SimulatedWorld::may_be_redriven(const Wanted& wanted)
{
    if (!wanted.acknowledged || wanted.redrives == 0) return false;
    const auto row = m_world.journal->find_by_name(wanted.machine, wanted.name);
    return row && *row && (*row)->stop && (*row)->status != journal::RunStatus::Succeeded;
}

void SimulatedWorld::end_child()
{
    m_child_asked = true;
    RelayStream::instruct(*m_world.runtime, m_child,
                          json::Value::object({{"end", m_parent.key}, {"body", "done"}}),
                          [this](Result<> reply) {
                              if (!reply) return ask_later(m_child_asked);
                              m_child_told = true;
                          });
}

bool SimulatedWorld::ended()
{
    if (m_world.journal->pending() > 0 || m_full) return false;
    for (const Wanted& wanted : m_wanted)
        if (!wanted.acknowledged || may_be_redriven(wanted)) return false;
    const auto child = *m_world.journal->find(m_child.key);
    const auto parent = *m_world.journal->find(m_parent.key);
    return child->stop && parent->stop && !child->outbox && m_checker.all_ended();
}

// For messages about what has not come to its end.
std::string SimulatedWorld::unfinished()
{
    std::string text = fmt::format("{} writes wait, the disk is {}full, {} ms have passed",
                                   m_world.journal->pending(), m_full ? "" : "not ",
                                   (m_world.world.now() - m_begun).count());
    for (const Wanted& wanted : m_wanted)
        if (!wanted.acknowledged) text += fmt::format(", {} has not started", wanted.name);
    if (!(*m_world.journal->find(m_parent.key))->stop) text += ", the parent has not ended";
    if ((*m_world.journal->find(m_child.key))->outbox) text += ", the child's message waits";
    return text + m_checker.unfinished();
}

std::string SimulatedWorld::check_messages()
{
    const RelayStream::Accepted accepted = RelayStream::accepted_in(*m_world.journal, m_parent.key);
    if (accepted != RelayStream::Accepted{{{m_child.key, 1}, 1}})
        return fmt::format("the child's message was accepted as {} messages", accepted.size());
    return {};
}

}  // namespace weft::test
