#include "tests/simulation/executions/disk_world.h"

#include "asl/compile.h"
#include "tests/support/simulated_disk.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace weft::test {

namespace {

constexpr const char* activity = "arn:aws:states:us-east-1:123456789012:activity:work";
constexpr std::uint64_t steps_max = 300'000;

// Timers, calls that fail, activities, and documents that take rows and pages of their own.
constexpr const char* branches =
    R"({"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
    {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":30,"Next":"V"},
        "V":{"Type":"Wait","Seconds":4000,"End":true}}},
    {"StartAt":"A","States":{"A":{"Type":"Task","TimeoutSeconds":90,"HeartbeatSeconds":60,
        "Resource":"arn:aws:states:us-east-1:123456789012:activity:work","End":true,
        "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":90}]}}},
    {"StartAt":"T","States":{"T":{"Type":"Task","TimeoutSeconds":20,
        "Resource":"arn:aws:states:::bedrock:invokeModel","Parameters":{"ModelId":"m"},"End":true,
        "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":2,"BackoffRate":1,"MaxAttempts":90}]}}}]}}})";
constexpr const char* items =
    R"({"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,
    "ItemSelector":{"item.$":"$$.Map.Item.Value","large.$":"$.large"},"End":true,"ItemProcessor":{
    "StartAt":"T","States":{"T":{"Type":"Task","TimeoutSeconds":30,"ResultPath":"$.r",
        "Resource":"arn:aws:states:::bedrock:invokeModel","Parameters":{"ModelId":"m"},"End":true,
        "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":2,"BackoffRate":1,"MaxAttempts":90}]}}}}}})";

