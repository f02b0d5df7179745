#include "asl/resource.h"

#include "asl/resource_table.h"
#include "aws/arn.h"
#include "base/suggest.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace weft::asl {
namespace {

struct Suffix {
    std::string_view text;
    Pattern pattern;
};
constexpr std::array suffixes = {
    Suffix{".sync", Pattern::Sync},
    Suffix{".sync:2", Pattern::Sync2},
    Suffix{".waitForTaskToken", Pattern::WaitForTaskToken},
};

bool known_partition(std::string_view partition)
{
    return partition == "aws" || partition == "aws-cn" || partition == "aws-us-gov";
}

// `action.suffix` in two; an unknown suffix stays with the action, which then is unknown too.
Pattern split_pattern(std::string_view& action)
{
    for (const Suffix& suffix : suffixes) {
        if (!action.ends_with(suffix.text)) continue;
        action.remove_suffix(suffix.text.size());
        return suffix.pattern;
    }
    return Pattern::RequestResponse;
}

bool is_lower_word(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

bool is_camel_word(std::string_view text)
{
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

// Verbs of actions that only read; asking again costs little and changes nothing.
bool reads(std::string_view action)
{
    constexpr std::array<std::string_view, 11> verbs = {
        "batchGet", "converse", "describe", "detect",   "get", "head",
        "invoke",   "list",     "query",    "retrieve", "scan"};
    return std::ranges::any_of(verbs,
                               [&](std::string_view verb) { return action.starts_with(verb); });
}

std::string_view text_of(const ResourceRow& row, std::string& buffer)
{
    buffer = fmt::format("{}:{}", row.service, row.action);
    return buffer;
}

std::string hint_for(std::string_view service, std::string_view action)
{
    std::vector<std::string> texts;
    std::string buffer;
    for (const ResourceRow& row : resource_rows()) texts.emplace_back(text_of(row, buffer));
    const std::vector<std::string_view> names(texts.begin(), texts.end());
    const std::string_view near = suggest(fmt::format("{}:{}", service, action), names);
    return near.empty() ? "" : fmt::format("did you mean 'arn:aws:states:::{}'?", near);
}

// `service:action` behind arn:P:states:R:A:
struct StatesResource {
    std::string_view service;
    std::string_view action;   // for aws-sdk without the service called
    std::string_view called;   // aws-sdk: the service called
    std::string_view written;  // the action with its suffix
    Pattern pattern = Pattern::RequestResponse;
};

std::optional<StatesResource> split_states_resource(std::string_view resource)
{
    const std::size_t colon = resource.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    StatesResource out;
    out.service = resource.substr(0, colon);
    out.written = resource.substr(colon + 1);
    if (out.service == "aws-sdk") {
        const std::size_t next = out.written.find(':');
        if (next == std::string_view::npos) return std::nullopt;
        out.called = out.written.substr(0, next);
        out.written = out.written.substr(next + 1);
    }
    out.action = out.written;
    out.pattern = split_pattern(out.action);
    return out;
}

std::optional<Resource> parse_sdk(const StatesResource& parts, std::string_view arn)
{
    if (!is_lower_word(parts.called) || !is_camel_word(parts.action)) return std::nullopt;
    if (!sdk_row().allows(parts.pattern)) return std::nullopt;
    return Resource{.arn = std::string(arn),
                    .type = fmt::format("aws-sdk:{}", parts.called),
                    .action = std::string(parts.written),
                    .family = EventFamily::Task,
                    .pattern = parts.pattern,
                    .doubt = reads(parts.action) ? Doubt::Resend : sdk_row().doubt,
                    .row = &sdk_row()};
}

std::optional<Resource> parse_states(std::string_view resource, std::string_view arn,
                                     std::string& hint)
{
    constexpr std::string_view activity = "activity:";
    if (resource.starts_with(activity)) {
        if (resource.size() == activity.size()) return std::nullopt;
        return Resource{.arn = std::string(arn),
                        .type = "activity",
                        .action = std::string(resource.substr(activity.size())),
                        .family = EventFamily::Activity,
                        .pattern = Pattern::RequestResponse,
                        .doubt = Doubt::Reconcile,
                        .row = nullptr};
    }
    const auto parts = split_states_resource(resource);
    if (!parts) return std::nullopt;
    if (parts->service == "aws-sdk") {
        if (parts->pattern == Pattern::Sync || parts->pattern == Pattern::Sync2) {
            hint = "calls of the generic SDK form have no '.sync'";
        }
        return parse_sdk(*parts, arn);
    }
    const auto rows = resource_rows();
    const auto row = std::ranges::find_if(rows, [&](const ResourceRow& candidate) {
        return candidate.service == parts->service && candidate.action == parts->action;
    });
    if (row == rows.end()) {
        hint = hint_for(parts->service, parts->action);
        return std::nullopt;
    }
    if (!row->allows(parts->pattern)) {
        hint = fmt::format("{}:{} has no such pattern", row->service, row->action);
        return std::nullopt;
    }
    return Resource{.arn = std::string(arn),
                    .type = std::string(row->service),
                    .action = std::string(parts->written),
                    .family = EventFamily::Task,
                    .pattern = parts->pattern,
                    .doubt = row->doubt,
                    .row = &*row};
}

}  // namespace

std::optional<Resource> parse_resource(std::string_view text, std::string& hint)
{
    const auto arn = aws::parse_arn(text);
    if (!arn || !known_partition(arn->partition)) {
        hint = "an ARN is expected: of a Lambda function, of an activity, or "
               "arn:aws:states:::service:action";
        return std::nullopt;
    }
    if (arn->service == "states") return parse_states(arn->resource, text, hint);
    constexpr std::string_view function = "function:";
    if (arn->service == "lambda" && arn->resource.starts_with(function) &&
        arn->resource.size() > function.size()) {
        return Resource{.arn = std::string(text),
                        .type = "lambda",
                        .action = "invoke",
                        .family = EventFamily::Lambda,
                        .pattern = Pattern::RequestResponse,
                        .doubt = Doubt::Fail,
                        .row = nullptr};
    }
    return std::nullopt;
}

bool is_states_resource(std::string_view text, std::string_view service, std::string_view action)
{
    const auto arn = aws::parse_arn(text);
    if (!arn || !known_partition(arn->partition) || arn->service != "states") return false;
    const auto parts = split_states_resource(arn->resource);
    return parts && parts->service == service && parts->written == action;
}

}  // namespace weft::asl
