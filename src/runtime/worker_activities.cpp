#include "runtime/worker.h"

#include "engine/task_token.h"
#include "runtime/names.h"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>
#include <variant>

namespace weft::runtime {

void find_activity(Shared& shared, async::Loop& home, const std::string& arn, Callback<void> reply)
{
    if (shared.board.knows(arn)) return reply({});
    const std::uint64_t seen = shared.board.forgotten();
    using Found = Result<std::optional<catalog::Activity>>;
    auto found = std::make_shared<Found>();
    auto answer = std::make_shared<Callback<void>>(std::move(reply));
    shared.parts.blocking.run(
        home, [&shared, arn, found] { *found = shared.parts.catalog.find_activity(arn); },
        [&shared, arn, found, answer, seen] {
            if (!*found) return (*answer)(tl::unexpected(std::move(*found).error()));
            if (!**found)
                return (*answer)(
                    fail(ErrorCode::ActivityDoesNotExist, "Activity Does Not Exist: '{}'", arn));
            shared.board.learn(arn, seen);
            (*answer)({});
        });
}

// A worker who waits already is found while the task is decided, so that scheduling and starting it
// share a flush. Otherwise it is offered once it is durable.
void Worker::seek(Mailbox& box, const engine::SeekWorker& action)
{
    const engine::CallRequest& call = action.call;
    SoughtWorker sought;
    sought.offer = {.order = 0,
                    .key = box.row.key,
                    .shard = box.row.shard,
                    .scheduled = call.scheduled,
                    .dispatch = action.dispatch,
                    .activity = std::string(call.resource.view())};
    const auto find = [&](std::string worker, std::uint64_t poll) {
        sought.found = true;
        box.queue.push_front({engine::Command(engine::WorkerFound{call.scheduled, action.dispatch,
                                                                  json::String(worker), poll}),
                              {}});
    };
    if (m_shared.parts.integrations.find(call.resource.view()) != nullptr)
        find({}, 0);  // scripted answers play the worker
    else if (!same_home(call.resource.view(), box.row.machine_arn))
        sought.foreign = true;
    else if (const PollPtr poll = m_shared.board.take_poll(sought.offer.activity))
        find(poll->worker, poll->id);
    box.pending.sought.push_back(std::move(sought));
}

void Worker::offer(const Mailbox& box, const SoughtWorker& sought)
{
    if (sought.found) return;
    // An offer that stands no more does no harm: whoever takes it comes back.
    if (const auto* stream = dynamic_cast<const ExecutionStream*>(box.stream.get());
        stream != nullptr && !box.busy &&
        !stream->offers(sought.offer.scheduled, sought.offer.dispatch))
        return;
    // AWS: an activity that does not exist fails what schedules a task for it.
    const auto refuse = [this](const journal::Offer& offer) {
        command(offer.key,
                engine::Command(engine::CallFailed{
                    offer.scheduled, offer.dispatch, json::String("States.Runtime"),
                    json::String(fmt::format("The activity {} does not exist.", offer.activity))}),
                {});
    };
    if (sought.foreign) return refuse(sought.offer);
    ++m_work_elsewhere;
    find_activity(m_shared, m_loop, sought.offer.activity,
                  [this, refuse, offer = sought.offer](Result<> exists) mutable {
                      --m_work_elsewhere;
                      if (exists || exists.error().code != ErrorCode::ActivityDoesNotExist)
                          m_shared.board.offer(std::move(offer));
                      else
                          refuse(offer);
                      check_idle();
                  });
}

void Worker::hand_over(Mailbox& box, const engine::HandOver& action)
{
    if (action.poll == 0) return play_worker(box, action);
    m_shared.board.hand_over(
        action.poll, ActivityTask{action.token, action.call.parameters},
        [this, key = box.row.key, scheduled = action.call.scheduled, dispatch = action.dispatch] {
            m_loop.post([this, key, scheduled, dispatch] {
                command(key, engine::Command(engine::WorkerLost{scheduled, dispatch}), {});
            });
        });
}

// An activity whose answers are scripted (`--mocks`): the script is its worker.
void Worker::play_worker(Mailbox& box, const engine::HandOver& action)
{
    const auto token = engine::read_task_token(action.token, m_shared.parts.journal.secret());
    integrations::Integration* target =
        m_shared.parts.integrations.find(action.call.resource.view());
    if (!token || target == nullptr) return;
    const auto* stream = dynamic_cast<const ExecutionStream*>(box.stream.get());
    if (stream != nullptr && !box.busy &&
        stream->execution().frames().find_call(action.call.scheduled) == engine::no_slot)
        return;  // called off since
    ++m_calls_under_way;
    auto ended = [this, key = box.row.key, scheduled = action.call.scheduled, nonce = token->nonce](
                     std::exception_ptr failure, Result<integrations::Outcome> outcome) {
        --m_calls_under_way;
        engine::Ending ending;
        if (failure || !outcome) {
            ending.failed = true;
            ending.error = json::String("States.TaskFailed");
            if (!failure) ending.cause = json::String(outcome.error().message);
        } else if (auto* success = std::get_if<integrations::Success>(&*outcome)) {
            ending.output = std::move(success->output);
        } else {
            const auto& failed = std::get<integrations::Failure>(*outcome);
            ending.failed = true;
            if (!failed.error.empty()) ending.error = json::String(failed.error);
            if (!failed.cause.empty()) ending.cause = json::String(failed.cause);
        }
        if (!m_idle)
            command(key, engine::Command(engine::TaskAnswered{scheduled, nonce, std::move(ending)}),
                    {});
        check_idle();
    };
    boost::asio::co_spawn(m_loop.executor(), target->invoke(m_loop, describe(box, action.call)),
                          std::move(ended));
}

// A command that is dropped gives its worker back.
void Worker::put_back(const StreamCommand& command)
{
    const auto* own = std::get_if<engine::Command>(&command);
    const auto* found = own == nullptr ? nullptr : std::get_if<engine::WorkerFound>(own);
    if (found != nullptr && found->poll != 0) m_shared.board.put_back(found->poll);
}

// The offers that a batch makes and takes back. One that it does both with never shows.
void Worker::change_offers(const Held& held, journal::Append& append)
{
    for (const engine::Action& action : held.actions) {
        history::EventId gone = 0;
        if (const auto* over = std::get_if<engine::HandOver>(&action)) gone = over->call.scheduled;
        if (const auto* cancel = std::get_if<engine::CancelCall>(&action))
            if (cancel->offered) gone = cancel->scheduled;
        if (gone != 0) append.withdrawn.push_back(gone);
    }
    for (const SoughtWorker& sought : held.sought) {
        // Refused once this batch is durable; after a crash the execution looks for a worker anew.
        if (sought.foreign) continue;
        // Taken up, or called off, in this very batch: after it was made, since both need it.
        const bool gone = std::ranges::any_of(held.actions, [&](const engine::Action& action) {
            if (const auto* over = std::get_if<engine::HandOver>(&action))
                return over->call.scheduled == sought.offer.scheduled &&
                       over->dispatch > sought.offer.dispatch;
            const auto* cancel = std::get_if<engine::CancelCall>(&action);
            return cancel != nullptr && cancel->scheduled == sought.offer.scheduled;
        });
        // After a restart it is there already, in its place.
        const bool known =
            sought.offer.scheduled < append.batch.first_public && sought.offer.dispatch == 0;
        if (!gone && !known) append.offers.push_back(sought.offer);
    }
    // A row that this batch never wrote need not be erased; one that may be there is.
    std::erase_if(append.withdrawn, [&](history::EventId scheduled) {
        return scheduled >= append.batch.first_public;
    });
}

}  // namespace weft::runtime
