#pragma once

#include "runtime/page_token.h"
#include "runtime/retention.h"
#include "runtime/test_state/tests.h"
#include "runtime/waker.h"
#include "runtime/worker.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace weft::runtime {

struct Runtime::Implementation {
    Implementation(RuntimeParts parts, RuntimeOptions options);

    Shared shared;
    PageTokens page_tokens;
    std::unique_ptr<Waker> waker;
    std::unique_ptr<Retention> retention;
    StateTests tests{shared};

    // Who wants work done on the blocking pool: a request from outside, which is refused when too
    // many wait, or something that was begun and goes on.
    enum class Origin : std::uint8_t { Outside, Begun };

    // Work on the blocking pool; its result comes back on `home`. Errors: Throttled, at once.
    template <class T>
    void blocking(async::Loop& home, Function<Result<T>()> work, Callback<T> reply,
                  Origin origin = Origin::Outside)
    {
        if (origin == Origin::Outside)
            if (Result<> room = admit_read(); !room)
                return reply(tl::unexpected(std::move(room).error()));
        auto result = std::make_shared<Result<T>>(fail(ErrorCode::Internal, "no result"));
        auto call = std::make_shared<Function<Result<T>()>>(std::move(work));
        auto answer = std::make_shared<Callback<T>>(std::move(reply));
        shared.parts.blocking.run(
            home, [result, call] { *result = (*call)(); },
            [result, answer] { (*answer)(std::move(*result)); });
    }

    // What a start's ARN leads to, at once when it names a machine that is in memory. An alias
    // draws one of its versions.
    void resolve(async::Loop& home, const std::string& arn, Callback<StartTarget> reply);
    // A machine that is being deleted goes when its last execution has ended. May block.
    Result<> remove_if_idle(const std::string& arn);
    // Why an execution cannot be redriven now; empty: it can. May block.
    Result<std::string> not_redrivable(const journal::IndexRow& row, Timestamp now);
    // Whether its machine is being deleted, or gone. May block.
    bool machine_is_going(const std::string& machine_arn);
    Result<> admit_read() const;
    Result<> admit(std::size_t in_use, std::size_t max, const char* what) const;
};

// ErrorCode::InvalidDefinition, in AWS's words.
Result<asl::MachinePtr> compile_definition(const std::string& definition, catalog::MachineType type,
                                           const RuntimeOptions& options);

// Brings a reply home: from whatever loop it is called on.
template <class T> Callback<T> bring_home(async::Loop& home, Callback<T> reply)
{
    return [&home, reply = std::move(reply)](Result<T> result) mutable {
        if (home.here()) return reply(std::move(result));
        home.post([reply = std::move(reply), result = std::move(result)]() mutable {
            reply(std::move(result));
        });
    };
}

// Where an execution's row is; ExecutionDoesNotExist when there is none. May block.
Result<journal::IndexRow> find_row(journal::Journal& journal, const std::string& arn);
// The execution as its journal tells it. May block.
Result<ExecutionDescription> describe_row(journal::Journal& journal, const journal::IndexRow& row);
// A start whose name is taken: the first start's answer if it runs on the same input, else
// ExecutionAlreadyExists. May block.
// `parent`: whose own child answers however it stands, and who does not wait for another's.
Result<StartReply> earlier_start(journal::Journal& journal, const std::string& machine_arn,
                                 const std::string& name, const json::Value& input,
                                 const std::optional<Parent>& parent);
Result<HistoryPage> read_history(journal::Journal& journal, const PageTokens& tokens,
                                 const HistoryRequest& request, Timestamp now);

}  // namespace weft::runtime
