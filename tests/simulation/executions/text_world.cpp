#include "tests/simulation/executions/text_world.h"

#include "asl/compile.h"
#include "engine/task_token.h"
#include "history/event_table.h"
#include "runtime/names.h"
#include "tests/support/random_machine.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace weft::test {

namespace {

constexpr const char* arn_begin = "arn:aws:states:us-east-1:123456789012:";
constexpr std::uint64_t steps_max = 300'000;
constexpr std::uint64_t events_max = 25'000;
constexpr Milliseconds stop_grace = Seconds(60);
constexpr Milliseconds never = Seconds(40 * 86'400);

}  // namespace

TextWorld::TextWorld(const WorldText& text, std::uint64_t seed, Planted fault,
                     std::map<std::string, int>& seen)
    : m_text(text), m_seen(seen), m_dice(seed * 7 + 1), m_checker(seed * 3 + 11, events_max),
      m_world(seed, 2, faults(fault)), m_wire(m_world, m_dice, text.faults, seen),
      m_random_seed(seed * 31 + 7)
{
    m_engine.world = &m_world;
    m_crashes = at_most(text.faults.crashes);
    m_refusals = at_most(text.faults.refused_writes);
    m_forward = at_most(text.faults.clock_forward);
    m_back = at_most(text.faults.clock_back);
}

std::int64_t TextWorld::at_most(std::int64_t limit)
{
    return static_cast<std::int64_t>(m_dice.next() % static_cast<std::uint64_t>(limit + 1));
}

RuntimeWorld::Faults TextWorld::faults(Planted fault)
{
    RuntimeWorld::Faults wanted;
    wanted.flush = journal::MemoryOptions::Flush::Manual;
    wanted.integration = &m_engine;
    wanted.decorate = [this, fault](journal::Journal& target) -> std::unique_ptr<journal::Journal> {
        auto faulty = std::make_unique<FaultyJournal>(target, JournalFaults{});
        m_disk = faulty.get();
        if (fault == Planted::None) return faulty;
        return plant(fault, std::move(faulty));
    };
    return wanted;
}

std::string TextWorld::create(const std::string& name, const std::string& definition)
{
    const std::string arn = m_world.create(name, definition);
    m_checker.add_machine(arn, asl::compile(definition).machine);
    m_machines[name] = arn;
    return arn;
}

std::string TextWorld::begin()
{
    RandomWork work;
    for (const std::string& name : m_text.activities) {
        const std::string arn = fmt::format("{}activity:{}", arn_begin, name);
        if (!m_world.catalog.create_activity({arn, name, m_world.world.now(), {}, {}}))
            return "an activity was refused";
        work.activities.push_back(arn);
    }
    m_engine.on_call = [this](const integrations::Call& call) {
        const std::string arn(call.execution_arn.view());
        note(m_checker.called(arn, call.idempotency_key, call.resent));
        // Its result comes by a token or a message.
        m_checker.answered(arn);
    };
    m_engine.delay = [this] { return call_delay(); };
    for (const auto& [name, definition] : m_text.machines) create(name, definition);
    for (std::int64_t i = 0; i < m_text.random_machines; ++i) {
        RandomMachine drawn(m_random_seed + static_cast<std::uint64_t>(i), work);
        // What others call is small: a call in a Map of a call in a Map grows fast.
        const bool last = i + 1 == m_text.random_machines;
        const std::string arn =
            create(fmt::format("random{}", i), last ? drawn.definition() : drawn.small());
        if (work.children.empty()) work.children.push_back(arn);
        for (const auto& [type, count] : drawn.drawn()) m_seen["drawn " + type] += count;
        for (int k = 0; k < 2; ++k) m_wanted.push_back({arn, fmt::format("x{}", k)});
    }
    for (const WorldText::Load& load : m_text.load) {
        const auto machine = m_machines.find(load.machine);
        if (machine == m_machines.end()) return "there is no machine " + load.machine;
        for (std::int64_t i = 0; i < load.starts; ++i) {
            m_wanted.push_back({machine->second, fmt::format("w{}", m_wanted.size())});
            m_wanted.back().stop = load.stop;
            m_wanted.back().redrives = load.redrives;
        }
    }
    return {};
}

// How long each half of a call's way takes.
Milliseconds TextWorld::call_delay()
{
    if (m_wire.meets(m_text.faults.calls_lost_one_in, "calls lost")) return never;
    if (!m_wire.meets(m_text.faults.calls_late_one_in, "calls late")) return Milliseconds(0);
    return Milliseconds(static_cast<std::int64_t>(m_dice.next() % 120'000));
}

std::string TextWorld::run()
{
    if (std::string wrong = begin(); !wrong.empty()) return wrong;
    for (std::uint64_t steps = 0; m_problem.empty(); ++steps) {
        if (steps > steps_max) return "the world never comes to rest" + unfinished();
        if (!step()) break;
    }
    return m_problem.empty() ? check_end() : m_problem;
}

bool TextWorld::step()
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
        ++m_seen["writes refused"];
    }
    if (m_forward > 0 && chance(100)) set_clock(false);
    if (m_world.journal->pending() > 0 && (!worked || chance(4))) {
        flush();
        return true;
    }
    if (worked) return true;
    note(m_checker.check_live(*m_world.runtime));
    if (ended()) return false;
    act(true);
    if (m_world.world.step() || m_world.world.advance_to_next()) return true;
    note("nothing is left to do" + unfinished());
    return true;
}

// For messages about what has not come to its end.
std::string TextWorld::unfinished()
{
    std::string text = m_checker.unfinished();
    for (const Wanted& wanted : m_wanted)
        if (!wanted.acknowledged)
            text += fmt::format(", {} is not started{}", wanted.name, wanted.asked ? " yet" : "");
        else if (may_be_redriven(wanted))
            text += fmt::format(", {} is not redriven{}", wanted.name,
                                wanted.redrive_asked ? " yet" : "");
    const auto unsettled = *m_world.journal->unsettled(0, 10);
    for (const journal::IndexRow& row : unsettled)
        text += fmt::format(", {} {} is not settled{}\n{}", row.machine_arn, row.name,
                            row.outbox ? ": messages wait" : "", story(row));
    return text;
}

// By a second or two days: administrators, time servers and suspended machines.
void TextWorld::set_clock(bool back)
{
    --(back ? m_back : m_forward);
    const Milliseconds by = Seconds(std::int64_t{1} << (m_dice.next() % 18));
    m_clock_moved += by;
    m_world.world.set_wall_clock(back ? -by : by);
    ++m_seen[back ? "clock back" : "clock forward"];
}

// What clients, workers and holders of tokens do.
void TextWorld::act(bool all)
{
    for (Wanted& wanted : m_wanted) {
        if (!wanted.acknowledged && !wanted.asked) return start(wanted);
        if (wanted.acknowledged && wanted.stop && !wanted.stop_asked && chance(all ? 2 : 6))
            return stop(wanted);
        if (!wanted.redrive_asked && may_be_redriven(wanted) && (all || chance(6)))
            return redrive(wanted);
    }
    for (; m_sent < m_engine.sent.size(); ++m_sent)
        if (const json::Value* token = m_engine.sent[m_sent].parameters.find("Token"))
            m_open.push_back({std::string(token->as_string()), 0, {}, false});
    // Workers come when there is work, and now and then when there is none.
    if (m_polls < 3 && !m_text.activities.empty() && chance(2) &&
        (chance(20) || !m_world.journal->offers(0, 1)->empty()))
        return poll();
    const std::int64_t twice = m_text.faults.answers_twice_one_in;
    for (Open& open : m_open) {
        if (open.answers == 0 && chance(8)) return beat(open);
        if (open.answers == 0 && chance(4)) return answer(open);
        if (open.answers == 1 && m_wire.meets(twice, "tokens answered twice")) return answer(open);
    }
}

void TextWorld::later(bool& asked)
{
    m_world.home().post([this, &asked] {
        m_world.home().call_at(m_world.world.now() + Seconds(1), [&asked] { asked = false; });
    });
}

void TextWorld::start(Wanted& wanted)
{
    wanted.asked = true;
    Wire::Exchange<runtime::StartReply> exchange;
    exchange.request = [this, &wanted](runtime::Callback<runtime::StartReply> reply) {
        const runtime::StartRequest request{
            wanted.machine, wanted.name, *json::parse(R"({"items":[1,2],"n":4})"), {}};
        m_world.runtime->start(m_world.home(), request, std::move(reply));
    };
    exchange.answered = [this, &wanted](const Result<runtime::StartReply>& reply) {
        if (!reply) return;
        m_checker.acknowledged(reply->execution_arn);
        if (wanted.start && *wanted.start != reply->start)
            note(reply->execution_arn + ": it was started twice");
        wanted.start = reply->start;
    };
    exchange.heard = [this, &wanted](Result<runtime::StartReply> reply) {
        const bool there = reply || reply.error().code == ErrorCode::ExecutionAlreadyExists;
        if (!there) return later(wanted.asked);
        wanted.acknowledged = true;
    };
    exchange.unheard = [&wanted] { wanted.asked = false; };
    m_wire.ask(std::move(exchange));
}

void TextWorld::stop(Wanted& wanted)
{
    wanted.stop_asked = true;
    Wire::Exchange<Timestamp> exchange;
    exchange.request = [this, arn = runtime::execution_arn(wanted.machine, wanted.name)](
                           runtime::Callback<Timestamp> reply) {
        m_world.runtime->stop(m_world.home(), {arn, std::nullopt, std::nullopt}, std::move(reply));
    };
    exchange.answered = [](const Result<Timestamp>&) {};
    exchange.heard = [this, &wanted](Result<Timestamp> reply) {
        if (!reply) return later(wanted.stop_asked);
        wanted.stopped = true;
    };
    exchange.unheard = [&wanted] { wanted.stop_asked = false; };
    m_wire.ask(std::move(exchange));
}

bool TextWorld::may_be_redriven(const Wanted& wanted)
{
    if (!wanted.acknowledged || wanted.redrives == 0) return false;
    const auto row = m_world.journal->find_by_name(wanted.machine, wanted.name);
    return row && *row && (*row)->stop && (*row)->status != journal::RunStatus::Succeeded;
}

// A client that heard no answer asks again, with the same token.
void TextWorld::redrive(Wanted& wanted)
{
    wanted.redrive_asked = true;
    const runtime::RedriveRequest request{runtime::execution_arn(wanted.machine, wanted.name),
                                          fmt::format("r{}", wanted.redrives)};
    Wire::Exchange<Timestamp> exchange;
    exchange.request = [this, request](runtime::Callback<Timestamp> reply) {
        m_world.runtime->redrive(m_world.home(), request, std::move(reply));
    };
    exchange.answered = [this, arn = request.execution_arn](const Result<Timestamp>& reply) {
        if (reply) note(m_checker.redriven(arn, *reply));
    };
    exchange.heard = [this, &wanted](Result<Timestamp> reply) {
        if (!reply && reply.error().code != ErrorCode::ExecutionNotRedrivable)
            return later(wanted.redrive_asked);
        wanted.redrive_asked = false;
        --wanted.redrives;
    };
    exchange.unheard = [&wanted] { wanted.redrive_asked = false; };
    m_wire.ask(std::move(exchange));
}

void TextWorld::poll()
{
    const WorldText::Faults& faults = m_text.faults;
    if (m_wire.meets(faults.requests_lost_one_in, "polls lost")) return;
    ++m_polls;
    const bool leaves = m_wire.meets(faults.workers_leave_one_in, "polls left");
    const std::string activity = fmt::format(
        "{}activity:{}", arn_begin, m_text.activities[m_dice.next() % m_text.activities.size()]);
    m_world.home().post([this, leaves, activity, epoch = m_epoch] {
        auto there = std::make_shared<bool>(true);
        m_world.runtime->get_activity_task(
            m_world.home(), {activity, "worker"},
            [this, leaves, there](std::function<void()> leave) {
                if (!leaves) return;
                m_world.home().call_at(m_world.world.now() + Seconds(5),
                                       [there, leave = std::move(leave)] {
                                           *there = false;
                                           leave();
                                       });
            },
            [this, there, epoch](Result<std::optional<runtime::ActivityTask>> task) {
                if (epoch == m_epoch) --m_polls;
                if (!*there || !task || !*task) return *there;
                if (m_wire.meets(m_text.faults.workers_forget_one_in, "tasks lost")) return true;
                m_open.push_back({(*task)->token, 0, {}, false});
                // The answer came twice: two workers have the task.
                if (m_wire.meets(m_text.faults.requests_twice_one_in, "tasks given twice"))
                    m_open.push_back({(*task)->token, 0, {}, false});
                return true;
            });
    });
}

void TextWorld::beat(const Open& open)
{
    Wire::Exchange<void> exchange;
    exchange.request = [this, text = open.token](runtime::Callback<void> reply) {
        m_world.runtime->heartbeat_task(m_world.home(), text, std::move(reply));
    };
    exchange.answered = [this](const Result<>& answered) {
        ++m_seen[answered ? "heartbeats" : "heartbeats too late"];
        if (!answered && answered.error().code == ErrorCode::InvalidToken)
            note("the token of a heartbeat was not recognised");
    };
    exchange.heard = [](Result<>) {};
    exchange.unheard = [] {};
    m_wire.ask(std::move(exchange));
}

void TextWorld::answer(Open& open)
{
    const bool again = ++open.answers > 1;
    const auto token = engine::read_task_token(open.token, m_world.journal->secret());
    if (!token) return note("a token is not one");
    if (open.value.empty() || again) {
        open.value = m_ledger.next_value();
        open.failed = chance(6);
    }
    m_ledger.sent(open.value, *token);
    Wire::Exchange<void> exchange;
    exchange.request = [this, text = open.token, value = open.value,
                        failed = open.failed](runtime::Callback<void> reply) {
        m_world.runtime->answer_task(m_world.home(), {text, failed, json::Value(value), value, {}},
                                     std::move(reply));
    };
    exchange.answered = [this, value = open.value](const Result<>& answered) {
        if (answered) m_ledger.acknowledged(value);
        if (!answered && answered.error().code == ErrorCode::InvalidToken)
            note("a token was not recognised");
    };
    exchange.heard = [this, again, &open](Result<> answered) {
        if (answered) return;
        if (answered.error().code == ErrorCode::TaskTimedOut)
            ++m_seen[again ? "second answers refused" : "answers too late"];
        else
            open.answers = 0;  // refused by the disk: once more
    };
    exchange.unheard = [&open] { open.answers = 0; };
    m_wire.ask(std::move(exchange));
}

void TextWorld::flush()
{
    m_world.journal->flush(1 + m_dice.next() % 3);
    note(m_checker.check(*m_world.journal));
    if (m_crashes == 0 || !chance(8)) return;
    --m_crashes;
    crash();
}

void TextWorld::crash()
{
    ++m_seen["crashes"];
    ++m_epoch;
    m_disk->restart();
    m_world.failures.clear();
    m_polls = 0;
    m_world.end();
    if (m_back > 0 && chance(2)) set_clock(true);
    m_world.journal->crash();
    m_world.begin();
    for (Wanted& wanted : m_wanted) {
        wanted.asked = false;
        wanted.stop_asked = wanted.stopped;
        wanted.redrive_asked = false;
    }
    for (Open& open : m_open) open.answers = 0;
}

// An execution event by event, for messages.
std::string TextWorld::story(const journal::IndexRow& row)
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

bool TextWorld::ended()
{
    if (m_world.journal->pending() > 0 || !m_checker.all_ended()) return false;
    for (const Wanted& wanted : m_wanted)
        if (!wanted.acknowledged || may_be_redriven(wanted)) return false;
    return m_world.journal->unsettled(0, 10)->empty();
}

std::string TextWorld::check_end()
{
    Coverage seen;
    if (std::string wrong = m_checker.check_ended(seen); !wrong.empty()) return wrong;
    m_seen["executions"] += static_cast<int>(seen.executions);
    for (const auto& [type, count] : seen.events) m_seen[type] += count;
    if (!m_world.journal->offers(0, 10)->empty()) return "an offer is left of a task that ended";
    if (std::string wrong = check_children(); !wrong.empty()) return wrong;
    std::vector<std::string> arns;
    for (const auto& [name, arn] : m_machines) arns.push_back(arn);
    return m_ledger.check(*m_world.journal, arns);
}

// One child for each call, which ended with its parent or before.
std::string TextWorld::check_children()
{
    std::map<journal::StreamKey, journal::IndexRow> rows;
    for (const auto& [name, machine] : m_machines) {
        const auto listed = *m_world.journal->list(
            {.machine_arn = machine, .status = {}, .before = {}, .limit = 10'000});
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
        if (!started.parent_waits) continue;
        if (parent->second.status == journal::RunStatus::Succeeded) continue;
        if (*row.stop > *parent->second.stop + stop_grace + m_clock_moved)
            return "a child outlived its parent\n" + story(parent->second) + story(row);
        if (row.status == journal::RunStatus::Aborted) ++m_seen["children stopped"];
    }
    return {};
}

}  // namespace weft::test
