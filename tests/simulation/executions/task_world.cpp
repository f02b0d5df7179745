#include "tests/simulation/executions/task_world.h"

#include "asl/compile.h"
#include "engine/task_token.h"
#include "history/event_table.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace weft::test {

namespace {

constexpr const char* activity = "arn:aws:states:us-east-1:123456789012:activity:work";
constexpr std::uint64_t steps_max = 300'000;
constexpr Milliseconds stop_grace = Seconds(60);

// A Task that is done again until somebody does it.
std::string task(const std::string& resource, const std::string& more)
{
    return fmt::format(R"({{"Type":"Task","Resource":"{}",{}"TimeoutSeconds":90,
        "Retry":[{{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":50}}],)",
                       resource, more);
}

std::string alone(const std::string& state, const std::string& name = "T")
{
    return fmt::format(R"({{"StartAt":"{}","States":{{"{}":{}"End":true}}}}}})", name, name, state);
}

}  // namespace

TaskWorld::TaskWorld(std::uint64_t seed, TaskCoverage& coverage)
    : m_coverage(coverage), m_dice(seed * 7 + 1), m_checker(seed * 3 + 11, 25'000),
      m_world(seed, 2, faults())
{
    m_engine.world = &m_world;
    m_crashes = static_cast<int>(m_dice.next() % 8);
    m_refusals = static_cast<int>(m_dice.next() % 5);
}

RuntimeWorld::Faults TaskWorld::faults()
{
    RuntimeWorld::Faults wanted;
    wanted.flush = journal::MemoryOptions::Flush::Manual;
    wanted.integration = &m_engine;
    // What only waits leaves memory at once, soon or late.
    constexpr std::array rests = {Milliseconds(0), Milliseconds(500), Milliseconds(10'000)};
    wanted.options.rest = rests[m_dice.next() % rests.size()];
    wanted.decorate = [this](journal::Journal& target) {
        auto faulty = std::make_unique<FaultyJournal>(target, JournalFaults{});
        m_disk = faulty.get();
        return faulty;
    };
    return wanted;
}

std::string TaskWorld::create(const std::string& name, const std::string& definition)
{
    const std::string arn = m_world.create(name, definition);
    m_checker.add_machine(arn, asl::compile(definition).machine);
    m_machines.push_back(arn);
    return arn;
}

std::string TaskWorld::begin()
{
    if (!m_world.catalog.create_activity({activity, "work", m_world.world.now(), {}, {}}))
        return "the activity was refused";
    m_engine.on_call = [this](const integrations::Call& call) {
        const std::string arn(call.execution_arn.view());
        note(m_checker.called(arn, call.idempotency_key, call.resent));
        // Its result comes by a token or a message.
        m_checker.answered(arn);
    };
    const std::string beats = chance(2) ? R"("HeartbeatSeconds":20,)" : "";
    const std::string worked = task(activity, beats);
    const std::string sent = task("arn:aws:states:::events:putEvents.waitForTaskToken",
                                  R"("Parameters":{"Entries":[],"Token.$":"$$.Task.Token"},)");
    const std::string work = create("work", alone(worked));
    const std::string token = create("token", alone(sent));
    const std::string slow = create(
        "slow", R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":300,"End":true}}})");
    const auto nested = [&](const std::string& pattern, const std::string& child) {
        return fmt::format(R"({{"Type":"Task","Resource":"arn:aws:states:::states:startExecution{}",
            "Parameters":{{"StateMachineArn":"{}","Input.$":"$"}},)",
                           pattern, child);
    };
    const std::string parent = create("parent", alone(nested(".sync:2", work)));
    const std::string both =
        create("both", fmt::format(R"({{"StartAt":"B","States":{{"B":{{"Type":"Parallel","End":true,
            "Branches":[{},{},{}]}}}}}})",
                                   alone(worked, "T1"), alone(nested(".sync", token), "T2"),
                                   alone(sent, "T3")));
    const std::string patient = create("patient", alone(nested(".sync", slow)));
    for (const std::string& machine : {work, token, parent, both, parent, both})
        m_wanted.push_back({machine, fmt::format("x{}", m_wanted.size())});
    for (int i = 0; i < 2; ++i) {
        m_wanted.push_back({patient, fmt::format("s{}", i)});
        m_wanted.back().stop = true;
    }
    return {};
}

