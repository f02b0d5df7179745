#include "async/io_loop.h"

#include "async/timer_heap.h"
#include "async/wall_clock.h"
#include "base/assert.h"
#include "base/entropy.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <vector>

namespace asio = boost::asio;

namespace weft::async {

namespace {

// The steady timer does not see the wall clock being set forward, nor a suspended machine: look at
// least this often.
constexpr Milliseconds sleep_max{1'000};
// Timers run in one turn before sockets and posted jobs have their turn.
constexpr int timers_per_turn = 256;

thread_local const IoLoop* current_loop = nullptr;

std::uint64_t random_seed()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32) ^ device();
}

using SteadyTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                               asio::wait_traits<std::chrono::steady_clock>,
                                               asio::io_context::executor_type>;

}  // namespace

struct IoLoop::State {
    State(IoLoop& owner, std::string thread_name)
        : loop(owner), name(std::move(thread_name)), work(io->get_executor()), timer(*io),
          entropy(random_seed())
    {
    }

    IoLoop& loop;
    const std::string name;
    std::optional<asio::io_context> io{1};  // until the destructor
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
    std::optional<SteadyTimer> timer;
    Timestamp armed = timestamp_max;  // what `timer` waits for; timestamp_max: nothing
    TimerHeap timers;
    Entropy entropy;
    std::thread thread;
    std::atomic<bool> started{false};

    std::mutex mutex;
    std::vector<Function<void()>> queue;  // guarded by mutex
    bool drain_pending = false;           // guarded by mutex: a drain() is queued or running
    bool closed = false;                  // the destructor runs: jobs are taken and dropped
    std::vector<Function<void()>> batch;  // on the loop's thread

    void drain();
    void arm();
    void run_timers();
};

IoLoop::IoLoop(std::string name) : m_state(std::make_unique<State>(*this, std::move(name))) {}

IoLoop::~IoLoop()
{
    stop();
    join();
    State& state = *m_state;
    {
        // From here on nobody drains: what is posted stays in the queue and is dropped with it.
        const std::lock_guard lock(state.mutex);
        state.drain_pending = true;
    }
    state.closed = true;
    drop_waiters();
    // Jobs and coroutines may post and cancel while they are dropped: repeat until nothing comes.
    for (bool more = true; more;) {
        std::vector<Function<void()>> dropped;
        {
            const std::lock_guard lock(state.mutex);
            dropped.swap(state.queue);
        }
        more = !dropped.empty() || state.timers.size() > 0;
        state.timers.clear();
    }
    state.timer.reset();
    state.work.reset();
    state.io.reset();  // drops the coroutines that wait for sockets
    drop_waiters();
}

void IoLoop::start()
{
    WEFT_ASSERT(!m_state->started.exchange(true));
    m_state->thread = std::thread([this]() noexcept {
        pthread_setname_np(pthread_self(), m_state->name.substr(0, 15).c_str());
        current_loop = this;
        m_state->io->run();
        current_loop = nullptr;
    });
}

void IoLoop::run()
{
    WEFT_ASSERT(!m_state->started.exchange(true));
    const IoLoop* const outer = std::exchange(current_loop, this);
    m_state->io->run();
    current_loop = outer;
}

void IoLoop::stop()
{
    post([state = m_state.get()] {
        state->work.reset();
        state->io->stop();
    });
}

void IoLoop::join()
{
    if (!m_state->thread.joinable()) return;
    WEFT_ASSERT(!here());
    m_state->thread.join();
}

asio::any_io_executor IoLoop::executor()
{
    return m_state->io->get_executor();
}
asio::io_context& IoLoop::context()
{
    return *m_state->io;
}
bool IoLoop::here() const
{
    return current_loop == this;
}
Timestamp IoLoop::now() const
{
    return wall_clock_now();
}
std::uint64_t IoLoop::steady_nanoseconds() const
{
    return steady_clock_nanoseconds();
}
std::uint64_t IoLoop::random()
{
    return m_state->entropy.next();
}

void IoLoop::post(Function<void()> job)
{
    State& state = *m_state;
    {
        const std::lock_guard lock(state.mutex);
        state.queue.push_back(std::move(job));
        if (state.drain_pending) return;
        state.drain_pending = true;
    }
    asio::post(*state.io, [&state] { state.drain(); });
}

// Runs what was queued when it began, so that sockets and timers get their turn under any load of
// posts.
void IoLoop::State::drain()
{
    {
        const std::lock_guard lock(mutex);
        batch.swap(queue);
    }
    for (Function<void()>& job : batch) {
        job();
        job = {};
    }
    batch.clear();
    {
        const std::lock_guard lock(mutex);
        if (queue.empty()) {
            drain_pending = false;
            return;
        }
    }
    asio::post(*io, [this] { drain(); });
}

Loop::TimerId IoLoop::call_at(Timestamp when, Function<void()> job)
{
    WEFT_ASSERT(here() || !m_state->started || m_state->closed);
    const TimerId id = m_state->timers.add(when, std::move(job));
    if (when < m_state->armed && !m_state->closed) m_state->arm();
    return id;
}

void IoLoop::cancel(TimerId timer)
{
    // The Asio timer stays as it is; at worst it wakes the loop once for nothing.
    m_state->timers.cancel(timer);
}

void IoLoop::State::arm()
{
    const std::optional<Timestamp> earliest = timers.earliest();
    if (!earliest) {
        armed = timestamp_max;
        return;
    }
    armed = *earliest;
    const Timestamp now = loop.now();
    const Milliseconds wait = armed <= now ? Milliseconds(0) : std::min(armed - now, sleep_max);
    timer->expires_after(wait);
    timer->async_wait([this](const boost::system::error_code& error) {
        if (!error) run_timers();  // an error says that it was armed anew
    });
}

void IoLoop::State::run_timers()
{
    const Timestamp now = loop.now();
    // Jobs that set timers need not arm: that happens once, below.
    armed = Timestamp::min();
    for (int count = 0; count < timers_per_turn; ++count) {
        Function<void()> job = timers.take_due(now).job;
        if (!job) break;
        job();
    }
    arm();
}

}  // namespace weft::async
