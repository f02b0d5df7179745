#include "api/states/local.h"

#include "api/error_table.h"

#include <fmt/core.h>

#include <utility>

namespace weft::api::states {

void Local::call(async::Loop& loop, std::string_view name, const json::Value& input,
                 integrations::ServiceScope scope, OnGone gone, Reply reply)
{
    const Operation* operation = find_operation(name);
    if (operation == nullptr) {
        const Error error{ErrorCode::Unsupported,
                          known_to_aws(name)
                              ? fmt::format("The operation {} is not available in this version of "
                                            "Weft",
                                            name)
                              : fmt::format("There is no operation {} in Step Functions", name),
                          {}};
        return reply(tl::unexpected(describe(error)));
    }
    const Context context{
        m_runtime, loop, m_limits, {scope.region, scope.account}, std::move(gone)};
    operation->run(context, input,
                   [this, reply = std::move(reply)](Result<json::Value> answer) mutable {
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
