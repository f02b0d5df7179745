// Tasks that go on elsewhere: activities, task tokens, nested executions; with a crash at every
// flush.

#include "engine/task_token.h"
#include "history/event_table.h"
#include "runtime/implementation.h"
#include "tests/support/engine_tasks.h"
#include "tests/support/runtime_world.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace weft;
using runtime::ActivityTask;
using test::EngineTasks;
using test::RuntimeWorld;

namespace {

constexpr const char* activity = "arn:aws:states:us-east-1:123456789012:activity:work";

// What only waits leaves memory at once, or after a rest.
constexpr std::array rests = {Milliseconds(0), Milliseconds(10'000)};

RuntimeWorld::Faults faults(EngineTasks& engine, Milliseconds rest)
{
    RuntimeWorld::Faults wanted;
    wanted.options.rest = rest;
    wanted.flush = journal::MemoryOptions::Flush::Manual;
    wanted.integration = &engine;
    return wanted;
}

class World {
public:
    struct Worker {
        std::vector<std::optional<ActivityTask>> tasks;
        std::optional<Error> error;
        bool there = true;
        std::function<void()> leave;
    };

    explicit World(std::uint64_t seed = 1, Milliseconds rest = rests.back())
        : world(seed, 2, faults(engine, rest))
    {
        engine.world = &world;
        CHECK(world.catalog.create_activity({activity, "work", world.world.now(), {}, {}}));
    }
    // A worker holds what leaves the poll, which holds its answer, which holds the worker.
    ~World()
    {
        for (const std::shared_ptr<Worker>& worker : m_workers) worker->leave = nullptr;
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // All that can happen without a flush, then one write, and so on; time passes when nothing else
    // is left, up to `until`. Ends after `flushes_max` writes, with what they led to not begun.
    std::size_t run(std::size_t flushes_max = SIZE_MAX, Timestamp until = timestamp_max)
    {
        // The clock does not jump past `until`.
        if (until != timestamp_max)
            world.home().post([this, until] { world.home().call_at(until, [] {}); });
        std::size_t flushes = 0;
        while (flushes < flushes_max) {
            REQUIRE(world.world.run_until_idle(1'000'000));
            if (world.journal->pending() > 0) {
                world.journal->flush(1);
                ++flushes;
            } else if (world.world.now() >= until || !world.world.advance_to_next()) {
                break;
            }
        }
        return flushes;
    }
    std::size_t run_for(Milliseconds time) { return run(SIZE_MAX, world.world.now() + time); }

    std::string create(const std::string& name, const std::string& definition)
    {
        return world.create(name, definition);
    }
    // Whether it was acknowledged is in `started`.
    void start(const std::string& machine, const std::string& name, const std::string& input = "{}")
    {
        world.home().post([this, machine, name, input] {
            world.runtime->start(
                world.home(), {machine, name, *json::parse(input), {}},
                [this](Result<runtime::StartReply> reply) { started = reply.has_value(); });
        });
    }
    void stop(const std::string& arn)
    {
        world.home().post([this, arn] {
            world.runtime->stop(world.home(), {arn, std::nullopt, std::nullopt},
                                [this](Result<Timestamp> reply) { stopped = reply.has_value(); });
        });
    }
    std::shared_ptr<Worker> poll(const std::string& name = "w")
    {
        auto worker = std::make_shared<Worker>();
        m_workers.push_back(worker);
        world.home().post([this, worker, name] {
            world.runtime->get_activity_task(
                world.home(), {activity, name},
                [worker](std::function<void()> leave) { worker->leave = std::move(leave); },
                [worker](Result<std::optional<ActivityTask>> task) {
                    if (!task)
                        worker->error = task.error();
                    else if (worker->there)
                        worker->tasks.push_back(*std::move(task));
                    return worker->there;
                });
        });
        return worker;
    }
    std::shared_ptr<std::optional<Result<>>> answer(const std::string& token, bool failed = false)
    {
        auto answered = std::make_shared<std::optional<Result<>>>();
        world.home().post([this, token, failed, answered] {
            runtime::TaskAnswer answer{token, failed, json::Value("done"), {}, {}};
            if (failed) answer.error = "Broken";
            world.runtime->answer_task(world.home(), answer, [answered](Result<> result) {
                answered->emplace(std::move(result));
            });
        });
        return answered;
    }
    std::shared_ptr<std::optional<Result<>>> beat(const std::string& token)
    {
        auto answered = std::make_shared<std::optional<Result<>>>();
        world.home().post([this, token, answered] {
            world.runtime->heartbeat_task(world.home(), token, [answered](Result<> result) {
                answered->emplace(std::move(result));
            });
        });
        return answered;
    }

    std::optional<journal::IndexRow> row(const std::string& machine, const std::string& name)
    {
        return *world.journal->find_by_name(machine, name);
    }
    // The public events' names.
    std::string outline(const std::string& machine, const std::string& name)
    {
        std::string text;
        const auto found = row(machine, name);
        if (!found) return text;
        const auto batches = world.journal->read(found->key, 0, SIZE_MAX);
        REQUIRE(batches);
        for (const journal::Batch& batch : *batches)
            for (const history::Event& event : batch.events)
                if (event.id != 0)
                    text += (text.empty() ? "" : " ") +
                            std::string(history::event_row(event.type).name);
        return text;
    }
    std::size_t in_memory(const journal::IndexRow& row)
    {
        return world.runtime->implementation().shared.owner(row.shard).live(
                   "arn:aws:states:us-east-1:123456789012:execution:m:" + row.name) != nullptr;
    }
    runtime::ActivityBoard& board() { return world.runtime->implementation().shared.board; }

    EngineTasks engine;
    RuntimeWorld world;
    bool started = false;
    bool stopped = false;

private:
    std::vector<std::shared_ptr<Worker>> m_workers;
};

std::string task(const std::string& resource, const std::string& more = {})
{
    return R"({"StartAt":"T","States":{"T":{"Type":"Task","Resource":")" + resource + "\"" + more +
           R"(,"End":true}}})";
}

std::string nested(const std::string& pattern, const std::string& child)
{
    return task("arn:aws:states:::states:startExecution" + pattern,
                R"(,"Parameters":{"StateMachineArn":")" + child + R"(","Input.$":"$"})");
}

// By then what only waits has left memory.
constexpr Seconds after_rest{13};
constexpr const char* pass = R"({"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}})";
constexpr const char* waits =
    R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1000,"End":true}}})";
