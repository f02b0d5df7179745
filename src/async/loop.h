#pragma once

#include "async/task.h"
#include "base/function.h"
#include "base/time.h"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>

namespace weft::async {

class Gate;

namespace detail {

// A coroutine that waits at a Gate is linked to its loop, so that a loop that goes drops every
// coroutine on it.
class Waiter {
public:
    Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    virtual ~Waiter() { unlink(); }
    // Destroys the waiting coroutine without resuming it.
    virtual void drop() {}

    void link_after(Waiter& head);
    void unlink();
    Waiter* next() { return m_next; }

private:
    Waiter* m_previous = this;
    Waiter* m_next = this;
};

}  // namespace detail

// INTERFACE CONTRACT.
// One single-threaded event loop: the clock, the timers and the randomness of everything that runs
// on it. IoLoop is the real one (a thread of its own, one io_context); VirtualLoop runs in
// simulated time, many loops on one thread.
class Loop {
public:
    using TimerId = std::uint64_t;

    virtual ~Loop() = default;

    // For coroutines: co_spawn(loop.executor(), …).
    virtual boost::asio::any_io_executor executor() = 0;
    // True on the loop's own thread.
    virtual bool here() const = 0;

    // The wall clock, to the millisecond; never goes back within a process.
    virtual Timestamp now() const = 0;
    // Steady nanoseconds since some moment; for measuring. From any thread.
    virtual std::uint64_t steady_nanoseconds() const = 0;
    // Seeds for entropy.
    virtual std::uint64_t random() = 0;

    // Runs `job` on the loop, in order of posting. From any thread.
    virtual void post(Function<void()> job) = 0;
    // Runs `job` on the loop at or after `when`. On the loop's thread only, as is cancel().
    virtual TimerId call_at(Timestamp when, Function<void()> job) = 0;
    virtual void cancel(TimerId timer) = 0;

protected:
    // For destructors of loops: drops the coroutines that wait at gates.
    void drop_waiters();

private:
    friend class Gate;
    detail::Waiter m_waiters;  // head of a ring
};

// Waits on `loop`'s clock. Error: Cancelled.
Task<> sleep_until(Loop& loop, Timestamp when);

}  // namespace weft::async