std::string TaskWorld::run()
{
    if (std::string wrong = begin(); !wrong.empty()) return wrong;
    for (std::uint64_t steps = 0; m_problem.empty(); ++steps) {
        if (steps > steps_max) return "the world never comes to rest" + m_checker.unfinished();
        if (!step()) break;
    }
    return m_problem.empty() ? check_end() : m_problem;
}

bool TaskWorld::step()
{
    if (!m_world.failures.empty()) {
        crash();
        return true;
    }
    const bool worked = m_world.world.step();
    if (chance(12)) act(false);
    if (m_refusals > 0 && chance(150)) {
        --m_refusals;
        if (chance(4))
            m_disk->lose_next();
        else
            m_disk->refuse_next();
    }
    if (m_world.journal->pending() > 0 && (!worked || chance(4))) {
        flush();
        return true;
    }
    if (worked) return true;
    note(m_checker.check_live(*m_world.runtime));
    if (ended()) return false;
    act(true);
    if (m_world.world.step() || m_world.world.advance_to_next()) return true;
    note("nothing is left to do" + m_checker.unfinished());
    return true;
}

// What clients, workers and holders of tokens do.
void TaskWorld::act(bool all)
{
    for (Wanted& wanted : m_wanted) {
        if (!wanted.acknowledged && !wanted.asked) return start(wanted);
        if (wanted.acknowledged && wanted.stop && !wanted.stop_asked && chance(all ? 2 : 6))
            return stop(wanted);
    }
    for (; m_sent < m_engine.sent.size(); ++m_sent)
        if (const json::Value* token = m_engine.sent[m_sent].parameters.find("Token"))
            m_open.push_back({std::string(token->as_string())});
    if (m_polls < 3 && chance(2)) return poll();
    for (Open& open : m_open)
        if (open.answers < 2 && chance(open.answers == 0 ? 4 : 30)) return answer(open);
}

void TaskWorld::later(bool& asked)
{
    m_world.home().post([this, &asked] {
        m_world.home().call_at(m_world.world.now() + Seconds(1), [&asked] { asked = false; });
    });
}

void TaskWorld::start(Wanted& wanted)
{
    wanted.asked = true;
    m_world.home().post([this, &wanted] {
        m_world.runtime->start(
            m_world.home(), {wanted.machine, wanted.name, json::Value::object(), {}},
            [this, &wanted](Result<runtime::StartReply> reply) {
                const bool there = reply || reply.error().code == ErrorCode::ExecutionAlreadyExists;
                if (!there) return later(wanted.asked);
                wanted.acknowledged = true;
                if (reply) m_checker.acknowledged(reply->execution_arn);
            });
    });
}

void TaskWorld::stop(Wanted& wanted)
{
    wanted.stop_asked = true;
    m_world.home().post([this, &wanted] {
        std::string arn = wanted.machine + ":" + wanted.name;
        arn.replace(arn.find(":stateMachine:"), 14, ":execution:");
        m_world.runtime->stop(m_world.home(), {arn, std::nullopt, std::nullopt},
                              [this, &wanted](Result<Timestamp> reply) {
                                  if (!reply) return later(wanted.stop_asked);
                                  wanted.stopped = true;
                              });
    });
}

void TaskWorld::poll()
{
    ++m_polls;
    const bool leaves = chance(5);
    m_world.home().post([this, leaves, epoch = m_epoch] {
        auto there = std::make_shared<bool>(true);
        m_world.runtime->get_activity_task(
            m_world.home(), {activity, "worker"},
            [this, leaves, there](std::function<void()> leave) {
                if (!leaves) return;
                m_world.home().call_at(m_world.world.now() + Seconds(5),
                                       [this, there, leave = std::move(leave)] {
                                           *there = false;
                                           ++m_coverage.polls_left;
                                           leave();
                                       });
            },
            [this, there, epoch](Result<std::optional<runtime::ActivityTask>> task) {
                if (epoch == m_epoch) --m_polls;
                if (!*there || !task || !*task) return *there;
                if (chance(6))
                    ++m_coverage.tasks_lost;  // the worker forgets it
                else
                    m_open.push_back({(*task)->token});
                return true;
            });
    });
}

