#include "runtime/worker.h"

#include "aws/arn.h"
#include "base/overloaded.h"
#include "runtime/children.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace weft::runtime {

integrations::Failure unsupported_resource(std::string_view resource)
{
    return {"Weft.UnsupportedResource",
            fmt::format("This version of Weft cannot run the resource {} yet. A definition that "
                        "names it is valid; give it a scripted answer with --mocks to try the rest "
                        "of the workflow.",
                        resource)};
}

integrations::Call Worker::describe(const Mailbox& box, const engine::CallRequest& request) const
{
    integrations::Call call;
    call.resource = request.resource;
    call.state = request.state;
    call.execution_arn = box.arn;
    call.parameters = request.parameters;
    call.idempotency_key =
        children::call_key(m_shared.parts.journal.secret(), box.row.key, request.scheduled);
    if (const Result<aws::Arn> arn = aws::parse_arn(box.row.machine_arn)) {
        call.region = arn->region;
        call.account = arn->account;
    }
    // An Express execution that runs again from its start makes calls of its own.
    if (box.durable)
        call.stream = box.row.key;
    else
        call.idempotency_key =
            children::call_key(m_shared.parts.journal.secret(),
                               static_cast<std::int64_t>(m_loop.random()), request.scheduled);
    call.scheduled = request.scheduled;
    call.attempt = request.attempt;
    call.deadline = request.deadline;
    return call;
}

void Worker::acquire(Mailbox& box, const engine::AcquirePermit& action,
                     Mailbox::Queue::iterator place)
{
    const history::EventId scheduled = action.call.scheduled;
    // Before what waits, and behind the calls that the same slice asked for earlier: calls start in
    // the order in which they were scheduled.
    const auto grant = [&] {
        box.queue.insert(place, {engine::Command(engine::PermitGranted{scheduled}), {}});
    };
    OpenCall& call = box.calls[scheduled];
    if (call.phase != OpenCall::Phase::WaitsForPermit)
        return grant();  // decided again after a refused batch
    integrations::Integration* target = m_shared.parts.integrations.find(action.call.resource);
    if (target != nullptr && call.permit_key.empty()) {
        call.permit_key = target->permit_key(describe(box, action.call));
        if (!call.permit_key.empty() &&
            !m_shared.permits.acquire(
                call.permit_key, target->permits_max(call.permit_key), {box.row.key, scheduled},
                [this, key = box.row.key, scheduled, permit_key = call.permit_key] {
                    m_loop.post([this, key, scheduled, permit_key] {
                        permit_granted(key, scheduled, permit_key);
                    });
                }))
            return;
    } else if (!call.permit_key.empty()) {
        return;  // asked for already
    }
    call.phase = OpenCall::Phase::Permitted;
    grant();
}

void Worker::permit_granted(journal::StreamKey key, history::EventId scheduled,
                            const std::string& permit_key)
{
    const auto found = m_boxes.find(key);
    if (found == m_boxes.end()) return m_shared.permits.release(permit_key);
    Mailbox& box = *found->second;
    const auto call = box.calls.find(scheduled);
    if (call == box.calls.end() || call->second.phase != OpenCall::Phase::WaitsForPermit ||
        call->second.permit_key != permit_key)
        return m_shared.permits.release(permit_key);
    call->second.phase = OpenCall::Phase::Permitted;
    if (call->second.dispatch) {
        const engine::Dispatch action = *std::exchange(call->second.dispatch, std::nullopt);
        invoke(box, scheduled, call->second, action);
        return;
    }
    enqueue(box, engine::Command(engine::PermitGranted{scheduled}));
}

// Its intent is durable: the call may leave.
void Worker::dispatch(Mailbox& box, const engine::Dispatch& action)
{
    const history::EventId scheduled = action.call.scheduled;
    OpenCall& call = box.calls[scheduled];
    if (call.phase == OpenCall::Phase::UnderWay)
        return;  // decided again after a refused batch, and already out
    if (call.phase == OpenCall::Phase::WaitsForPermit) {
        // A resend after recovery: permits are not remembered.
        if (integrations::Integration* target =
                m_shared.parts.integrations.find(action.call.resource)) {
            call.permit_key = target->permit_key(describe(box, action.call));
            if (!call.permit_key.empty()) {
                call.dispatch = action;
                if (!m_shared.permits.acquire(
                        call.permit_key, target->permits_max(call.permit_key),
                        {box.row.key, scheduled},
                        [this, key = box.row.key, scheduled, permit_key = call.permit_key] {
                            m_loop.post([this, key, scheduled, permit_key] {
                                permit_granted(key, scheduled, permit_key);
                            });
                        }))
                    return;
                call.dispatch.reset();
            }
        }
        call.phase = OpenCall::Phase::Permitted;
    }
    invoke(box, scheduled, call, action);
}

