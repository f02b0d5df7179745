#pragma once

#include "async/pool.h"
#include "async/promise.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace weft::async {

// Calls `work` on the pool and waits for what it returns. A cancelled wait ends at once with
// Cancelled while the work runs to its end, so it must own what it uses. `waiting_max` bounds the
// pool's queue for this call. Errors: Throttled (more than `waiting_max` wait; nothing ran),
// Cancelled, the work's own.
template <class T>
Task<T> run_on(Pool& pool, Loop& home, Function<Result<T>()> work,
               std::size_t waiting_max = SIZE_MAX)
{
    const std::size_t waiting = pool.waiting();
    if (waiting >= waiting_max)
        co_return fail(ErrorCode::Throttled, "{} jobs wait for the pool", waiting);
    auto result = std::make_shared<std::optional<Result<T>>>();
    Promise<T> promise(home);
    pool.run(
        home, [result, work = std::move(work)]() mutable { result->emplace(work()); },
        [result, promise]() mutable { promise.set(std::move(**result)); });
    co_return co_await promise.take();
}

}  // namespace weft::async