std::string input()
{
    return fmt::format(R"({{"items":[1,2,3],"large":"{}"}})", std::string(6'000, 'x'));
}

runtime::RuntimeOptions options_of_runtime()
{
    runtime::RuntimeOptions options;
    options.checkpoint_events = 15;
    options.retention = runtime::keep_forever;  // its writes are not stepped
    return options;
}

async::WorldOptions options_of(std::uint64_t seed)
{
    async::WorldOptions options;
    options.seed = seed;
    return options;
}

}  // namespace

DiskWorld::DiskWorld(std::uint64_t seed, std::map<std::string, int>& seen)
    : m_seen(seen), m_dice(seed * 7 + 1), m_integration(seed * 13 + 5),
      m_checker(seed * 3 + 11, 25'000), m_world(options_of(seed)), m_disk(seed),
      m_faulty(m_disk.name()), m_table(m_integration)
{
    m_disturbances = 2 + static_cast<int>(m_dice.next() % 8);
    m_integration.on_call = [this](const integrations::Call& call) {
        note(m_checker.called(std::string(call.execution_arn.view()), call.idempotency_key,
                              call.resent));
    };
    m_integration.on_success = [this](const std::string& arn) { m_checker.answered(arn); };
}

DiskWorld::~DiskWorld()
{
    m_disk.lose_power();
    end();
}

// A process starts.
Result<> DiskWorld::begin()
{
    storage::DatabaseOptions options;
    options.vfs = m_faulty.name();
    options.readers = 1;
    options.committer.checkpoint_bytes = 64 << 10;
    options.committer.restart_bytes = 256 << 10;
    m_process.database = TRY(storage::Database::open(m_folder.path(), options));
    m_process.catalog = TRY(catalog::SqliteCatalog::open(*m_process.database));
    m_process.store = TRY(journal::SqliteJournal::open(*m_process.database));
    m_process.journal = std::make_unique<SteppedJournal>(*m_process.store);
    // What the last process wrote and heard nothing of is durable all the same.
    const std::string wrong = m_checker.check(*m_process.journal);
    if (!m_disk.is_off()) note(wrong);
    std::vector<async::Loop*> loops;
    for (int i = 0; i < 2; ++i) {
        m_process.loops.push_back(m_world.make_loop());
        loops.push_back(m_process.loops.back().get());
    }
    m_process.runtime = std::make_unique<runtime::Runtime>(
        runtime::RuntimeParts{loops, *m_process.journal, *m_process.catalog, m_table, m_pool,
                              m_pool, nullptr,
                              [this](const Error& error) { m_failures.push_back(error); }},
        options_of_runtime());
    auto answer = std::make_shared<std::optional<Result<>>>();
    home().post([this, answer] {
        m_process.runtime->recover(home(), [answer](Result<> done) { answer->emplace(done); });
    });
    while (!answer->has_value()) {
        if (m_process.journal->pending() > 0) flush();
        // The power may go by the checkpointer's hand, after a write and before the look at it:
        // then nothing may happen that the checker would not know the reason of.
        if (m_disk.is_off()) return fail(ErrorCode::Io, "the power went while it started");
        if (!m_world.step() && !m_world.advance_to_next() && m_process.journal->pending() == 0)
            return fail(ErrorCode::Internal, "recovery does not end");
    }
    return **answer;
}

void DiskWorld::end()
{
    m_process.loops.clear();
    m_process.runtime.reset();
    m_process.journal.reset();
    m_process.store.reset();
    m_process.catalog.reset();
    m_process.database.reset();
    m_failures.clear();
    m_polls = 0;
    ++m_epoch;
    for (Wanted& wanted : m_wanted) wanted.asked = false;
    for (Open& open : m_open) open.asked = open.answered;
}

// As the system would: until it starts. What is wrong when it does not although the disk is well.
std::string DiskWorld::start_again()
{
    for (int tries = 0; tries < 10; ++tries) {
        m_disk.power_on();
        if (tries == 0 && m_epoch > 0 && m_disturbances > 0 && chance(3))
            m_disk.lose_power_after(m_dice.next() % 12);
        const bool troubled = m_full;
        Result<> begun = begin();
        if (begun && !m_disk.is_off()) return {};
        const bool off = m_disk.is_off();
        if (!begun && !off && !troubled) return "it does not start: " + begun.error().message;
        if (!begun && !off && begun.error().message.find("the disk is full") == std::string::npos)
            return "a start on a full disk does not say so: " + begun.error().message;
        ++m_seen[off ? "power lost while starting" : "starts refused by a full disk"];
        m_disk.lose_power();
        end();
        m_disk.set_room(SIZE_MAX);
        m_full = false;
    }
    return "it never starts";
}

void DiskWorld::crash(const char* why)
{
    ++m_seen[why];
    m_faulty.clear();
    m_disk.lose_power();
    end();
    note(start_again());
    if (!m_problem.empty()) return;
    const std::string wrong = m_checker.check(*m_process.journal);
    if (!m_disk.is_off()) note(wrong);
}

std::string DiskWorld::create()
{
    if (!m_process.catalog->create_activity({activity, "work", m_world.now(), {}, {}}))
        return "the activity was refused";
    for (const auto& [name, definition] :
         {std::pair{"branches", branches}, std::pair{"items", items}}) {
        runtime::CreateMachine request;
        request.name = name;
        request.definition = definition;
        request.role_arn = "arn:aws:iam::123456789012:role/r";
        auto answer = std::make_shared<std::optional<Result<catalog::StateMachine>>>();
        home().post([this, request, answer] {
            m_process.runtime->create_machine(
                home(), request,
                [answer](Result<catalog::StateMachine> made) { answer->emplace(std::move(made)); });
        });
        while (!answer->has_value())
            if (!m_world.step() && !m_world.advance_to_next()) return "no machine is made";
        if (!**answer) return (*answer)->error().message;
        m_checker.add_machine((**answer)->arn, asl::compile(definition).machine);
        m_machines.push_back((**answer)->arn);
        for (int i = 0; i < 3; ++i) m_wanted.push_back({(**answer)->arn, fmt::format("x{}", i)});
    }
    return {};
}

std::string DiskWorld::run()
{
    if (std::string wrong = start_again(); !wrong.empty()) return wrong;
    if (std::string wrong = create(); !wrong.empty()) return wrong;
    for (std::uint64_t steps = 0; m_problem.empty(); ++steps) {
        if (steps > steps_max) return "the world never comes to rest" + m_checker.unfinished();
        if (!step()) break;
        if (m_world.now() < m_stop_at || m_process.journal->pending() > 0) continue;
        end();
        return m_problem;
    }
    if (!m_problem.empty()) return m_problem;
    // Once more from what the disk has.
    m_disturbances = 0;
    crash("lives ended by a loss of power");
    if (!m_problem.empty()) return m_problem;
    Coverage seen;
    if (std::string wrong = m_checker.check_ended(seen); !wrong.empty()) return wrong;
    if (std::string wrong = m_ledger.check(*m_process.journal, m_machines); !wrong.empty())
        return wrong;
    for (const auto& [type, count] : seen.events) m_seen[type] += count;
    m_seen["executions"] += static_cast<int>(seen.executions);
    m_seen["writes undone"] += static_cast<int>(m_disk.lost());
    end();
    return {};
}

bool DiskWorld::step()
{
    if (m_disk.is_off()) {
        crash("power lost at a write or sync");
        return true;
    }
    if (!m_failures.empty()) {
        // The process stops and says why.
        if (m_failures.front().message.find("weft.db") == std::string::npos)
            note("it stops without saying why: " + m_failures.front().message);
        crash("stopped by a failed sync");
        return true;
    }
    if (m_full && m_world.now() >= m_full_until) {
        m_full = false;
        m_disk.set_room(SIZE_MAX);
    }
    const bool worked = m_world.step();
    if (chance(10)) act();
    if (m_disturbances > 0 && chance(40)) disturb();
    if (m_process.journal->pending() > 0 && (!worked || chance(4))) {
        flush();
        return true;
    }
    if (worked) return true;
    note(m_checker.check_live(*m_process.runtime));
    if (ended()) return false;
    act();
    if (m_world.step() || m_world.advance_to_next()) return true;
    if (m_full) {
        m_full_until = m_world.now();
        return true;
    }
    note("nothing is left to do" + m_checker.unfinished());
    return true;
}

void DiskWorld::disturb()
{
    --m_disturbances;
    switch (m_dice.next() % 5) {
    case 0:
    case 1: m_disk.lose_power_after(m_dice.next() % 60); break;
    case 2:
        m_full = true;
        m_full_until =
            m_world.now() + Milliseconds(static_cast<std::int64_t>(m_dice.next() % 20'000));
        m_disk.set_room(m_disk.bytes());
        ++m_seen["disk full"];
        break;
    case 3:
        m_faulty.inject(chance(2) ? storage::DiskFault::WriteError : storage::DiskFault::ShortWrite,
                        static_cast<std::int64_t>(m_dice.next() % 10), 1);
        ++m_seen["failing writes"];
        break;
    default:
        m_faulty.inject(storage::DiskFault::SyncError, static_cast<std::int64_t>(m_dice.next() % 5),
                        1);
        ++m_seen["failing syncs"];
        break;
    }
}

void DiskWorld::act()
{
    for (Wanted& wanted : m_wanted)
        if (!wanted.acknowledged && !wanted.asked) return start(wanted);
    // A run that stops early leaves tasks on offer.
    const bool workers = m_stop_at == timestamp_max;
    if (workers && m_polls < 3 &&
        !m_process.journal->offers(0, 1).value_or(std::vector<journal::Offer>()).empty())
        return poll();
    for (Open& open : m_open)
        if (!open.asked && chance(3)) return answer(open);
}

void DiskWorld::start(Wanted& wanted)
{
    wanted.asked = true;
    home().post([this, &wanted] {
        const runtime::StartRequest request{wanted.machine, wanted.name, *json::parse(input()), {}};
        m_process.runtime->start(
            home(), request, [this, &wanted](Result<runtime::StartReply> reply) {
                const bool there = reply || reply.error().code == ErrorCode::ExecutionAlreadyExists;
                if (reply) m_checker.acknowledged(reply->execution_arn);
                wanted.acknowledged = there;
                if (there) return;
                ++m_seen["starts refused"];
                home().post([this, &wanted] {
                    home().call_at(m_world.now() + Seconds(1), [&wanted] { wanted.asked = false; });
                });
            });
    });
}

void DiskWorld::poll()
{
    ++m_polls;
    home().post([this, epoch = m_epoch] {
        m_process.runtime->get_activity_task(
            home(), {activity, "worker"}, [](std::function<void()>) {},
            [this, epoch](Result<std::optional<runtime::ActivityTask>> task) {
                if (epoch == m_epoch) --m_polls;
                if (task && *task) m_open.push_back({(*task)->token, {}});
                return true;
            });
    });
}

void DiskWorld::answer(Open& open)
{
    open.asked = true;
    const auto token = engine::read_task_token(open.token, m_process.store->secret());
    if (!token) return note("a token is not one");
    if (open.value.empty()) open.value = m_ledger.next_value();
    m_ledger.sent(open.value, *token);
    home().post([this, &open] {
        m_process.runtime->answer_task(
            home(), {open.token, false, json::Value(open.value), {}, {}},
            [this, &open](Result<> answered) {
                if (answered) m_ledger.acknowledged(open.value);
                open.answered = answered || answered.error().code == ErrorCode::TaskTimedOut;
                if (open.answered) return;
                home().post([this, &open] {
                    home().call_at(m_world.now() + Seconds(1), [&open] { open.asked = false; });
                });
            });
    });
}

void DiskWorld::flush()
{
    m_process.journal->flush(1 + m_dice.next() % 3, [this] { return !m_disk.is_off(); });
    if (!m_disk.is_off()) {
        const std::string wrong = m_checker.check(*m_process.journal);
        // The power may go while it is read.
        if (!m_disk.is_off()) note(wrong);
    }
}

bool DiskWorld::ended()
{
    if (m_process.journal->pending() > 0 || m_full || !m_checker.all_ended()) return false;
    for (const Wanted& wanted : m_wanted)
        if (!wanted.acknowledged) return false;
    const auto unsettled = m_process.journal->unsettled(0, 10);
    return unsettled && unsettled->empty();
}

}  // namespace weft::test
