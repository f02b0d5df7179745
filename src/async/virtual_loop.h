#pragma once

#include "async/loop.h"
#include "async/timer_heap.h"
#include "base/entropy.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace weft::async {

class VirtualLoop;

struct WorldOptions {
    std::uint64_t seed = 1;
    Timestamp start{std::chrono::milliseconds(1'767'225'600'000)};  // 2026-01-01T00:00:00Z
    // How much simulated time a job takes. 0: time passes only when nothing is ready.
    std::chrono::nanoseconds job_duration{0};
    WorldOptions() = default;
};

// Many loops on one thread under one simulated clock. Which loop runs its next job is drawn from
// the seed, so that one seed is one interleaving, and days pass as fast as their jobs run. Loops
// may come and go (a crash destroys them); they end before the world. One thread.
class VirtualWorld {
public:
    explicit VirtualWorld(WorldOptions options = {});
    ~VirtualWorld();
    VirtualWorld(const VirtualWorld&) = delete;
    VirtualWorld& operator=(const VirtualWorld&) = delete;

    std::unique_ptr<VirtualLoop> make_loop();

    Timestamp now() const;
    std::uint64_t random() { return m_entropy.next(); }
    std::uint64_t jobs_run() const { return m_jobs_run; }

    // Runs one ready job of one loop; false when there is none.
    bool step();
    // Runs jobs until none is ready. False when `jobs_max` were not enough.
    bool run_until_idle(std::uint64_t jobs_max = UINT64_MAX);
    // Sets the clock to the next due timer and makes it ready; false when there is no timer.
    bool advance_to_next();
    // Sets the wall clock; steady time goes on as it was. Forward at any moment, and what is due
    // then is ready. Back only while there is no loop: a loop's clock never goes back.
    void set_wall_clock(Milliseconds by);
    // Runs all that happens until `until`, and leaves the clock there. False when `jobs_max` were
    // not enough.
    bool run_until(Timestamp until, std::uint64_t jobs_max = UINT64_MAX);
    // Runs until neither a job nor a timer is left. False when `jobs_max` were not enough.
    bool run_to_end(std::uint64_t jobs_max = UINT64_MAX);
    // Runs, and lets time pass, while `condition` does not hold; false when nothing is left to do
    // or `jobs_max` were not enough.
    template <class Condition>
    bool run_while_not(Condition condition, std::uint64_t jobs_max = UINT64_MAX)
    {
        const std::uint64_t end = jobs_end(jobs_max);
        while (!condition()) {
            if (m_jobs_run >= end) return false;
            if (!step() && !advance_to_next()) return condition();
        }
        return true;
    }

private:
    friend class VirtualLoop;

    std::uint64_t jobs_end(std::uint64_t jobs_max) const;
    void set_clock(std::chrono::nanoseconds since_start);
    void set_clock_to(Timestamp wall);
    std::optional<Timestamp> earliest();
    // Runs everything that is ready and everything that becomes due meanwhile.
    bool drain(std::uint64_t end);

    const WorldOptions m_options;
    Entropy m_entropy;
    std::chrono::nanoseconds m_since_start{0};  // steady
    Milliseconds m_wall_set{0};                 // what set_wall_clock() added up to
    std::uint64_t m_jobs_run = 0;
    std::uint64_t m_loops_made = 0;
    std::vector<VirtualLoop*> m_loops;
    std::vector<std::size_t> m_candidates;  // indices into m_loops: those that may have a ready job
    VirtualLoop* m_current = nullptr;
};

// One loop of a VirtualWorld. Destroying it is the crash of what runs on it: jobs, timers and
// coroutines are dropped, their destructors run and nothing else; destroy it before the objects
// that its coroutines use.
class VirtualLoop final : public Loop {
public:
    ~VirtualLoop() override;
    VirtualLoop(const VirtualLoop&) = delete;
    VirtualLoop& operator=(const VirtualLoop&) = delete;

    boost::asio::any_io_executor executor() override;
    bool here() const override;  // true while the world runs a job of this loop
    Timestamp now() const override;
    std::uint64_t steady_nanoseconds() const override;
    std::uint64_t random() override;
    void post(Function<void()> job) override;
    TimerId call_at(Timestamp when, Function<void()> job) override;
    void cancel(TimerId timer) override;

private:
    friend class VirtualWorld;
    VirtualLoop(VirtualWorld& world, std::uint64_t seed);
    bool run_one();
    void make_due_ready();

    VirtualWorld& m_world;
    Entropy m_entropy;
    TimerHeap m_timers;
    std::unordered_map<TimerId, Function<void()>> m_due;  // have a place among the jobs
    std::unique_ptr<boost::asio::io_context> m_io;
};

}  // namespace weft::async