void Worker::invoke(Mailbox& box, history::EventId scheduled, OpenCall& call,
                    const engine::Dispatch& action)
{
    integrations::Integration* target = m_shared.parts.integrations.find(action.call.resource);
    call.phase = OpenCall::Phase::UnderWay;
    call.serial = m_next_serial++;
    if (target == nullptr) {
        const std::string resource(action.call.resource.view());
        m_loop.post([this, key = box.row.key, action, serial = call.serial, resource] {
            call_ended(key, action, serial, {},
                       integrations::Outcome(unsupported_resource(resource)));
        });
        m_counts.calls.set(++m_calls_under_way);
        return;
    }
    integrations::Call request = describe(box, action.call);
    request.resent = action.resent;
    call.cancel = std::make_shared<boost::asio::cancellation_signal>();
    m_counts.calls.set(++m_calls_under_way);
    // The signal lives as long as the call, whatever becomes of the mailbox.
    auto ended =
        [this, key = box.row.key, action, serial = call.serial, permit_key = call.permit_key,
         cancel = call.cancel](std::exception_ptr failure, Result<integrations::Outcome> outcome) {
            if (failure) {
                try {
                    std::rethrow_exception(failure);
                } catch (const std::exception& error) {
                    outcome = fail(ErrorCode::Internal, "{}", error.what());
                }
            }
            call_ended(key, action, serial, permit_key, std::move(outcome));
        };
    boost::asio::co_spawn(
        m_loop.executor(), target->invoke(m_loop, std::move(request)),
        boost::asio::bind_cancellation_slot(call.cancel->slot(), std::move(ended)));
    (void)scheduled;
}

void Worker::call_ended(journal::StreamKey key, const engine::Dispatch& action,
                        std::uint64_t serial, const std::string& permit_key,
                        Result<integrations::Outcome> outcome)
{
    m_counts.calls.set(--m_calls_under_way);
    if (const auto waiting = m_cancelled.find({key, action.call.scheduled});
        waiting != m_cancelled.end()) {
        const std::vector<history::Message> messages = std::move(waiting->second);
        m_cancelled.erase(waiting);
        for (const history::Message& message : messages) deliver(key, message);
    }
    if (!permit_key.empty()) m_shared.permits.release(permit_key);
    const history::EventId scheduled = action.call.scheduled;
    const auto found = m_boxes.find(key);
    if (found != m_boxes.end()) {
        Mailbox& box = *found->second;
        const auto call = box.calls.find(scheduled);
        // A cancelled call is no longer listed; during a shut-down the call stays in doubt.
        if (call != box.calls.end() && call->second.serial == serial) {
            box.calls.erase(call);
            if (!m_idle) {
                engine::Command result = engine::CallFailed{};
                if (!outcome) {
                    const bool late = outcome.error().code == ErrorCode::Timeout;
                    result = engine::CallFailed{
                        scheduled, action.dispatch,
                        json::String(late ? "States.Timeout" : "States.TaskFailed"),
                        json::String(outcome.error().message)};
                } else {
                    result =
                        std::visit(overloaded{
                                       [&](integrations::Success& success) -> engine::Command {
                                           return engine::CallSucceeded{scheduled, action.dispatch,
                                                                        std::move(success.output),
                                                                        std::move(success.usage),
                                                                        success.complete};
                                       },
                                       [&](integrations::Failure& failure) -> engine::Command {
                                           return engine::CallFailed{scheduled, action.dispatch,
                                                                     json::String(failure.error),
                                                                     json::String(failure.cause)};
                                       },
                                   },
                                   *outcome);
                }
                enqueue(box, std::move(result));
            }
            release_early(box, scheduled);
        }
    }
    check_idle();
}

void Worker::cancel(Mailbox& box, history::EventId scheduled)
{
    const auto found = box.calls.find(scheduled);
    if (found == box.calls.end()) return;
    OpenCall call = std::move(found->second);
    box.calls.erase(found);
    release_early(box, scheduled);
    switch (call.phase) {
    case OpenCall::Phase::WaitsForPermit:
        // If it is not waiting any more, the grant is on its way and permit_granted gives it back.
        if (!call.permit_key.empty())
            m_shared.permits.forget(call.permit_key, {box.row.key, scheduled});
        break;
    case OpenCall::Phase::Permitted:
        if (!call.permit_key.empty()) m_shared.permits.release(call.permit_key);
        break;
    case OpenCall::Phase::UnderWay:
        // Its end releases the permit. Emitting may run the call's end at once: the box is not
        // touched after it.
        if (call.cancel) {
            m_cancelled.try_emplace({box.row.key, scheduled});

            m_loop.post(
                [cancel = call.cancel] { cancel->emit(boost::asio::cancellation_type::terminal); });
        }
        break;
    }
}

}  // namespace weft::runtime