constexpr const char* synced =
    "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted TaskSucceeded "
    "TaskStateExited ExecutionSucceeded";
constexpr const char* worked =
    "ExecutionStarted TaskStateEntered ActivityScheduled ActivityStarted "
    "ActivitySucceeded TaskStateExited ExecutionSucceeded";

}  // namespace

TEST_CASE("a worker who waits gets a task with the flush that schedules it")
{
    World world;
    const std::string machine = world.create("m", task(activity));
    const auto worker = world.poll("alice");
    world.run_for(Seconds(0));
    CHECK(world.board().polls() == 1);
    world.start(machine, "a", R"({"n":1})");
    // One write: start, Scheduled and Started.
    CHECK(world.run_for(Seconds(0)) == 1);
    REQUIRE(worker->tasks.size() == 1);
    REQUIRE(worker->tasks[0]);
    CHECK(json::write(worker->tasks[0]->input) == R"({"n":1})");
    CHECK(world.world.journal->offers(0, 10)->empty());
    const auto answered = world.answer(worker->tasks[0]->token);
    CHECK(world.run_for(Seconds(0)) == 1);
    REQUIRE(*answered);
    CHECK(**answered);
    CHECK(world.outline(machine, "a") == worked);
    // Once is enough.
    const auto again = world.answer(worker->tasks[0]->token);
    world.run_for(Seconds(0));
    REQUIRE(*again);
    REQUIRE_FALSE(**again);
    CHECK((*again)->error().code == ErrorCode::TaskTimedOut);
    CHECK(world.board().polls() == 0);
}

TEST_CASE("a redrive that is refused leaves an execution that rests in memory as it was")
{
    World world;
    const std::string machine = world.create("m", task(activity));
    const auto worker = world.poll();
    world.start(machine, "a");
    world.run_for(Seconds(0));
    REQUIRE(worker->tasks.size() == 1);
    const auto row = world.row(machine, "a");
    REQUIRE(row);
    std::vector<Error> refusals;
    for (int i = 0; i < 3; ++i) {
        world.world.home().post([&world, &refusals] {
            world.world.runtime->redrive(
                world.world.home(), {"arn:aws:states:us-east-1:123456789012:execution:m:a", {}},
                [&refusals](Result<Timestamp> reply) {
                    if (!reply) refusals.push_back(reply.error());
                });
        });
        world.run_for(Seconds(1));
    }
    REQUIRE(refusals.size() == 3);
    CHECK(refusals[0].code == ErrorCode::ExecutionNotRedrivable);
    CHECK(world.in_memory(*row));
    world.run_for(after_rest);
    CHECK_FALSE(world.in_memory(*row));
    const auto answered = world.answer(worker->tasks[0]->token);
    world.run_for(Seconds(0));
    REQUIRE(*answered);
    CHECK(**answered);
    CHECK(world.outline(machine, "a") == worked);
    world.run_for(after_rest);
}

