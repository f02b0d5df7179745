#include "server/config.h"

#include "cli/text_file.h"
#include "mocks/document.h"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace weft::server {

namespace {

constexpr std::size_t config_bytes_max = std::size_t{4} << 20;
constexpr const char* default_file = "weft.yaml";

Result<> read_region(const mocks::Node& node, runtime::Scope& scope)
{
    scope.region = TRY(node.text("region"));
    const bool good = !scope.region.empty() && scope.region.size() <= 32 &&
                      std::ranges::all_of(scope.region, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                      });
    if (!good) return node.fail(fmt::format("'{}' is no region (us-east-1)", scope.region));
    return {};
}

Result<> read_account(const mocks::Node& node, runtime::Scope& scope)
{
    if (!node.value().is_string())
        return node.fail("account must be a text of 12 digits, in quotes: '123456789012'");
    scope.account = TRY(node.text("account"));
    const bool good = scope.account.size() == 12 && std::ranges::all_of(scope.account, [](char c) {
                          return c >= '0' && c <= '9';
                      });
    if (!good) return node.fail(fmt::format("'{}' is no account: 12 digits", scope.account));
    return {};
}

Result<> read_evaluation_time(const mocks::Node& node, Milliseconds& time)
{
    constexpr std::int64_t milliseconds_max = 60'000;
    const json::Value& value = node.value();
    if (value.kind() != json::Kind::Int || value.as_int() < 1 || value.as_int() > milliseconds_max)
        return node.fail(fmt::format("an evaluation takes 1 to {} ms", milliseconds_max));
    time = Milliseconds(value.as_int());
    return {};
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& name)
{
    Config config;
    const mocks::Document document = TRY(mocks::Document::parse(text, name));
    if (document.value().is_null()) return config;  // nothing but comments
    const mocks::Node root(document);
    TRY(root.expect_object("the configuration",
                           {"account", "evaluation_milliseconds_max", "models", "region"}));
    if (const auto region = root.find("region")) TRY(read_region(*region, config.scope));
    if (const auto account = root.find("account")) TRY(read_account(*account, config.scope));
    if (const auto time = root.find("evaluation_milliseconds_max"))
        TRY(read_evaluation_time(*time, config.evaluation_time_max));
    if (const auto models = root.find("models")) config.models = TRY(gateway::read_config(*models));
    return config;
}

Result<Config> load_config(const std::string& path)
{
    if (path.empty() && ::access(default_file, F_OK) != 0) return Config();
    const std::string name = path.empty() ? default_file : path;
    const std::string text = TRY(cli::read_file(name, config_bytes_max));
    return parse_config(text, name);
}

}  // namespace weft::server
