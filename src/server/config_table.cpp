#include "server/config_table.h"

#include "base/suggest.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace weft::server {

namespace {

constexpr std::array rows = {
    KeyRow{"account", "text, 12 digits", "`'123456789012'`",
           "whose resources this installation's own are: machines of the command line, requests "
           "without an account"},
    KeyRow{"auth", "mapping", "requests are not verified", "who may ask"},
    KeyRow{"auth.clock_tolerance_seconds", "whole number, 1 to 3600", "300",
           "how far a request's time may be from the server's"},
    KeyRow{"auth.keys", "list", "none", "the access keys that are accepted, at most 1,000"},
    KeyRow{"auth.keys[].account", "text, 12 digits",
           "the key's id if it is 12 digits, else "
           "`account`",
           "whose resources the key works with"},
    KeyRow{"auth.keys[].id", "text", "needed", "the access key id"},
    KeyRow{"auth.keys[].secret_env", "text", "this or `secret_file`",
           "the name of the variable that holds the secret access key"},
    KeyRow{"auth.keys[].secret_file", "file", "this or `secret_env`",
           "a file that holds the secret access key and nothing else"},
    KeyRow{"auth.keys[].session_token_env", "text", "none",
           "the name of the variable that holds the session token which requests must carry"},
    KeyRow{"auth.keys[].session_token_file", "file", "none", "a file that holds it"},
    KeyRow{"evaluation_milliseconds_max", "whole number, 1 to 60000", "1000",
           "how long one JSONata evaluation may take: docs/limits.md"},
    KeyRow{"log", "mapping", "", "what the server says on standard error"},
    KeyRow{"log.executions", "file, `stdout`, URL or mapping", "none",
           "history events go there as CloudWatch Logs has them, as far as a machine's "
           "`loggingConfiguration` says: docs/operations.md"},
    KeyRow{"log.executions.headers", "list", "none", "headers of the requests, at most 50"},
    KeyRow{"log.executions.headers[].name", "text", "needed", "as `Authorization`"},
    KeyRow{"log.executions.headers[].value", "text", "one of the three",
           "its value, where that is no secret"},
    KeyRow{"log.executions.headers[].value_env", "text", "one of the three",
           "the name of the variable that holds it"},
    KeyRow{"log.executions.headers[].value_file", "file", "one of the three",
           "a file that holds it and nothing else"},
    KeyRow{"log.executions.timeout_seconds", "whole number, 1 to 300", "10", "of one request"},
    KeyRow{"log.executions.url", "URL", "needed", "where JSON arrays of records are posted"},
    KeyRow{"log.format", "`text` or `json`", "`text`", "one line, or one JSON object a line"},
    KeyRow{"log.level", "`debug`, `info`, `warning` or `error`", "`info`",
           "what is less important is left out"},
    KeyRow{"log.status_changes", "file, `stdout`, URL or mapping", "none",
           "changes of status of Standard executions go there as EventBridge has them"},
    KeyRow{"log.status_changes.headers", "list", "none", "headers of the requests, at most 50"},
    KeyRow{"log.status_changes.headers[].name", "text", "needed", "as `Authorization`"},
    KeyRow{"log.status_changes.headers[].value", "text", "one of the three",
           "its value, where that is no secret"},
    KeyRow{"log.status_changes.headers[].value_env", "text", "one of the three",
           "the name of the variable that holds it"},
    KeyRow{"log.status_changes.headers[].value_file", "file", "one of the three",
           "a file that holds it and nothing else"},
    KeyRow{"log.status_changes.timeout_seconds", "whole number, 1 to 300", "10", "of one request"},
    KeyRow{"log.status_changes.url", "URL", "needed", "where JSON arrays of records are posted"},
    KeyRow{"models", "mapping", "", "which provider answers which model: docs/models.md"},
    KeyRow{"models.default", "text", "`builtin`", "the provider of ids that no route names"},
    KeyRow{"models.providers", "mapping", "those every installation has", "providers by name"},
    KeyRow{"models.providers.*", "mapping", "", "one provider's settings"},
    KeyRow{"models.providers.*.answers", "list", "needed for `kind: mock`",
           "what a mock answers: docs/mocks.md"},
    KeyRow{"models.providers.*.api_key_env", "text", "the kind's",
           "the name of the variable that holds the key"},
    KeyRow{"models.providers.*.base_url", "URL", "the kind's", "where the provider is"},
    KeyRow{"models.providers.*.concurrency", "whole number, 1 to 100000", "the kind's",
           "calls under way at once"},
    KeyRow{"models.providers.*.kind", "`anthropic`, `bedrock`, `builtin`, `mock` or `openai`",
           "needed for a new name", "what the provider speaks"},
    KeyRow{"models.providers.*.model", "text", "", "the provider's name for every model"},
    KeyRow{"models.providers.*.region", "text", "", "`bedrock`: where"},
    KeyRow{"models.providers.*.response_bytes_max", "whole number, 1024 to 1073741824", "33554432",
           "larger answers are an error"},
    KeyRow{"models.providers.*.timeout_seconds", "whole number, 1 to 86400", "the kind's",
           "of one call"},
    KeyRow{"models.routes", "mapping", "none",
           "a model id, or a prefix that ends in `*`, to a provider"},
    KeyRow{"models.routes.*", "text or mapping", "", "a provider's name, or the following"},
    KeyRow{"models.routes.*.model", "text", "the provider's", "the provider's name for it"},
    KeyRow{"models.routes.*.provider", "text", "needed", "the provider"},
    KeyRow{"region", "text", "`us-east-1`", "likewise"},
    KeyRow{"retention", "`forever`, or a whole number and `s`, `m`, `h` or `d`", "`90d`",
           "how long a Standard execution is kept after its end: docs/operations.md"},
    KeyRow{"server", "mapping", "", "how `weft serve` listens; flags win"},
    KeyRow{"server.admin", "address", "none",
           "where `/metrics`, `/healthz` and `/readyz` are served beside the API"},
    KeyRow{"server.body_timeout_seconds", "whole number, 1 to 3600", "60",
           "for a request's whole body, and for an answer that nobody takes"},
    KeyRow{"server.connections_max", "whole number, 1 to 1000000", "10000",
           "open connections; more are turned away"},
    KeyRow{"server.header_timeout_seconds", "whole number, 1 to 3600", "10",
           "from a request's first byte to its header's end, the TLS handshake included"},
    KeyRow{"server.idle_timeout_seconds", "whole number, 1 to 3600", "75",
           "a connection without a request"},
    KeyRow{"server.insecure_http", "true or false", "false",
           "plain HTTP beyond this machine, as behind a proxy that ends TLS"},
    KeyRow{"server.listen", "address", "`127.0.0.1:8083`", "where the API is served"},
    KeyRow{"server.tls", "mapping", "plain HTTP", "both of the following"},
    KeyRow{"server.tls.certificate", "file", "needed",
           "PEM: the server's certificate, then those between it and the root"},
    KeyRow{"server.tls.key", "file", "needed", "PEM: its private key, not encrypted"},
};
static_assert(std::ranges::is_sorted(rows, {}, &KeyRow::path), "the table is read by people");

// The keys that may stand directly within `path`.
std::vector<std::string_view> keys_within(std::string_view path)
{
    const std::string begin = path.empty() ? std::string() : std::string(path) + ".";
    std::vector<std::string_view> keys;
    for (const KeyRow& row : rows) {
        if (!row.path.starts_with(begin)) continue;
        const std::string_view key = row.path.substr(begin.size());
        if (key.find('.') == std::string_view::npos && key.find('[') == std::string_view::npos)
            keys.push_back(key);
    }
    return keys;
}

bool has_items(std::string_view path)
{
    const std::string begin = std::string(path) + "[].";
    return std::ranges::any_of(rows,
                               [&](const KeyRow& row) { return row.path.starts_with(begin); });
}

}  // namespace

std::span<const KeyRow> config_keys()
{
    return rows;
}

Result<> check_keys(const mocks::Node& node, std::string_view path)
{
    if (node.value().is_array() && has_items(path)) {
        const std::string items = std::string(path) + "[]";
        for (std::size_t i = 0; i < node.value().size(); ++i) TRY(check_keys(node.item(i), items));
        return {};
    }
    const std::vector<std::string_view> known = keys_within(path);
    if (!node.value().is_object() || known.empty()) return {};
    const bool any_name = known.front() == "*";
    for (std::size_t i = 0; i < node.value().size(); ++i) {
        const std::string_view key = node.member_key(i);
        if (!any_name && std::ranges::find(known, key) == known.end()) {
            std::string hint = did_you_mean(key, known);
            if (hint.empty()) hint = fmt::format("; the fields are {}", fmt::join(known, ", "));
            return node.member(i).fail(
                fmt::format("unknown field '{}' in {}{}", key,
                            path.empty() ? std::string_view("the configuration") : path, hint));
        }
        const std::string_view name = any_name ? std::string_view("*") : key;
        TRY(check_keys(node.member(i),
                       path.empty() ? std::string(name) : fmt::format("{}.{}", path, name)));
    }
    return {};
}

}  // namespace weft::server
