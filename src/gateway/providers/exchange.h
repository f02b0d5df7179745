#pragma once

#include "async/task.h"
#include "gateway/fault.h"
#include "gateway/model.h"
#include "net/transport.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft::gateway {

// What the providers that speak HTTP share: one exchange, and every way it can go wrong turned into
// a ModelFailure.

// The other side, for messages and for the table of errors.
struct Party {
    std::string name;                  // in the configuration
    std::string kind;                  // anthropic, openai, bedrock: column of provider_errors()
    std::string host;                  // without user and password
    std::vector<std::string> secrets;  // cut out of whatever the other side says

    Party() = default;
    std::string who() const;  // "claude (api.anthropic.com)"
};

struct Answer {
    int status = 0;
    net::Headers headers;
    std::string text;
    json::Value body;          // null when the content type is no JSON
    std::string content_type;  // without parameters
    std::string request_id;

    Answer() = default;
};

using AnswerOrFailure = std::variant<Answer, ModelFailure>;

// Sends and waits until `deadline` or request.timeout, whichever is earlier. An Answer is a 2xx
// whose body is JSON, or of another content type when `any_content` says that this is fine too.
// Result errors: Cancelled.
enum class Content : std::uint8_t { Json, Any };
async::Task<AnswerOrFailure> exchange(async::Loop& loop, net::Transport& transport,
                                      net::HttpRequest request, Timestamp deadline, Party party,
                                      Content content);

// The host and port of a URL, without user, password, path.
std::string host_of(std::string_view url);
std::string_view header(const net::Headers& headers, std::string_view name);
// A 2xx answer that makes no sense: "claude (host) answered without content".
ModelFailure nonsense(const Party& party, const Answer& answer, std::string_view what);

}  // namespace weft::gateway
