#include "engine/task_token.h"
#include "runtime/children.h"
#include "runtime/implementation.h"
#include "runtime/names.h"

#include <memory>
#include <utility>

namespace weft::runtime {

namespace {

// AWS: GetActivityTask answers without a task after a minute.
constexpr Seconds poll_seconds_max{60};

}  // namespace

void Runtime::get_activity_task(async::Loop& home, TaskRequest request, OnGone gone,
                                TaskReply reply)
{
    if (Result<std::string> arn = parse_activity_arn(request.activity_arn); !arn) {
        reply(tl::unexpected(std::move(arn).error()));
        return;
    }
    auto poll = std::make_shared<Poll>();
    poll->activity = std::move(request.activity_arn);
    poll->worker = std::move(request.worker);
    poll->home = &home;
    poll->answer = std::move(reply);
    if (Result<> room = m_impl->admit_read(); !room) {
        poll->answer(tl::unexpected(std::move(room).error()));
        return;
    }
    find_activity(m_impl->shared, home, poll->activity, [this, &home, poll, gone](Result<> exists) {
        if (!exists) {
            poll->answer(tl::unexpected(std::move(exists).error()));
            return;
        }
        ActivityBoard& board = m_impl->shared.board;
        poll->timer =
            home.call_at(home.now() + poll_seconds_max, [&board, poll] { board.expire(poll); });
        if (gone) gone([&board, poll] { board.leave(poll); });
        if (Result<> waits = board.wait(poll); !waits) {
            home.cancel(poll->timer);
            poll->answer(tl::unexpected(std::move(waits).error()));
        }
    });
}

namespace {

// To the execution that the token names, if it is one of ours.
void send(Shared& shared, async::Loop& home, std::string_view text, Callback<void> reply,
          Function<engine::Command(const engine::TaskToken&)> command_of)
{
    const auto token = engine::read_task_token(text, shared.parts.journal.secret());
    if (!token) return reply(fail(ErrorCode::InvalidToken, "Invalid Token: 'Invalid token'"));
    Worker& owner = shared.owner(token->shard);
    auto answer = std::make_shared<Callback<void>>(bring_home(home, std::move(reply)));
    owner.loop().post([&owner, key = token->key, command = command_of(*token), answer] {
        owner.command(key, command, std::move(*answer));
    });
}

}  // namespace

void Runtime::answer_task(async::Loop& home, TaskAnswer answer, Callback<void> reply)
{
    if (Result<> room = m_impl->admit_read(); !room)
        return reply(tl::unexpected(std::move(room).error()));
    engine::Ending ending;
    ending.failed = answer.failed;
    ending.output = std::move(answer.output);
    if (answer.error) ending.error = json::String(*answer.error);
    if (answer.cause) ending.cause = json::String(*answer.cause);
    send(m_impl->shared, home, answer.token, std::move(reply),
         [ending = std::move(ending)](const engine::TaskToken& token) {
             return engine::Command(engine::TaskAnswered{token.scheduled, token.nonce, ending});
         });
}

void Runtime::heartbeat_task(async::Loop& home, const std::string& token, Callback<void> reply)
{
    if (Result<> room = m_impl->admit_read(); !room)
        return reply(tl::unexpected(std::move(room).error()));
    send(m_impl->shared, home, token, std::move(reply), [](const engine::TaskToken& of) {
        return engine::Command(engine::Heartbeat{of.scheduled, of.nonce});
    });
}

void Runtime::start_child(async::Loop& home, integrations::ChildRequest request,
                          Function<void(Result<integrations::ChildStarted>)> reply)
{
    StartRequest start;
    start.machine_arn = std::move(request.machine_arn);
    start.name = std::move(request.name);
    // The child of an Express execution is its own: nobody asks for it again.
    if (start.name.empty() && request.parent != 0)
        start.name = children::call_key(m_impl->shared.parts.journal.secret(), request.parent,
                                        request.scheduled);
    start.input = std::move(request.input);
    if (request.parent != 0)
        start.parent = Parent{request.parent, request.scheduled, request.waits};
    Callback<StartReply> answer = [reply = std::move(reply)](Result<StartReply> started) mutable {
        if (!started) return reply(tl::unexpected(std::move(started).error()));
        reply(integrations::ChildStarted{std::move(started->execution_arn), started->start});
    };
    if (!request.resent) return this->start(home, std::move(start), std::move(answer));
    // Looked for before it is started again: a start that the disk refuses would say that there is
    // no child where there is one.
    m_impl->blocking<StartReply>(
        home,
        [this, start]() -> Result<StartReply> {
            return earlier_start(m_impl->shared.parts.journal,
                                 children::unqualified(start.machine_arn), start.name, start.input,
                                 start.parent);
        },
        [this, &home, start, answer = std::move(answer)](Result<StartReply> earlier) mutable {
            if (earlier) return answer(std::move(earlier));
            this->start(home, std::move(start), std::move(answer));
        },
        Implementation::Origin::Begun);
}

}  // namespace weft::runtime
