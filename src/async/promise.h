#pragma once

#include "async/gate.h"

#include <memory>
#include <optional>
#include <utility>

namespace weft::async {

// A result that somebody will give later, and a coroutine that waits for it: the bridge from
// callbacks to coroutines.
//
//     Promise<int> promise(loop);
//     start_something([promise](int value) mutable { promise.set(value); });
//     CO_TRY(int value, co_await promise.take());
//
// Copies share one result. On the loop's thread only. A promise that nobody keeps waits until it is
// cancelled.
template <class T = void> class Promise {
public:
    explicit Promise(Loop& loop) : m_state(std::make_shared<State>(loop)) {}

    // The first result counts.
    void set(Result<T> result)
    {
        if (m_state->result) return;
        m_state->result.emplace(std::move(result));
        m_state->gate.open();
    }
    bool is_set() const { return m_state->result.has_value(); }

    // Waits for the result and takes it; once. Errors: Cancelled, and those of the result.
    Task<T> take() { return take_from(m_state); }
    // Waits on when cancelled: `on_cancel` runs instead, once, and must bring about a set() soon.
    Task<T> take_through(Function<void()> on_cancel)
    {
        return take_through_from(m_state, std::move(on_cancel));
    }

private:
    struct State {
        explicit State(Loop& loop) : gate(loop) {}
        Gate gate;
        std::optional<Result<T>> result;
    };

    static Task<T> take_from(std::shared_ptr<State> state)
    {
        CO_CHECK(co_await state->gate.wait());
        co_return std::move(*state->result);
    }
    static Task<T> take_through_from(std::shared_ptr<State> state, Function<void()> on_cancel)
    {
        CO_CHECK(co_await state->gate.wait_through(std::move(on_cancel)));
        co_return std::move(*state->result);
    }

    std::shared_ptr<State> m_state;
};

}  // namespace weft::async
