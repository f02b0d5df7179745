#include "gateway/model.h"

#include <utility>
#include <vector>

namespace weft::gateway {

json::Value to_value(const Usage& usage)
{
    std::vector<json::Member> members{{"inputTokens", usage.input_tokens},
                                      {"outputTokens", usage.output_tokens}};
    if (usage.cache_read_tokens > 0)
        members.push_back({"cacheReadInputTokens", usage.cache_read_tokens});
    if (usage.cache_write_tokens > 0)
        members.push_back({"cacheWriteInputTokens", usage.cache_write_tokens});
    if (usage.estimated) members.push_back({"estimated", true});
    if (!usage.provider.empty()) members.push_back({"provider", usage.provider});
    if (!usage.model.empty()) members.push_back({"model", usage.model});
    if (!usage.request_id.empty()) members.push_back({"requestId", usage.request_id});
    return json::Value::object(std::move(members));
}

}  // namespace weft::gateway
