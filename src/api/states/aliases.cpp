#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

#include <algorithm>

namespace weft::api::states {

namespace {

// AWS API Reference, AliasName: not digits alone, which are versions.
void check_alias_name(Members& members, std::string_view name)
{
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
    };
    const bool good =
        std::ranges::all_of(name,
                            [&letter](char c) { return letter(c) || (c >= '0' && c <= '9'); }) &&
        std::ranges::any_of(name, letter);
    if (!name.empty() && !good)
        members.violated("name", name,
                         R"(Member must satisfy regular expression pattern: )"
                         R"(^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$)");
}

std::vector<runtime::AliasRoute> read_routing(Members& members)
{
    std::vector<runtime::AliasRoute> routes;
    std::size_t place = 0;
    for (const json::Value& item :
         members.list("routingConfiguration", {1, 2}, "RoutingConfigurationListItem")) {
        Members route(item, fmt::format("routingConfiguration.{}.member.", ++place));
        std::string arn = route.required_text("stateMachineVersionArn", arn_length);
        route.require("weight");
        const std::int64_t weight = route.integer("weight", {0, 100}).value_or(0);
        members.add(route);
        routes.push_back({std::move(arn), weight});
    }
    return routes;
}

json::Value routing_of(const catalog::Alias& alias)
{
    std::vector<json::Value> routes;
    for (const catalog::Route& route : alias.routes)
        routes.push_back(json::Value::object(
            {{"stateMachineVersionArn", fmt::format("{}:{}", alias.machine_arn, route.version)},
             {"weight", route.weight}}));
    return json::Value::array(std::move(routes));
}

}  // namespace

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html
void create_state_machine_alias(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::PutAlias alias;
    alias.description = members.text("description", version_description_length, Secrecy::Sensitive);
    alias.name = members.required_text("name", name_length);
    check_alias_name(members, alias.name);
    members.require("routingConfiguration");
    alias.routes = read_routing(members);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.create_alias(
        context.loop, std::move(alias),
        [answer = std::move(answer)](Result<runtime::AliasDescription> created) mutable {
            if (!created) return answer(tl::unexpected(std::move(created).error()));
            answer(json::Value::object(
                {{"stateMachineAliasArn", created->arn},
                 {"creationDate", history::wire_time(created->alias.created)}}));
        });
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html
void update_state_machine_alias(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("stateMachineAliasArn", arn_length);
    runtime::PutAlias alias;
    alias.description = members.text("description", version_description_length, Secrecy::Sensitive);
    alias.routes = read_routing(members);
    Result<> checked = members.check();
    if (checked && !alias.description && alias.routes.empty())
        checked = fail(ErrorCode::ValidationFailed,
                       "Either the description or the routing configuration must be specified");
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.update_alias(
        context.loop, std::move(arn), std::move(alias),
        [answer = std::move(answer)](Result<Timestamp> updated) mutable {
            if (!updated) return answer(tl::unexpected(std::move(updated).error()));
            answer(json::Value::object({{"updateDate", history::wire_time(*updated)}}));
        });
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineAlias.html
void delete_state_machine_alias(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("stateMachineAliasArn", arn_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.delete_alias(context.loop, std::move(arn), empty_answer(std::move(answer)));
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineAlias.html
void describe_state_machine_alias(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("stateMachineAliasArn", arn_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.describe_alias(
        context.loop, std::move(arn),
        [answer = std::move(answer)](Result<runtime::AliasDescription> found) mutable {
            if (!found) return answer(tl::unexpected(std::move(found).error()));
            const catalog::Alias& alias = found->alias;
            std::vector<json::Member> out{{"stateMachineAliasArn", found->arn},
                                          {"name", alias.name},
                                          {"routingConfiguration", routing_of(alias)},
                                          {"creationDate", history::wire_time(alias.created)},
                                          {"updateDate", history::wire_time(alias.updated)}};
            if (!alias.description.empty()) out.push_back({"description", alias.description});
            answer(json::Value::object(std::move(out)));
        });
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineAliases.html
void list_state_machine_aliases(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("stateMachineArn", arn_length);
    const std::size_t limit = page_size(members.integer("maxResults", page_range));
    std::string token = members.text("nextToken", page_token_length).value_or(std::string());
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.list_aliases(
        context.loop, std::move(arn), std::move(token), limit,
        [answer = std::move(answer)](Result<runtime::AliasPage> page) mutable {
            if (!page) return answer(tl::unexpected(std::move(page).error()));
            std::vector<json::Value> aliases;
            for (const runtime::AliasDescription& alias : page->aliases)
                aliases.push_back(json::Value::object(
                    {{"stateMachineAliasArn", alias.arn},
                     {"creationDate", history::wire_time(alias.alias.created)}}));
            answer(page_of("stateMachineAliases", std::move(aliases), page->token));
        });
}

}  // namespace weft::api::states
