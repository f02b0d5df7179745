#include "async/deadline.h"
#include "async/io_loop.h"
#include "async/pool.h"
#include "async/promise.h"
#include "async/run_on.h"
#include "async/spawn.h"
#include "async/task_group.h"
#include "async/virtual_loop.h"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace weft;
using namespace weft::async;
using namespace std::chrono_literals;

namespace {

struct World {
    VirtualWorld world;
    std::unique_ptr<VirtualLoop> loop = world.make_loop();
};

Task<int> answer_after(Loop& loop, Milliseconds wait, int answer)
{
    CO_CHECK(co_await sleep_until(loop, loop.now() + wait));
    co_return answer;
}

// Counts itself while its frame lives.
struct Counted {
    explicit Counted(int& counter) : count(counter) { ++count; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --count; }
    int& count;
};

Task<> wait_counted(Loop& loop, int& count)
{
    const Counted counted(count);
    co_return co_await sleep_until(loop, timestamp_max);
}

template <class T> std::optional<Result<T>> run(World& w, Task<T> task)
{
    std::optional<Result<T>> result;
    spawn(*w.loop, std::move(task), [&](Result<T> r) { result.emplace(std::move(r)); });
    w.world.run_to_end();
    return result;
}

}  // namespace

TEST_CASE("a spawned coroutine sleeps in simulated time and tells its result")
{
    World w;
    const Timestamp begin = w.world.now();
    const auto result = run(w, answer_after(*w.loop, 3h, 42));
    REQUIRE(result);
    CHECK(**result == 42);
    CHECK(w.world.now() == begin + 3h);
}

TEST_CASE("a cancelled coroutine ends with Cancelled, its timer gone")
{
    World w;
    std::optional<Result<int>> result;
    Spawned handle = spawn(*w.loop, answer_after(*w.loop, 3h, 42),
                           [&](Result<int> r) { result.emplace(std::move(r)); });
    w.world.run_until_idle();
    CHECK(!handle.ended());
    handle.cancel();
    CHECK(!result);  // never within cancel()
    w.world.run_until_idle();
    REQUIRE(result);
    CHECK(result->error().code == ErrorCode::Cancelled);
    CHECK(handle.ended());
    CHECK(!w.world.advance_to_next());
    handle.cancel();
}

TEST_CASE("a coroutine cancelled before its first step does not begin")
{
    World w;
    std::optional<Result<int>> result;
    Spawned handle = spawn(*w.loop, answer_after(*w.loop, 3h, 42),
                           [&](Result<int> r) { result.emplace(std::move(r)); });
    handle.cancel();
    w.world.run_until_idle();
    REQUIRE(result);
    CHECK(result->error().code == ErrorCode::Cancelled);
}

namespace {

Task<int> sleep_twice(Loop& loop)
{
    const Result<> first = co_await sleep_until(loop, loop.now() + 1s);
    const Result<> second = co_await sleep_until(loop, loop.now() + 1s);
    co_return (first ? 0 : 1) + (second ? 0 : 2);
}

Task<int> throwing(Loop& loop)
{
    CO_CHECK(co_await sleep_until(loop, loop.now() + 1s));
    throw std::runtime_error("a library threw");
}

}  // namespace

TEST_CASE("cancellation stays: later waits end with it too")
{
    World w;
    std::optional<Result<int>> result;
    Spawned handle =
        spawn(*w.loop, sleep_twice(*w.loop), [&](Result<int> r) { result.emplace(std::move(r)); });
    w.world.run_until_idle();
    handle.cancel();
    w.world.run_until_idle();
    REQUIRE(result);
    CHECK(**result == 3);
}

TEST_CASE("an exception that escapes a coroutine becomes Internal")
{
    World w;
    const auto result = run(w, throwing(*w.loop));
    REQUIRE(result);
    CHECK(result->error().code == ErrorCode::Internal);
    CHECK(result->error().message.find("a library threw") != std::string::npos);
}

TEST_CASE("a promise brings a callback's result to a coroutine, given early or late")
{
    World w;
    Promise<std::string> late(*w.loop);
    w.loop->call_at(w.world.now() + 1s, [late]() mutable { late.set(std::string("late")); });
    CHECK(**run(w, late.take()) == "late");
    Promise<std::string> early(*w.loop);
    early.set(std::string("early"));
    early.set(std::string("ignored"));
    CHECK(**run(w, early.take()) == "early");
    Promise<> failed(*w.loop);
    failed.set(fail(ErrorCode::Io, "no"));
    CHECK(run(w, failed.take())->error().code == ErrorCode::Io);
}

TEST_CASE("a deadline cancels the task, waits for its end and says Timeout")
{
    World w;
    const Timestamp begin = w.world.now();
    CHECK(run(w, with_deadline(*w.loop, begin + 2s, answer_after(*w.loop, 5s, 1)))->error().code ==
          ErrorCode::Timeout);
    CHECK(w.world.now() == begin + 2s);
    CHECK(**run(w, with_deadline(*w.loop, begin + 20s, answer_after(*w.loop, 5s, 1))) == 1);
    CHECK(w.world.now() == begin + 7s);  // no timer was left behind
    CHECK(run(w, with_deadline(*w.loop, begin, answer_after(*w.loop, 5s, 1)))->error().code ==
          ErrorCode::Timeout);
}

