#include "async/gate.h"

#include "base/assert.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace asio = boost::asio;

namespace weft::async {

namespace detail {

void Waiter::link_after(Waiter& head)
{
    m_previous = &head;
    m_next = head.m_next;
    m_next->m_previous = this;
    head.m_next = this;
}

void Waiter::unlink()
{
    m_previous->m_next = m_next;
    m_next->m_previous = m_previous;
    m_previous = m_next = this;
}

}  // namespace detail

void Loop::drop_waiters()
{
    while (m_waiters.next() != &m_waiters) {
        detail::Waiter& waiter = *m_waiters.next();
        waiter.unlink();
        waiter.drop();
    }
}

struct Gate::State final : detail::Waiter, std::enable_shared_from_this<State> {
    explicit State(Loop& owner) : loop(owner) {}

    Loop& loop;
    bool open = false;
    Function<void(bool)> resume;  // with true when cancelled; set while a coroutine waits
    bool waits_through = false;   // a cancellation does not end this wait
    Function<void()> on_cancel;   // runs instead, once

    void drop() override
    {
        // The coroutine's destruction may destroy the gate: hold on to what is dropped.
        const auto self = weak_from_this().lock();
        const Function<void(bool)> coroutine = std::move(resume);
        const Function<void()> callback = std::move(on_cancel);
    }

    void end(bool cancelled)
    {
        if (!resume) return;
        unlink();
        on_cancel = {};
        loop.post([coroutine = std::move(resume), cancelled]() mutable { coroutine(cancelled); });
    }

    void cancel()
    {
        if (!resume) return;
        if (!waits_through) return end(true);
        if (Function<void()> callback = std::move(on_cancel)) callback();
    }
};

Gate::Gate(Loop& loop) : m_state(std::make_shared<State>(loop)) {}

Gate::~Gate()
{
    if (m_state == nullptr) return;
    m_state->unlink();
    m_state->drop();
}

void Gate::open()
{
    m_state->open = true;
    m_state->end(false);
}

bool Gate::is_open() const
{
    return m_state->open;
}

Task<> Gate::wait()
{
    return wait_at(m_state, {});
}

Task<> Gate::wait_through(Function<void()> on_cancel)
{
    return wait_at(m_state, std::move(on_cancel));
}

Task<> Gate::wait_at(std::shared_ptr<State> state, Function<void()> on_cancel)
{
    const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
    const bool through = static_cast<bool>(on_cancel);
    if (cancellation.cancelled() != asio::cancellation_type::none) {
        if (!through) co_return fail(ErrorCode::Cancelled, "cancelled");
        std::exchange(on_cancel, {})();
    }
    if (state->open) co_return Result<>{};
    WEFT_ASSERT(!state->resume);
    state->waits_through = through;
    state->on_cancel = std::move(on_cancel);
    auto begin = [](auto handler, State* waiter) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            slot.assign([weak = waiter->weak_from_this()](asio::cancellation_type) {
                if (const auto locked = weak.lock()) locked->cancel();
            });
        }
        waiter->resume = [handler = std::move(handler)](bool cancelled) mutable {
            std::move(handler)(cancelled);
        };
        waiter->link_after(waiter->loop.m_waiters);
    };
    const bool cancelled =
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(bool)>(
            begin, asio::use_awaitable, state.get());
    if (cancelled) co_return fail(ErrorCode::Cancelled, "cancelled");
    co_return Result<>{};
}

}  // namespace weft::async
