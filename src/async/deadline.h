#pragma once

#include "async/promise.h"
#include "async/spawn.h"

#include <memory>
#include <utility>

namespace weft::async {

// Runs `task` and cancels it at `when`. Comes back only when the task has ended, so that nothing of
// it is left running. Errors: Timeout when it was cancelled by the deadline (a task that succeeds
// all the same keeps its result), Cancelled, and the task's own. A deadline that has passed does
// not begin the task.
template <class T> Task<T> with_deadline(Loop& loop, Timestamp when, Task<T> task)
{
    if (when <= loop.now())
        co_return fail(ErrorCode::Timeout, "the deadline passed before it began");
    struct Scope {
        explicit Scope(Loop& owner) : loop(owner), promise(owner) {}
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        ~Scope()
        {
            loop.cancel(timer);
            child.cancel();  // only when we are dropped while it runs
        }
        Loop& loop;
        Promise<T> promise;
        Spawned child;
        Loop::TimerId timer = 0;
        bool timed_out = false;
    };
    Scope scope(loop);
    auto tell = [promise = scope.promise](Result<T> result) mutable {
        promise.set(std::move(result));
    };
    scope.child = spawn<T>(loop, std::move(task), std::move(tell));
    scope.timer = loop.call_at(when, [&scope] {
        scope.timed_out = true;
        scope.child.cancel();
    });
    Result<T> result = co_await scope.promise.take_through([&scope] { scope.child.cancel(); });
    if (!result && scope.timed_out && result.error().code == ErrorCode::Cancelled) {
        co_return fail(ErrorCode::Timeout, "not done by its deadline");
    }
    co_return result;
}

}  // namespace weft::async
