#include "gateway/model_id.h"

#include <algorithm>
#include <array>

namespace weft::gateway {

std::string_view model_id_of(std::string_view id_or_arn)
{
    if (!id_or_arn.starts_with("arn:")) return id_or_arn;
    const std::size_t slash = id_or_arn.find('/');
    return slash == std::string_view::npos ? id_or_arn : id_or_arn.substr(slash + 1);
}

// AWS: inference profiles of the geographies, and the global one.
std::string_view without_region(std::string_view model_id)
{
    constexpr std::array<std::string_view, 10> prefixes{"us.", "eu.", "apac.", "global.", "us-gov.",
                                                        "jp.", "au.", "ca.",   "sa.",     "me."};
    for (const std::string_view prefix : prefixes) {
        if (model_id.starts_with(prefix)) return model_id.substr(prefix.size());
    }
    return model_id;
}

std::string anthropic_model_of(std::string_view model_id)
{
    std::string_view id = without_region(model_id_of(model_id));
    if (id.starts_with("claude")) return std::string(id);
    constexpr std::string_view family = "anthropic.";
    if (!id.starts_with(family)) return {};
    id.remove_prefix(family.size());
    // The revision on Bedrock: -v1:0, -v2, with or without a context size (:200k).
    const std::size_t revision = id.rfind("-v");
    if (revision != std::string_view::npos && revision + 2 < id.size()) {
        const std::string_view digits = id.substr(revision + 2);
        const bool is_revision = std::ranges::all_of(
            digits, [](char c) { return (c >= '0' && c <= '9') || c == ':' || c == 'k'; });
        // anthropic.claude-v2:1 names the model itself by it: claude-2.1.
        if (is_revision && id.substr(0, revision) == "claude") {
            std::string name = "claude-" + std::string(digits);
            std::ranges::replace(name, ':', '.');
            return name;
        }
        if (is_revision) id = id.substr(0, revision);
    }
    return std::string(id);
}

}  // namespace weft::gateway
