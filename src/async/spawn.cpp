#include "async/spawn.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;

namespace weft::async {

namespace detail {

struct SpawnState {
    asio::cancellation_signal signal;
    bool cancel_requested = false;
    bool ended = false;
};

std::shared_ptr<SpawnState> make_spawn_state()
{
    return std::make_shared<SpawnState>();
}

bool cancel_requested(const SpawnState& state)
{
    return state.cancel_requested;
}

void start(Loop& loop, std::shared_ptr<SpawnState> state, asio::awaitable<void> body)
{
    loop.post([&loop, state = std::move(state), body = std::move(body)]() mutable {
        SpawnState& shared = *state;
        asio::co_spawn(loop.executor(), std::move(body),
                       asio::bind_cancellation_slot(
                           shared.signal.slot(),
                           [state = std::move(state)](const std::exception_ptr& exception) {
                               state->ended = true;
                               // Only `done` can have thrown, which is a bug of its writer.
                               if (exception) std::rethrow_exception(exception);
                           }));
    });
}

Error error_of(const std::exception_ptr& exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) {
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        }
        return Error{ErrorCode::Internal, fmt::format("system error: {}", error.what()), {}};
    } catch (const std::exception& error) {
        return Error{ErrorCode::Internal, fmt::format("exception: {}", error.what()), {}};
    } catch (...) {
        return Error{ErrorCode::Internal, "unknown exception", {}};
    }
}

}  // namespace detail

void Spawned::cancel()
{
    if (m_state == nullptr || m_state->ended || m_state->cancel_requested) return;
    const std::shared_ptr<detail::SpawnState> state = m_state;  // the handle may go meanwhile
    state->cancel_requested = true;
    state->signal.emit(asio::cancellation_type::terminal);
}

bool Spawned::ended() const
{
    return m_state == nullptr || m_state->ended;
}

}  // namespace weft::async