TEST_CASE("tasks on offer wait out of memory and are given in order, also after a restart")
{
    World world;
    const std::string machine = world.create("m", task(activity));
    for (const char* name : {"a", "b", "c"}) {
        world.start(machine, name, std::string("\"") + name + "\"");
        world.run_for(Seconds(0));
    }
    CHECK(world.world.journal->offers(0, 10)->size() == 3);
    CHECK(world.world.journal->unsettled(0, 10)->empty());
    CHECK(world.in_memory(*world.row(machine, "a")));
    world.run_for(after_rest);
    CHECK_FALSE(world.in_memory(*world.row(machine, "a")));
    world.world.crash();
    CHECK(world.board().offers() == 3);
    std::string order;
    for (int i = 0; i < 3; ++i) {
        const auto worker = world.poll();
        world.run_for(Seconds(0));
        REQUIRE(worker->tasks.size() == 1);
        order += json::write(worker->tasks[0]->input);
        world.answer(worker->tasks[0]->token);
        world.run_for(Seconds(0));
    }
    CHECK(order == R"("a""b""c")");
    CHECK(world.outline(machine, "c") == worked);
    CHECK(world.world.journal->offers(0, 10)->empty());
    CHECK(world.board().offers() == 0);
}

TEST_CASE("a poll without a task is over after a minute; one that is left loses none")
{
    World world;
    const std::string machine = world.create("m", task(activity));
    const auto early = world.poll();
    world.run_for(Seconds(61));
    REQUIRE(early->tasks.size() == 1);
    CHECK_FALSE(early->tasks[0]);

    // One whose caller went before it was heard.
    bool heard = false;
    world.world.home().post([&] {
        world.world.runtime->get_activity_task(
            world.world.home(), {activity, "ghost"}, [](std::function<void()> leave) { leave(); },
            [&heard](Result<std::optional<ActivityTask>> task) {
                heard = task && !*task;
                return false;
            });
    });
    world.run_for(Seconds(0));
    CHECK(heard);
    CHECK(world.board().polls() == 0);

    const auto gone = world.poll();
    world.run_for(Seconds(0));
    gone->there = false;
    gone->leave();
    CHECK(world.board().polls() == 0);
    world.start(machine, "a");
    world.run_for(Seconds(0));
    CHECK(world.board().offers() == 1);

    // The worker goes while the task is on its way to it: the next one gets it, with its token.
    const auto lost = world.poll("lost");
    world.world.world.run_until_idle(1'000'000);
    lost->there = false;
    const auto next = world.poll("next");
    world.run_for(Seconds(0));
    CHECK(lost->tasks.empty());
    REQUIRE(next->tasks.size() == 1);
    REQUIRE(next->tasks[0]);
    const auto answered = world.answer(next->tasks[0]->token);
    world.run_for(Seconds(0));
    REQUIRE(*answered);
    CHECK(**answered);
    CHECK(world.outline(machine, "a") == worked);
}

TEST_CASE("polls of one activity are bounded, and an activity must be there")
{
    World world;
    std::vector<std::shared_ptr<World::Worker>> workers;
    for (std::size_t i = 0; i <= runtime::ActivityBoard::polls_max; ++i)
        workers.push_back(world.poll());
    world.run_for(Seconds(0));
    CHECK(world.board().polls() == runtime::ActivityBoard::polls_max);
    REQUIRE(workers.back()->error);
    CHECK(workers.back()->error->code == ErrorCode::ActivityWorkerLimitExceeded);
    world.run_for(Seconds(61));
    CHECK(world.board().polls() == 0);

    std::string other(activity);
    other.replace(other.size() - 4, 4, "none");
    const std::string machine = world.create("m", task(other));
    world.start(machine, "a");
    world.run_for(Seconds(0));
    CHECK(world.outline(machine, "a") ==
          "ExecutionStarted TaskStateEntered ActivityScheduled ActivityScheduleFailed "
          "ExecutionFailed");
    CHECK(world.world.journal->offers(0, 10)->empty());
}