TEST_CASE("cancelling reaches through a deadline")
{
    World w;
    int count = 0;
    std::optional<Result<>> result;
    Spawned handle =
        spawn(*w.loop, with_deadline(*w.loop, w.world.now() + 1h, wait_counted(*w.loop, count)),
              [&](Result<> r) {
                  CHECK(count == 0);
                  result.emplace(std::move(r));
              });
    w.world.run_until_idle();
    CHECK(count == 1);
    handle.cancel();
    w.world.run_until_idle();
    REQUIRE(result);
    CHECK(result->error().code == ErrorCode::Cancelled);
    CHECK(!w.world.advance_to_next());
}

TEST_CASE("a group owns its coroutines: cancelled together, waited for, none left")
{
    World w;
    int count = 0;
    int told = 0;
    TaskGroup group(*w.loop);
    for (int i = 0; i < 100; ++i) {
        group.spawn(wait_counted(*w.loop, count), [&](Result<> r) {
            CHECK(r.error().code == ErrorCode::Cancelled);
            ++told;
        });
    }
    w.world.run_until_idle();
    CHECK(count == 100);
    CHECK(group.size() == 100);
    bool empty = false;
    group.when_empty([&] { empty = true; });
    bool waited = false;
    spawn(*w.loop, group.wait(), [&](Result<> r) { waited = r.has_value(); });
    w.world.run_until_idle();
    CHECK(!empty);
    CHECK(!waited);
    group.cancel_all();
    w.world.run_until_idle();
    CHECK(empty);
    CHECK(waited);
    CHECK(told == 100);
    CHECK(count == 0);
    CHECK(group.size() == 0);
}

TEST_CASE("a loop that goes drops the coroutines on it, wherever they wait")
{
    int count = 0;
    bool told = false;
    {
        VirtualWorld world;
        auto loop = world.make_loop();
        Promise<> never(*loop);
        TaskGroup group(*loop);
        group.spawn(wait_counted(*loop, count), [&](Result<>) { told = true; });
        group.spawn(with_deadline(*loop, world.now() + 1h, wait_counted(*loop, count)));
        spawn(*loop, never.take(), [&](Result<>) { told = true; });
        world.run_until_idle();
        spawn(*loop, wait_counted(*loop, count), [&](Result<>) { told = true; });  // not begun
        CHECK(count == 2);
        loop.reset();
        CHECK(count == 0);
        CHECK(group.size() == 0);
    }
    CHECK(!told);
    {
        IoLoop loop;
        spawn(loop, wait_counted(loop, count), [&](Result<>) { told = true; });
        loop.post([&] { loop.call_at(loop.now() + 20ms, [&] { loop.stop(); }); });
        loop.run();
        CHECK(count == 1);
    }
    CHECK(count == 0);
    CHECK(!told);
}

TEST_CASE("a thread pool works elsewhere and comes home")
{
    IoLoop loop;
    loop.start();
    ThreadPool pool(2);
    std::atomic<int> done{0};
    std::atomic<bool> wrong{false};
    for (int i = 0; i < 1'000; ++i) {
        pool.run(
            loop, [&] { wrong = wrong || loop.here(); },
            [&] {
                wrong = wrong || !loop.here();
                if (++done == 1'000) loop.stop();
            });
    }
    loop.join();
    CHECK(done == 1'000);
    CHECK(!wrong);
}

TEST_CASE("work on a pool is waited for by coroutines; a full queue is an answer")
{
    IoLoop loop;
    ThreadPool pool(1);
    std::optional<Result<int>> result;
    std::optional<Result<int>> refused;
    spawn(loop, run_on<int>(pool, loop, [] { return Result<int>(7); }), [&](Result<int> r) {
        result.emplace(std::move(r));
        spawn(loop,
              run_on<int>(
                  pool, loop, [] { return Result<int>(8); }, 0),
              [&](Result<int> again) {
                  refused.emplace(std::move(again));
                  loop.stop();
              });
    });
    loop.run();
    CHECK(**result == 7);
    CHECK(refused->error().code == ErrorCode::Throttled);
}

TEST_CASE("the inline pool's work is a later job of its home")
{
    World w;
    InlinePool pool;
    std::string order;
    w.loop->post([&] {
        pool.run(*w.loop, [&] { order += "work "; }, [&] { order += "done"; });
        order += "asked ";
    });
    w.world.run_to_end();
    CHECK(order == "asked work done");
}

TEST_CASE("coroutines on an IoLoop sleep in real time and are cancelled from other jobs")
{
    IoLoop loop;
    std::optional<Result<int>> slept;
    std::optional<Result<int>> cancelled;
    spawn(loop, answer_after(loop, 10ms, 1), [&](Result<int> r) { slept.emplace(std::move(r)); });
    Spawned handle = spawn(loop, answer_after(loop, 1h, 1), [&](Result<int> r) {
        cancelled.emplace(std::move(r));
        loop.stop();
    });
    loop.post([&] { loop.call_at(loop.now() + 30ms, [&] { handle.cancel(); }); });
    loop.run();
    REQUIRE(slept);
    CHECK(**slept == 1);
    REQUIRE(cancelled);
    CHECK(cancelled->error().code == ErrorCode::Cancelled);
}
