#pragma once

#include "base/result.h"
#include "base/time.h"
#include "gateway/environment.h"
#include "mocks/document.h"
#include "net/transport.h"
#include "server/keys.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::server {

// A header of requests to an endpoint: its value, or where that is kept.
struct HeaderConfig {
    std::string name;
    std::string value;
    std::optional<SecretPlace> secret;

    bool operator==(const HeaderConfig&) const = default;
};

// Where records go: a file that is appended to, standard output, or an endpoint that is sent JSON
// arrays of them.
struct RecordSink {
    static constexpr const char* standard_output = "stdout";

    std::string target;                 // a file's name, `standard_output` or a URL; empty: nowhere
    std::vector<HeaderConfig> headers;  // of requests
    Milliseconds timeout{10'000};       // of a request

    bool any() const { return !target.empty(); }
    bool is_url() const { return target.starts_with("http://") || target.starts_with("https://"); }
    bool operator==(const RecordSink&) const = default;
};

struct RecordSinks {
    RecordSink executions;      // history events, as CloudWatch Logs has them
    RecordSink status_changes;  // of Standard executions, as EventBridge has them

    bool any() const { return executions.any() || status_changes.any(); }
    bool operator==(const RecordSinks&) const = default;
};

// From `log.executions` or `log.status_changes`: a text, or a mapping with `url`. Error:
// InvalidInput.
Result<RecordSink> read_record_sink(const mocks::Node& node, std::string_view name);
// The headers with their secrets. Errors: those of fetch_secret().
Result<net::Headers> fetch_headers(const RecordSink& sink, const gateway::Environment& environment);

}  // namespace weft::server