TEST_CASE("an activity that is deleted while it is looked for is not taken for known")
{
    runtime::ActivityBoard board;
    const std::uint64_t seen = board.forgotten();
    board.learn(activity, seen);
    CHECK(board.knows(activity));
    board.forget(activity);
    CHECK_FALSE(board.knows(activity));
    // Whoever found it in the catalog before it went comes late.
    board.learn(activity, seen);
    CHECK_FALSE(board.knows(activity));
    board.learn(activity, board.forgotten());
    CHECK(board.knows(activity));
}

TEST_CASE("heartbeats keep a task alive, and a restart gives a full period")
{
    World world;
    const std::string machine =
        world.create("m", task(activity, R"(,"TimeoutSeconds":1000,"HeartbeatSeconds":10)"));
    world.start(machine, "a");
    const auto worker = world.poll();
    world.run_for(Seconds(0));
    REQUIRE(worker->tasks.size() == 1);
    const std::string token = worker->tasks[0]->token;
    for (int i = 0; i < 4; ++i) {
        world.run_for(Seconds(8));
        const auto heard = world.beat(token);
        world.run_for(Seconds(0));
        REQUIRE(*heard);
        CHECK(**heard);
    }
    world.run_for(Seconds(8));
    world.world.crash();
    world.run_for(Seconds(8));
    CHECK(world.row(machine, "a")->status == journal::RunStatus::Running);
    world.run_for(Seconds(4));
    CHECK(world.outline(machine, "a") == "ExecutionStarted TaskStateEntered ActivityScheduled "
                                         "ActivityStarted ActivityTimedOut ExecutionFailed");
    const auto late = world.beat(token);
    world.run_for(Seconds(0));
    REQUIRE(*late);
    CHECK((*late)->error().code == ErrorCode::TaskTimedOut);
}

