#include "gateway/providers/exchange.h"

#include "json/parse.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace weft::gateway {
namespace {

bool same_name(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets)
{
    for (const std::string& secret : secrets) {
        if (secret.size() < 4) continue;
        for (std::size_t at = text.find(secret); at != std::string::npos;
             at = text.find(secret, at)) {
            text.replace(at, secret.size(), "***");
        }
    }
    return text;
}

// The beginning of a text that is not what it should be, fit to be shown.
std::string excerpt(std::string_view text)
{
    constexpr std::size_t bytes_max = 200;
    std::string shown;
    for (const char c : text.substr(0, bytes_max)) {
        const auto byte = static_cast<unsigned char>(c);
        shown += byte >= 0x20 && byte < 0x7f ? c : ' ';
    }
    if (text.size() > bytes_max) shown += "…";
    return shown;
}

std::string_view text_member(const json::Value& object, std::string_view key)
{
    const json::Value* value = object.find(key);
    return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

// What a provider says of an error: {error: {type, code, message}}, {error: text}, {message},
// {detail}.
struct Complaint {
    std::string type;
    std::string code;
    std::string message;
};

Complaint read_complaint(const Answer& answer)
{
    Complaint complaint;
    const std::string_view amazon = header(answer.headers, "x-amzn-errortype");
    complaint.type = amazon.substr(0, amazon.find(':'));
    const json::Value* error = answer.body.find("error");
    if (error != nullptr && error->is_object()) {
        complaint.type = text_member(*error, "type");
        complaint.code = text_member(*error, "code");
        complaint.message = text_member(*error, "message");
    } else if (error != nullptr && error->is_string()) {
        complaint.message = error->as_string();
    }
    for (const std::string_view key : {"message", "Message", "detail"}) {
        if (complaint.message.empty()) complaint.message = text_member(answer.body, key);
    }
    if (complaint.message.empty()) {
        complaint.message = answer.text.empty() ? "no text" : excerpt(answer.text);
    }
    return complaint;
}

// The provider's code is finer than its type; a code no row names falls back to the type, then to
// the status.
ModelFault fault_of(const Party& party, const Complaint& complaint, int status)
{
    const ModelFault by_status = classify(party.kind, {}, status);
    if (!complaint.code.empty()) {
        const ModelFault by_code = classify(party.kind, complaint.code, status);
        if (by_code != by_status) return by_code;
    }
    return classify(party.kind, complaint.type, status);
}

ModelFailure refusal(const Party& party, const Answer& answer)
{
    const Complaint complaint = read_complaint(answer);
    std::string message = without_secrets(complaint.message, party.secrets);
    // AWS: Bedrock's own words stand alone, as in its own integration.
    if (party.kind != "bedrock")
        message = fmt::format("{} answered {}: {}", party.who(), answer.status, message);
    return {fault_of(party, complaint, answer.status), std::move(message), answer.status,
            answer.request_id};
}

ModelFailure unreached(const Party& party, const Error& error, Milliseconds waited,
                       std::size_t bytes_max)
{
    const std::string text = without_secrets(error.message, party.secrets);
    switch (error.code) {
    case ErrorCode::Timeout:
        return {ModelFault::ModelTimeout, fmt::format("{} gave no answer within {} s", party.who(),
                                                      static_cast<double>(waited.count()) / 1000)};
    case ErrorCode::LimitExceeded:
        return {ModelFault::ModelError,
                fmt::format("{} answered with more than {} bytes", party.who(), bytes_max)};
    case ErrorCode::InvalidInput:
        return {ModelFault::Validation,
                fmt::format("the address of {} cannot be used: {}", party.who(), text)};
    default:
        return {ModelFault::ServiceUnavailable,
                fmt::format("the exchange with {} failed: {}", party.who(), text)};
    }
}

}  // namespace

std::string Party::who() const
{
    return fmt::format("{} ({})", name, host);
}

std::string host_of(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    const std::size_t user = url.rfind('@');
    if (user != std::string_view::npos) url.remove_prefix(user + 1);
    return std::string(url);
}

std::string_view header(const net::Headers& headers, std::string_view name)
{
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return value;
    }
    return {};
}

ModelFailure nonsense(const Party& party, const Answer& answer, std::string_view what)
{
    const std::string shown = without_secrets(excerpt(answer.text), party.secrets);
    return {ModelFault::ModelError,
            fmt::format("{} answered {} {}: {}", party.who(), answer.status, what, shown), 0,
            answer.request_id};
}

async::Task<AnswerOrFailure> exchange(async::Loop& loop, net::Transport& transport,
                                      net::HttpRequest request, Timestamp deadline, Party party,
                                      Content content)
{
    const Timestamp now = loop.now();
    if (deadline <= now) {
        co_return AnswerOrFailure(
            ModelFailure(ModelFault::ModelTimeout, "the deadline passed before the call left"));
    }
    if (deadline != timestamp_max) request.timeout = std::min(request.timeout, deadline - now);
    const Milliseconds timeout = request.timeout;
    const std::size_t bytes_max = request.response_bytes_max;

    auto sent = co_await transport.send(loop, std::move(request));
    if (!sent) {
        if (sent.error().code == ErrorCode::Cancelled)
            co_return tl::unexpected(std::move(sent).error());
        co_return AnswerOrFailure(unreached(party, sent.error(), timeout, bytes_max));
    }

    Answer answer;
    answer.status = sent->status;
    answer.headers = std::move(sent->headers);
    answer.text = std::move(sent->body);
    for (const std::string_view name : {"request-id", "x-request-id", "x-amzn-requestid"}) {
        if (answer.request_id.empty())
            answer.request_id = header(answer.headers, name).substr(0, 128);
    }
    const std::string_view type = header(answer.headers, "content-type");
    answer.content_type = type.substr(0, type.find_first_of("; "));
    const bool good = answer.status >= 200 && answer.status < 300;
    const bool wants_json = content == Content::Json || !good || answer.content_type.empty() ||
                            answer.content_type.find("json") != std::string::npos;
    if (wants_json) {
        auto body = json::parse(answer.text);
        if (body) {
            answer.body = *std::move(body);
        } else if (good) {
            const std::string what =
                fmt::format("with a body that is not JSON ({})", body.error().message);
            co_return AnswerOrFailure(nonsense(party, answer, what));
        }
    }
    if (!good) co_return AnswerOrFailure(refusal(party, answer));
    co_return AnswerOrFailure(std::move(answer));
}

}  // namespace weft::gateway