void TaskWorld::answer(Open& open)
{
    const bool again = ++open.answers > 1;
    const auto token = engine::read_task_token(open.token, m_world.journal->secret());
    if (!token) return note("a token is not one");
    m_world.home().post([this, text = open.token, again, failed = chance(6), &open] {
        if (chance(4) && !again)
            m_world.runtime->heartbeat_task(m_world.home(), text, [](Result<>) {});
        m_world.runtime->answer_task(m_world.home(), {text, failed, json::Value("done"), {}, {}},
                                     [this, again, &open](Result<> answered) {
                                         if (answered) return;
                                         if (again &&
                                             answered.error().code == ErrorCode::TaskTimedOut)
                                             ++m_coverage.tokens_twice;
                                         else if (answered.error().code == ErrorCode::InvalidToken)
                                             note("a token was not recognised");
                                         else if (answered.error().code != ErrorCode::TaskTimedOut)
                                             open.answers = 0;  // refused by the disk: once more
                                     });
    });
}

void TaskWorld::flush()
{
    m_world.journal->flush(1 + m_dice.next() % 3);
    note(m_checker.check(*m_world.journal));
    if (m_crashes == 0 || !chance(8)) return;
    --m_crashes;
    crash();
}

void TaskWorld::crash()
{
    ++m_coverage.crashes;
    ++m_epoch;
    m_disk->restart();
    m_world.failures.clear();
    m_polls = 0;
    m_world.crash();
    for (Wanted& wanted : m_wanted) {
        wanted.asked = false;
        wanted.stop_asked = wanted.stopped;
    }
    for (Open& open : m_open) open.answers = 0;
}

// An execution event by event, for messages.
std::string TaskWorld::story(const journal::IndexRow& row)
{
    std::string text = fmt::format("{} {}\n", row.machine_arn, row.name);
    const auto batches = m_world.journal->read(row.key, 0, SIZE_MAX);
    if (!batches) return text + batches.error().message;
    for (const journal::Batch& batch : *batches)
        for (const history::Event& event : batch.events)
            text += fmt::format("  {} {} {} in batch {}\n", event.time.time_since_epoch().count(),
                                event.id, history::event_row(event.type).name, batch.number);
    return text;
}

bool TaskWorld::ended()
{
    if (m_world.journal->pending() > 0 || !m_checker.all_ended()) return false;
    for (const Wanted& wanted : m_wanted)
        if (!wanted.acknowledged) return false;
    return m_world.journal->unsettled(0, 10)->empty();
}

std::string TaskWorld::check_end()
{
    Coverage seen;
    if (std::string wrong = m_checker.check_ended(seen); !wrong.empty()) return wrong;
    for (const auto& [type, count] : seen.events) m_coverage.events[type] += count;
    if (!m_world.journal->offers(0, 10)->empty()) return "an offer is left of a task that ended";

    // Children by the stream of their parent: one for each call, which ended with it or before.
    std::map<journal::StreamKey, journal::IndexRow> rows;
    for (const std::string& machine : m_machines) {
        const auto listed =
            *m_world.journal->list({.machine_arn = machine, .status = {}, .before = {}});
        for (const journal::IndexRow& row : listed) rows.emplace(row.key, row);
    }
    std::set<std::pair<journal::StreamKey, history::EventId>> calls;
    for (const auto& [key, row] : rows) {
        const auto first = m_world.journal->read(key, 0, 1);
        const auto& started = *std::get<history::Boxed<history::ExecutionStarted>>(
            first->front().events.front().details);
        if (started.parent_key == 0) continue;
        if (!calls.emplace(started.parent_key, started.parent_event).second)
            return "a call has two children";
        const auto parent = rows.find(started.parent_key);
        if (parent == rows.end()) return "a child's parent is gone";
        if (parent->second.status == journal::RunStatus::Succeeded) continue;
        if (*row.stop > *parent->second.stop + stop_grace)
            return "a child outlived its parent\n" + story(parent->second) + story(row);
        if (row.status == journal::RunStatus::Aborted) ++m_coverage.children_stopped;
    }
    return {};
}

}  // namespace weft::test