TEST_CASE("a task token ends a callback task, whoever holds it, also after a restart")
{
    World world;
    const std::string machine = world.create(
        "m", task("arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                  R"(,"Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"})"));
    world.start(machine, "a");
    world.run_for(Seconds(0));
    CHECK(world.outline(machine, "a") ==
          "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted");
    world.run_for(after_rest);
    CHECK_FALSE(world.in_memory(*world.row(machine, "a")));
    REQUIRE(world.engine.sent.size() == 1);
    const std::string token(world.engine.sent[0].parameters.find("MessageBody")->as_string());
    world.world.crash();
    CHECK_FALSE(world.in_memory(*world.row(machine, "a")));

    std::string forged = token;
    forged[10] = forged[10] == 'A' ? 'B' : 'A';
    const std::string secret(32, 's');
    auto other = *engine::read_task_token(token, secret);
    other.nonce += 2;
    auto nobody = *engine::read_task_token(token, secret);
    nobody.key += 1'000;
    const auto invalid = world.answer(forged);
    const auto superseded = world.answer(engine::write_task_token(other, secret));
    const auto unknown = world.answer(engine::write_task_token(nobody, secret));
    world.run_for(Seconds(0));
    REQUIRE(*invalid);
    REQUIRE(*superseded);
    REQUIRE(*unknown);
    CHECK((*invalid)->error().code == ErrorCode::InvalidToken);
    CHECK((*superseded)->error().code == ErrorCode::TaskTimedOut);
    CHECK((*unknown)->error().code == ErrorCode::TaskDoesNotExist);

    const auto answered = world.answer(token);
    world.run_for(Seconds(0));
    REQUIRE(*answered);
    CHECK(**answered);
    CHECK(world.outline(machine, "a") == synced);
}

TEST_CASE("a token answered in the moment in which its call is ends its task, whichever is first")
{
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        World world(seed);
        int ways = 0;
        world.engine.delay = [&ways] { return Milliseconds(++ways == 2 ? 1'000 : 0); };
        const std::string machine = world.create(
            "m", task("arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                      R"(,"Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"})"));
        world.start(machine, "a");
        world.run_for(Seconds(0));
        REQUIRE(world.engine.sent.size() == 1);
        const std::string token(world.engine.sent[0].parameters.find("MessageBody")->as_string());
        std::shared_ptr<std::optional<Result<>>> answered;
        async::Loop& home = world.world.home();
        const Timestamp then = world.world.world.now() + Seconds(1);
        // A few steps more or less on the way, so that both come before either is looked at.
        std::function<void(std::uint64_t)> come = [&](std::uint64_t steps) {
            if (steps == 0)
                answered = world.answer(token);
            else
                home.post([&come, steps] { come(steps - 1); });
        };
        home.post([&] { home.call_at(then, [&] { come(seed % 5); }); });
        world.run_for(Seconds(5));
        REQUIRE(answered);
        REQUIRE(*answered);
        CHECK(**answered);
        CHECK(world.outline(machine, "a") == synced);
    }
}

TEST_CASE("a parent waits for its child, with a crash at every flush")
{
    for (const char* pattern : {".sync", ".sync:2"})
        for (const Milliseconds rest : rests) {
            std::size_t crash_after = 0;
            for (bool crashed = true; crashed; ++crash_after) {
                CAPTURE(pattern);
                CAPTURE(crash_after);
                World world(crash_after + 1, rest);
                const std::string child = world.create("child", pass);
                const std::string parent = world.create("m", nested(pattern, child));
                world.start(parent, "p", R"({"n":1})");
                crashed = world.run(crash_after) == crash_after;
                world.world.crash();
                if (!world.started) world.start(parent, "p", R"({"n":1})");
                world.run_for(Seconds(60));
                CHECK(world.outline(parent, "p") == synced);
                journal::ListQuery query;
                query.machine_arn = child;
                CHECK(world.world.journal->list(query)->size() == 1);
                CHECK(world.world.journal->unsettled(0, 10)->empty());
                const auto end =
                    world.world.describe("arn:aws:states:us-east-1:123456789012:execution:m:p");
                REQUIRE(end);
                REQUIRE(end->output);
                const json::Value* output = end->output->find("Output");
                REQUIRE(output != nullptr);
                CHECK(json::write(*output) ==
                      (std::string(pattern) == ".sync" ? R"("{\"n\":1}")" : R"({"n":1})"));
                REQUIRE(crash_after < 30);
            }
            CHECK(crash_after > 4);
        }
}

TEST_CASE("stopping a parent stops the child it waits for, with a crash at every flush")
{
    int stopped_children = 0;
    for (const Milliseconds rest : rests)
        for (std::size_t before = 1; before <= 4; ++before) {
            for (std::size_t after = 0; after <= 6; ++after) {
                CAPTURE(before);
                CAPTURE(after);
                World world(before * 10 + after, rest);
                const std::string child = world.create("child", waits);
                const std::string parent = world.create("m", nested(".sync", child));
                const std::string arn = "arn:aws:states:us-east-1:123456789012:execution:m:p";
                world.start(parent, "p");
                world.run(before, world.world.world.now());
                world.stop(arn);
                world.run(after, world.world.world.now());
                world.world.crash();
                if (!world.stopped) world.stop(arn);
                world.run_for(Seconds(10));
                CHECK(world.row(parent, "p")->status == journal::RunStatus::Aborted);
                journal::ListQuery query;
                query.machine_arn = child;
                const auto children = *world.world.journal->list(query);
                for (const journal::IndexRow& row : children) {
                    CHECK(row.status == journal::RunStatus::Aborted);
                    ++stopped_children;
                }
                CHECK(world.world.journal->unsettled(0, 10)->empty());
            }
        }
    CHECK(stopped_children > 10);
}

TEST_CASE("an activity's task comes to its end, with a crash at every flush")
{
    for (const Milliseconds rest : rests) {
        std::size_t crash_after = 0;
        for (bool crashed = true; crashed; ++crash_after) {
            CAPTURE(crash_after);
            World world(crash_after + 1, rest);
            const std::string machine = world.create(
                "m", task(activity,
                          R"(,"TimeoutSeconds":100,"Retry":[{"ErrorEquals":["States.Timeout"]}])"));
            std::vector<std::string> tokens;
            const auto work = [&](const std::shared_ptr<World::Worker>& worker) {
                for (const auto& got : worker->tasks)
                    if (got) tokens.push_back(got->token);
                for (const std::string& token : tokens) world.answer(token);
            };
            world.start(machine, "a");
            auto worker = world.poll();
            crashed = world.run(crash_after, world.world.world.now()) == crash_after;
            work(worker);
            world.world.crash();
            if (!world.started) world.start(machine, "a");
            for (int round = 0; round < 10; ++round) {
                worker = world.poll();
                world.run_for(Seconds(70));
                work(worker);
                world.run_for(Seconds(1));
            }
            REQUIRE(world.row(machine, "a"));
            CHECK(world.row(machine, "a")->status == journal::RunStatus::Succeeded);
            CHECK(world.world.journal->offers(0, 10)->empty());
            CHECK(world.world.journal->unsettled(0, 10)->empty());
            REQUIRE(crash_after < 30);
        }
    }
}

TEST_CASE("what waits for a word rests in memory, and leaves it for want of room")
{
    World world;
    const std::string machine = world.create("m", task(activity));
    const auto loads = [&] { return world.world.runtime->statistics().loads; };
    world.start(machine, "a");
    world.run_for(Seconds(0));
    const auto worker = world.poll();
    world.run_for(Seconds(0));
    REQUIRE(worker->tasks.size() == 1);
    REQUIRE(worker->tasks[0]);
    // Heard of within its rest, which begins anew each time.
    CHECK(loads() == 0);
    world.run_for(after_rest);
    CHECK_FALSE(world.in_memory(*world.row(machine, "a")));
    const auto answered = world.answer(worker->tasks[0]->token);
    world.run_for(Seconds(0));
    REQUIRE(*answered);
    CHECK(**answered);
    CHECK(loads() == 1);
    CHECK(world.outline(machine, "a") == worked);

    // A large document takes the room of those that came before it.
    runtime::Shared& shared = world.world.runtime->implementation().shared;
    shared.options.resting_bytes_max = shared.workers.size() * 100'000;
    for (int i = 0; i < 40; ++i) world.start(machine, "small" + std::to_string(i));
    world.run_for(Seconds(0));
    CHECK(world.in_memory(*world.row(machine, "small0")));
    const std::string large = '"' + std::string(60'000, 'x') + '"';
    for (int i = 0; i < 8; ++i) world.start(machine, "large" + std::to_string(i), large);
    world.run_for(Seconds(0));
    CHECK_FALSE(world.in_memory(*world.row(machine, "small0")));
    const std::string too_large = '"' + std::string(200'000, 'x') + '"';
    world.start(machine, "huge", too_large);
    world.run_for(Seconds(0));
    CHECK_FALSE(world.in_memory(*world.row(machine, "huge")));
    CHECK(world.board().offers() == 49);
}

TEST_CASE("a child that fails, or cannot be started, fails its task")
{
    World world;
    const std::string child = world.create(
        "child", R"({"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}})");
    const std::string parent = world.create("m", nested(".sync:2", child));
    world.start(parent, "p");
    world.run_for(Seconds(10));
    const auto end = world.world.describe("arn:aws:states:us-east-1:123456789012:execution:m:p");
    REQUIRE(end);
    CHECK(end->error == "States.TaskFailed");
    REQUIRE(end->cause);
    CHECK(end->cause->find(R"("Cause":"C","Error":"E")") != std::string::npos);
    CHECK(end->cause->find(R"("Status":"FAILED")") != std::string::npos);

    const std::string none = world.create("n", nested("", child + "-none"));
    world.start(none, "p");
    world.run_for(Seconds(10));
    const auto other = world.world.describe("arn:aws:states:us-east-1:123456789012:execution:n:p");
    REQUIRE(other);
    CHECK(other->error == "StepFunctions.StateMachineDoesNotExistException");

    const std::string unread = world.create(
        "u", task("arn:aws:states:::states:startExecution",
                  R"(,"Parameters":{"Input":"notjson","StateMachineArn":")" + child + R"("})"));
    world.start(unread, "p");
    world.run_for(Seconds(10));
    const auto last = world.world.describe("arn:aws:states:us-east-1:123456789012:execution:u:p");
    REQUIRE(last);
    CHECK(last->error == "StepFunctions.InvalidExecutionInputException");
    REQUIRE(last->cause);
    CHECK(last->cause->starts_with(
        "Invalid State Machine Execution Input: 'Unrecognized token 'notjson': was expecting (JSON "
        "String, Number, Array, Object or token 'null', 'true' or 'false')' (Service: "
        "AWSStepFunctions; Status Code: 400; Error Code: InvalidExecutionInput;"));
}
