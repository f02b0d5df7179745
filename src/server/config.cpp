#include "server/config.h"

#include "cli/text_file.h"
#include "mocks/document.h"
#include "server/config_table.h"

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

Result<> read_retention(const mocks::Node& node, Milliseconds& retention)
{
    const std::string written = TRY(node.text("retention"));
    Result<Milliseconds> parsed = cli::parse_retention(written);
    if (!parsed) return node.fail(parsed.error().message);
    retention = *parsed;
    return {};
}

Result<std::string> read_file_name(const mocks::Node& node, std::string_view what)
{
    std::string name = TRY(node.text(what));
    if (name.empty()) return node.fail(fmt::format("{} is empty", what));
    return name;
}

Result<net::TlsFiles> read_tls(const mocks::Node& node)
{
    if (!node.value().is_object()) return node.fail("tls is a mapping with certificate and key");
    const auto certificate = node.find("certificate");
    const auto key = node.find("key");
    if (!certificate || !key) return node.fail("tls needs both certificate and key");
    net::TlsFiles files;
    files.certificate = TRY(read_file_name(*certificate, "certificate"));
    files.key = TRY(read_file_name(*key, "key"));
    return files;
}

Result<> read_timeout(const mocks::Node& server, std::string_view name,
                      std::chrono::milliseconds& timeout)
{
    if (const auto node = server.find(name)) timeout = Seconds(TRY(node->integer(name, 1, 3'600)));
    return {};
}

Result<> read_server(const mocks::Node& node, cli::ServeSettings& settings)
{
    if (!node.value().is_object()) return node.fail("server is a mapping");
    if (const auto listen = node.find("listen")) settings.listen = TRY(listen->text("listen"));
    if (const auto admin = node.find("admin")) settings.admin = TRY(admin->text("admin"));
    if (const auto tls = node.find("tls")) settings.http.tls = TRY(read_tls(*tls));
    if (const auto plain = node.find("insecure_http"))
        settings.insecure_http = TRY(plain->boolean("insecure_http"));
    if (const auto connections = node.find("connections_max"))
        settings.http.connections_max =
            static_cast<std::size_t>(TRY(connections->integer("connections_max", 1, 1'000'000)));
    TRY(read_timeout(node, "header_timeout_seconds", settings.http.header_timeout));
    TRY(read_timeout(node, "body_timeout_seconds", settings.http.body_timeout));
    TRY(read_timeout(node, "idle_timeout_seconds", settings.http.idle_timeout));
    return {};
}

Result<> read_auth(const mocks::Node& node, Config& config)
{
    if (!node.value().is_object()) return node.fail("auth is a mapping");
    if (const auto tolerance = node.find("clock_tolerance_seconds"))
        config.clock_tolerance =
            Seconds(TRY(tolerance->integer("clock_tolerance_seconds", 1, 3'600)));
    const auto keys = node.find("keys");
    // Whoever writes `auth` means it: an empty list must not open the door.
    if (!keys || !keys->value().is_array() || keys->value().size() == 0)
        return node.fail("auth needs keys: a list of at least one");
    config.keys = TRY(read_key_configs(*keys));
    config.serve.verified = true;
    return {};
}

Result<> read_log(const mocks::Node& node, cli::ServeSettings& settings, RecordSinks& records)
{
    if (!node.value().is_object()) return node.fail("log is a mapping");
    if (const auto level = node.find("level")) {
        const std::string name = TRY(level->text("level"));
        settings.log_level = observability::level_of(name);
        if (!settings.log_level)
            return level->fail(
                fmt::format("'{}' is no level: debug, info, warning or error", name));
    }
    if (const auto executions = node.find("executions"))
        records.executions = TRY(read_record_sink(*executions, "executions"));
    if (const auto changes = node.find("status_changes"))
        records.status_changes = TRY(read_record_sink(*changes, "status_changes"));
    if (const auto form = node.find("format")) {
        const std::string name = TRY(form->text("format"));
        settings.log_form = observability::form_of(name);
        if (!settings.log_form)
            return form->fail(fmt::format("'{}' is no format: text or json", name));
    }
    return {};
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& name)
{
    Config config;
    const mocks::Document document = TRY(mocks::Document::parse(text, name));
    if (document.value().is_null()) return config;  // nothing but comments
    const mocks::Node root(document);
    if (!root.value().is_object()) return root.fail("the configuration must be a mapping");
    TRY(check_keys(root));
    if (const auto region = root.find("region")) TRY(read_region(*region, config.scope));
    if (const auto account = root.find("account")) TRY(read_account(*account, config.scope));
    if (const auto time = root.find("evaluation_milliseconds_max"))
        TRY(read_evaluation_time(*time, config.evaluation_time_max));
    if (const auto retention = root.find("retention"))
        TRY(read_retention(*retention, config.retention));
    if (const auto server = root.find("server")) TRY(read_server(*server, config.serve));
    if (const auto auth = root.find("auth")) TRY(read_auth(*auth, config));
    if (const auto log = root.find("log")) TRY(read_log(*log, config.serve, config.records));
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
