#pragma once

#include "async/loop.h"
#include "async/task.h"
#include "base/function.h"

#include <memory>

namespace weft::async {

// Where a coroutine waits for something that a callback will tell. Opened once, for good; one
// coroutine may wait at a time. On the loop's thread only. The waiting coroutine goes on as a later
// job, never within open() or a cancellation.
class Gate {
public:
    explicit Gate(Loop& loop);
    ~Gate();  // a coroutine that still waits is dropped
    Gate(Gate&&) noexcept = default;
    Gate& operator=(Gate&&) = delete;

    // More than once is the same as once. A coroutine that was cancelled in the same turn stays
    // cancelled.
    void open();
    bool is_open() const;

    // Errors: Cancelled.
    Task<> wait();
    // Waits on when cancelled: `on_cancel` runs instead, once, and must make somebody open the gate
    // soon.
    Task<> wait_through(Function<void()> on_cancel);

private:
    struct State;
    static Task<> wait_at(std::shared_ptr<State> state, Function<void()> on_cancel);
    std::shared_ptr<State> m_state;
};

}  // namespace weft::async
