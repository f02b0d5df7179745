#pragma once

#include "async/loop.h"
#include "async/task.h"
#include "base/function.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace weft::async {

namespace detail {
struct SpawnState;
void start(Loop& loop, std::shared_ptr<SpawnState> state, boost::asio::awaitable<void> body);
std::shared_ptr<SpawnState> make_spawn_state();
bool cancel_requested(const SpawnState& state);
Error error_of(const std::exception_ptr& exception);
}  // namespace detail

// A coroutine that runs by itself. Letting go of the handle leaves it running: whoever spawns keeps
// the handle or waits for `done` (or uses a TaskGroup, which does both). On the loop's thread only.
class Spawned {
public:
    Spawned() = default;
    explicit Spawned(std::shared_ptr<detail::SpawnState> state) : m_state(std::move(state)) {}

    // Asks the coroutine to end: its present wait ends with Cancelled, and so do later ones. It may
    // still succeed.
    void cancel();
    // True when `done` has been called, and for an empty handle.
    bool ended() const;

private:
    std::shared_ptr<detail::SpawnState> m_state;
};

namespace detail {

template <class T>
boost::asio::awaitable<void> run_and_tell(std::shared_ptr<SpawnState> state, Task<T> task,
                                          Function<void(Result<T>)> done)
{
    // Cancellation is an error value of the operation that was waited for, never an exception.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    std::optional<Result<T>> result;
    if (cancel_requested(*state)) {
        // Assigning to an awaitable of Asio 1.81 would leak the frame it had.
        const Task<T> dropped(std::move(task));
        result.emplace(
            tl::unexpected(Error{ErrorCode::Cancelled, "cancelled before it began", {}}));
    } else {
        try {
            result.emplace(co_await std::move(task));
        } catch (...) {
            result.emplace(tl::unexpected(error_of(std::current_exception())));
        }
    }
    // What the coroutine held is gone before its end is told.
    if (done) done(std::move(*result));
}

}  // namespace detail

// Runs `task` on `loop`, beginning with a later job, and calls `done` there exactly once with what
// it returned; an exception that escapes it becomes Internal (Asio's operation_aborted: Cancelled).
// If the loop goes first, the coroutine is dropped and `done` is not called. Any thread; the handle
// is for the loop's.
template <class T> Spawned spawn(Loop& loop, Task<T> task, Function<void(Result<T>)> done)
{
    std::shared_ptr<detail::SpawnState> state = detail::make_spawn_state();
    detail::start(loop, state, detail::run_and_tell<T>(state, std::move(task), std::move(done)));
    return Spawned(std::move(state));
}

// For type deduction at the call: spawn(loop, f(), [](auto result) { … }).
template <class T, class F>
Spawned spawn(Loop& loop, boost::asio::awaitable<Result<T>> task, F done)
{
    return spawn<T>(loop, std::move(task), Function<void(Result<T>)>(std::move(done)));
}

}  // namespace weft::async
