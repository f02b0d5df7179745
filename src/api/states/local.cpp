#include "api/states/local.h"

#include "api/error_table.h"
#include "api/states/visibility.h"

#include <optional>
#include <utility>

namespace weft::api::states {

void Local::call(async::Loop& loop, std::string_view name, const json::Value& input,
                 integrations::ServiceScope scope, OnGone gone, Reply reply)
{
    const Result<const Operation*> operation = operation_named(name);
    if (!operation) return reply(tl::unexpected(describe(operation.error())));
    if (Result<> complete = check_required(**operation, input); !complete)
        return reply(tl::unexpected(describe(complete.error())));
    const Context context{
        m_runtime, loop, m_limits, {scope.region, scope.account}, std::move(gone)};
    if (const std::optional<Error> hidden = unseen(input, context.scope)) {
        // AWS: what is not there is as good as deleted.
        if ((*operation)->name.starts_with("Delete")) return reply(json::Value::object());
        return reply(tl::unexpected(describe(*hidden)));
    }
    (*operation)
        ->run(context, input, [this, reply = std::move(reply)](Result<json::Value> answer) mutable {
            if (!answer) return reply(tl::unexpected(describe(answer.error())));
            reply(*std::move(answer));
        });
}

integrations::ServiceError Local::describe(const Error& error) const
{
    const ErrorRow& row = error_row(error.code);
    return {std::string(row.type), row.status, error.message};
}

}  // namespace weft::api::states
