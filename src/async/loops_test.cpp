#include "async/io_loop.h"
#include "async/timer_heap.h"
#include "async/virtual_loop.h"
#include "async/wall_clock.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace weft;
using namespace weft::async;
using namespace std::chrono_literals;

TEST_CASE("the wall clock follows the system forward at once and back at half speed")
{
    CHECK(async::detail::corrected_offset(100, 5'000, 10) == 5'000);
    CHECK(async::detail::corrected_offset(5'000, 4'990, 1'000) == 4'990);
    CHECK(async::detail::corrected_offset(5'000, 100, 1'000) == 4'500);
    const Timestamp before = wall_clock_now();
    CHECK(wall_clock_now() >= before);
}

TEST_CASE("timers come in due order, equal ones in order of adding, cancelled ones never")
{
    TimerHeap timers;
    std::string ran;
    const auto at = [](int ms) { return Timestamp(Milliseconds(ms)); };
    timers.add(at(20), [&] { ran += 'c'; });
    timers.add(at(10), [&] { ran += 'a'; });
    const TimerHeap::Id cancelled = timers.add(at(10), [&] { ran += 'x'; });
    timers.add(at(10), [&] { ran += 'b'; });
    timers.cancel(cancelled);
    timers.cancel(cancelled);
    CHECK(timers.size() == 3);
    CHECK(!timers.take_due(at(9)).job);
    while (Function<void()> job = timers.take_due(at(30)).job) job();
    CHECK(ran == "abc");
    CHECK(timers.size() == 0);
    CHECK(!timers.earliest());
}

TEST_CASE("cancelling many timers frees the heap and never touches a later timer of the same slot")
{
    TimerHeap timers;
    std::vector<TimerHeap::Id> ids;
    for (int i = 0; i < 10'000; ++i) {
        ids.push_back(timers.add(Timestamp(Milliseconds(i)), [] {}));
    }
    for (const TimerHeap::Id id : ids) timers.cancel(id);
    CHECK(timers.size() == 0);
    bool ran = false;
    timers.add(Timestamp(Milliseconds(1)), [&] { ran = true; });
    for (const TimerHeap::Id id : ids) timers.cancel(id);
    REQUIRE(timers.earliest());
    timers.take_due(Timestamp(Milliseconds(1))).job();
    CHECK(ran);
}

TEST_CASE("an IoLoop runs the jobs of each thread in order, and all before stop")
{
    constexpr int threads = 4;
    constexpr int jobs = 20'000;
    IoLoop loop;
    std::vector<std::vector<int>> seen(threads);
    loop.start();
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t) {
        posters.emplace_back([&, t] {
            for (int i = 0; i < jobs; ++i) {
                loop.post([&seen, &loop, t, i] {
                    if (loop.here()) seen[static_cast<std::size_t>(t)].push_back(i);
                });
            }
        });
    }
    for (std::thread& poster : posters) poster.join();
    loop.stop();
    loop.join();
    CHECK(!loop.here());
    for (const std::vector<int>& list : seen) {
        CHECK(list.size() == jobs);
        CHECK(std::ranges::is_sorted(list));
    }
}

TEST_CASE("timers of an IoLoop never run early, and cancelled ones not at all")
{
    IoLoop loop;
    std::vector<int> order;
    bool early = false;
    loop.post([&] {
        const Timestamp begin = loop.now();
        const auto timer = [&](int ms, int label) {
            return loop.call_at(begin + Milliseconds(ms), [&, begin, ms, label] {
                early = early || loop.now() < begin + Milliseconds(ms);
                order.push_back(label);
                if (label == 3) loop.stop();
            });
        };
        timer(40, 3);
        timer(20, 2);
        const Loop::TimerId cancelled = timer(10, 99);
        timer(-5, 1);
        loop.cancel(cancelled);
    });
    loop.run();
    CHECK(order == std::vector<int>{1, 2, 3});
    CHECK(!early);
}

TEST_CASE("sockets and timers get their turn under endless posting")
{
    IoLoop loop;
    bool fired = false;
    struct Again {
        IoLoop& loop;
        bool& fired;
        void operator()() const
        {
            if (!fired) loop.post(Again{loop, fired});
        }
    };
    loop.post([&] {
        loop.call_at(loop.now() + 5ms, [&] {
            fired = true;
            loop.stop();
        });
        Again{loop, fired}();
    });
    loop.run();
    CHECK(fired);
}

TEST_CASE("what an IoLoop did not run is dropped with it")
{
    const auto alive = std::make_shared<int>(1);
    {
        IoLoop loop;
        loop.post([alive] { FAIL("a loop that never ran ran a job"); });
        loop.call_at(loop.now(), [alive] {});
    }
    CHECK(alive.use_count() == 1);
}

TEST_CASE("a virtual world passes days at once and in order")
{
    VirtualWorld world;
    const auto loop = world.make_loop();
    const Timestamp begin = world.now();
    std::vector<int> order;
    loop->call_at(begin + 48h, [&] { order.push_back(2); });
    loop->call_at(begin + 1ms, [&] { order.push_back(1); });
    loop->post([&] {
        order.push_back(0);
        CHECK(loop->here());
    });
    CHECK(!loop->here());
    CHECK(world.run_until(begin + 24h));
    CHECK(order == std::vector<int>{0, 1});
    CHECK(world.now() == begin + 24h);
    CHECK(world.run_to_end());
    CHECK(order == std::vector<int>{0, 1, 2});
    CHECK(world.now() == begin + 48h);
    CHECK(!world.advance_to_next());
}

namespace {

std::string interleaving(std::uint64_t seed)
{
    WorldOptions options;
    options.seed = seed;
    VirtualWorld world(options);
    std::string order;
    std::vector<std::unique_ptr<VirtualLoop>> loops;
    for (char name = 'a'; name < 'd'; ++name) {
        loops.push_back(world.make_loop());
        for (char job = '0'; job < '5'; ++job) {
            loops.back()->post([&order, name, job] { (order += name) += job; });
        }
    }
    world.run_to_end();
    return order;
}

}  // namespace

TEST_CASE(
    "a virtual wall clock is set ahead at any moment and back between lives; steady time goes on")
{
    VirtualWorld world;
    const Timestamp begin = world.now();
    int fired = 0;
    {
        const auto loop = world.make_loop();
        loop->post([&] { loop->call_at(begin + Seconds(100), [&] { ++fired; }); });
        REQUIRE(world.run_until_idle());
        world.set_wall_clock(Seconds(99));
        REQUIRE(world.run_until_idle());
        CHECK(fired == 0);
        world.set_wall_clock(Seconds(1));
        REQUIRE(world.run_until_idle());
        CHECK(fired == 1);
        CHECK(loop->steady_nanoseconds() == 0);
    }
    CHECK(world.now() == begin + Seconds(100));
    world.set_wall_clock(-Seconds(60));
    const auto loop = world.make_loop();
    loop->post([&] { loop->call_at(begin + Seconds(100), [&] { ++fired; }); });
    REQUIRE(world.run_to_end());
    CHECK(fired == 2);
    CHECK(world.now() == begin + Seconds(100));
    CHECK(loop->steady_nanoseconds() == 60'000'000'000U);
}

TEST_CASE("a timer of a virtual loop that is cancelled when it is due already does not run")
{
    VirtualWorld world{WorldOptions{}};
    const auto loop = world.make_loop();
    std::vector<int> ran;
    loop->post([&] {
        const Timestamp when = loop->now() + Milliseconds(5);
        auto second = std::make_shared<Loop::TimerId>();
        loop->call_at(when, [&ran, &loop, second] {
            ran.push_back(1);
            loop->cancel(*second);
        });
        *second = loop->call_at(when, [&ran] { ran.push_back(2); });
        loop->call_at(when, [&ran] { ran.push_back(3); });
    });
    REQUIRE(world.run_to_end());
    CHECK(ran == std::vector{1, 3});
}

TEST_CASE("a seed is an interleaving: the same again, others differ, each loop in its order")
{
    CHECK(interleaving(7) == interleaving(7));
    int different = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const std::string order = interleaving(seed);
        if (order != interleaving(seed + 1)) ++different;
        CHECK(order.size() == 30);
        CHECK(order.find("a0") < order.find("a1"));
        CHECK(order.find("b3") < order.find("b4"));
    }
    CHECK(different > 15);
}

TEST_CASE("an endless loop of jobs is stopped by a bound, or by time that jobs take")
{
    struct Again {
        VirtualLoop& loop;
        void operator()() const { loop.post(Again{loop}); }
    };
    {
        VirtualWorld world;
        const auto loop = world.make_loop();
        Again{*loop}();
        CHECK(!world.run_until_idle(1'000));
        CHECK(world.jobs_run() == 1'000);
    }
    {
        WorldOptions options;
        options.job_duration = 100us;
        VirtualWorld world(options);
        const auto loop = world.make_loop();
        bool fired = false;
        loop->call_at(world.now() + 10ms, [&] { fired = true; });
        Again{*loop}();
        CHECK(world.run_until(world.now() + 20ms));
        CHECK(fired);
        CHECK(world.jobs_run() == 200);
    }
}

TEST_CASE("a virtual loop that goes drops its jobs and timers; the others go on")
{
    VirtualWorld world;
    auto dead = world.make_loop();
    const auto alive = world.make_loop();
    const auto token = std::make_shared<int>(1);
    bool ran = false;
    dead->post([token] { FAIL("ran after the crash"); });
    dead->call_at(world.now() + 1s, [token] { FAIL("fired after the crash"); });
    alive->call_at(world.now() + 2s, [&] { ran = true; });
    dead.reset();
    CHECK(token.use_count() == 1);
    CHECK(world.run_while_not([&] { return ran; }));
    CHECK(ran);
}
