#include "base/limits.h"
#include "runtime/implementation.h"
#include "runtime/names.h"

#include <algorithm>
#include <utility>

namespace weft::runtime {

namespace {

std::vector<json::Value> items_of(const json::Value& tags)
{
    if (!tags.is_array()) return {};
    return {tags.items().begin(), tags.items().end()};
}

std::string_view key_of(const json::Value& tag)
{
    const json::Value* key = tag.find("key");
    return key != nullptr && key->is_string() ? key->as_string() : std::string_view();
}

}  // namespace

void Runtime::list_tags(async::Loop& home, std::string arn, Callback<json::Value> reply)
{
    m_impl->blocking<json::Value>(
        home,
        [this, arn = std::move(arn)]() -> Result<json::Value> {
            TRY(check_states_arn(arn));
            const std::optional<json::Value> tags = TRY(m_impl->shared.parts.catalog.tags(arn));
            if (!tags) return fail(ErrorCode::NotFound, "Resource not found: '{}'", arn);
            return json::Value::array(items_of(*tags));
        },
        std::move(reply));
}

void Runtime::tag(async::Loop& home, std::string arn, json::Value tags, Callback<void> reply)
{
    m_impl->blocking<void>(
        home,
        [this, arn = std::move(arn), added = std::move(tags)]() -> Result<> {
            TRY(check_states_arn(arn));
            TRY(m_impl->shared.parts.catalog.change_tags(
                arn, [&](const json::Value& present) -> Result<json::Value> {
                    std::vector<json::Value> all = items_of(present);
                    for (const json::Value& tag : added.items()) {
                        const auto same = std::ranges::find(all, key_of(tag), key_of);
                        if (same != all.end())
                            *same = tag;
                        else
                            all.push_back(tag);
                    }
                    if (all.size() > resource_tags_max)
                        return fail(ErrorCode::TooManyTags,
                                    "'{}' would have {} tags, more than the {} allowed", arn,
                                    all.size(), resource_tags_max);
                    return json::Value::array(std::move(all));
                }));
            m_impl->shared.machines.forget(arn);
            return {};
        },
        std::move(reply));
}

void Runtime::untag(async::Loop& home, std::string arn, std::vector<std::string> keys,
                    Callback<void> reply)
{
    m_impl->blocking<void>(
        home,
        [this, arn = std::move(arn), keys = std::move(keys)]() -> Result<> {
            TRY(check_states_arn(arn));
            TRY(m_impl->shared.parts.catalog.change_tags(
                arn, [&keys](const json::Value& present) -> Result<json::Value> {
                    std::vector<json::Value> left = items_of(present);
                    std::erase_if(left, [&keys](const json::Value& tag) {
                        return std::ranges::find(keys, key_of(tag)) != keys.end();
                    });
                    return json::Value::array(std::move(left));
                }));
            m_impl->shared.machines.forget(arn);
            return {};
        },
        std::move(reply));
}

}  // namespace weft::runtime
