#include "auth/verify.h"

#include "auth/presented.h"
#include "auth/sigv4.h"
#include "encoding/hash.h"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

namespace weft::auth {

namespace {

constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
constexpr std::string_view streaming_prefix = "STREAMING-";

tl::unexpected<Refusal> invalid(std::string message)
{
    return tl::unexpected(Refusal{Refused::InvalidSignature, std::move(message)});
}

bool is_signed(const Presented& presented, std::string_view lower_case_name)
{
    return std::ranges::find(presented.signed_headers, lower_case_name) !=
           presented.signed_headers.end();
}

bool is_region(std::string_view text)
{
    return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// What the signature must cover and be made for, before it is computed. The texts are AWS's.
std::optional<std::string> fault_of_scope(const ReceivedRequest& request,
                                          const Presented& presented, const VerifyRules& rules)
{
    if (!is_signed(presented, "host"))
        return "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    // It says what is to be done: a signature that leaves it out would hold for any operation.
    if (!header_of(request, "x-amz-target").empty() && !is_signed(presented, "x-amz-target"))
        return "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.";
    if (presented.terminator != "aws4_request")
        return fmt::format(
            "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'.",
            presented.terminator);
    if (!is_region(presented.region))
        return fmt::format("Credential should be scoped to a valid region, not '{}'.",
                           presented.region);
    if (!rules.service.empty() && presented.service != rules.service)
        return fmt::format("Credential should be scoped to correct service: '{}'.", rules.service);
    if (presented.date != std::string_view(presented.time).substr(0, 8))
        return fmt::format(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            "HTTP: '{}' != '{}', from '{}'.",
            presented.date, std::string_view(presented.time).substr(0, 8), presented.time);
    return {};
}

// AWS: a signature holds for the tolerance around its time, a presigned one until it expires.
std::optional<std::string> fault_of_time(const Presented& presented, Timestamp now,
                                         Seconds tolerance)
{
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(tolerance).count();
    if (presented.signed_at > now + tolerance)
        return fmt::format("Signature not yet current: {} is still later than {} ({} + {} min.)",
                           presented.time, basic_time(now + tolerance), basic_time(now), minutes);
    if (presented.expires) {
        if (now - presented.signed_at <= *presented.expires) return {};
        return fmt::format("Signature expired: {} is now earlier than {} ({} - {} sec.)",
                           presented.time, basic_time(now - *presented.expires), basic_time(now),
                           presented.expires->count());
    }
    if (presented.signed_at >= now - tolerance) return {};
    return fmt::format("Signature expired: {} is now earlier than {} ({} - {} min.)",
                       presented.time, basic_time(now - tolerance), basic_time(now), minutes);
}

// AWS: the payload counts by its hash, unless the client signed that it does not; S3's presigned
// requests never sign it.
tl::expected<std::string, Refusal> payload_hash(const ReceivedRequest& request,
                                                const Presented& presented)
{
    const std::string_view declared = header_of(request, "x-amz-content-sha256");
    const bool counts = is_signed(presented, "x-amz-content-sha256");
    if (counts && declared == unsigned_payload) return std::string(unsigned_payload);
    if (counts && declared.starts_with(streaming_prefix))
        return invalid("A payload that is signed in chunks (x-amz-content-sha256: STREAMING-…) is "
                       "not accepted here.");
    if (presented.presigned && presented.service == "s3" && declared.empty())
        return std::string(unsigned_payload);
    return encoding::sha256_hex(request.body);
}

RequestToSign to_sign(const ReceivedRequest& request, const Presented& presented,
                      std::string payload)
{
    RequestToSign signed_part;
    signed_part.method = request.method;
    signed_part.path = request.target.substr(0, request.target.find('?'));
    signed_part.query = presented.query;
    for (const std::string& name : presented.signed_headers) {
        for (const auto& [header, value] : request.headers) {
            if (is_header(header, name)) signed_part.headers.emplace_back(name, value);
        }
    }
    signed_part.payload_sha256_hex = std::move(payload);
    return signed_part;
}

}  // namespace

Keyring::Keyring(std::vector<AccessKey> keys) : m_keys(std::move(keys))
{
    std::ranges::sort(m_keys, {}, &AccessKey::id);
}

const AccessKey* Keyring::find(std::string_view id) const
{
    const auto found = std::ranges::lower_bound(
        m_keys, id, {}, [](const AccessKey& key) -> std::string_view { return key.id; });
    return found != m_keys.end() && found->id == id ? &*found : nullptr;
}

tl::expected<Identity, Refusal> verify(const ReceivedRequest& request, const Keyring& keys,
                                       Timestamp now, const VerifyRules& rules)
{
    tl::expected<Presented, Refusal> presented = read_presented(request);
    if (!presented) return tl::unexpected(std::move(presented).error());
    if (std::optional<std::string> fault = fault_of_scope(request, *presented, rules))
        return invalid(*std::move(fault));
    if (std::optional<std::string> fault = fault_of_time(*presented, now, rules.clock_tolerance))
        return invalid(*std::move(fault));
    const AccessKey* const key = keys.find(presented->access_key_id);
    if (key == nullptr ||
        !encoding::equal_constant_time(key->session_token, presented->session_token))
        return tl::unexpected(Refusal{Refused::UnrecognizedClient,
                                      "The security token included in the request is invalid."});
    tl::expected<std::string, Refusal> payload = payload_hash(request, *presented);
    if (!payload) return tl::unexpected(std::move(payload).error());

    const Scope scope{presented->region, presented->service, presented->time};
    const PathForm form = presented->service == "s3" ? PathForm::AsSent : PathForm::Normalised;
    const std::string canonical =
        canonical_request(to_sign(request, *presented, *std::move(payload)), form);
    const std::string ours =
        signature(signing_key(key->secret, scope), string_to_sign(scope, canonical));
    if (!encoding::equal_constant_time(ours, presented->signature))
        return invalid(
            "The request signature we calculated does not match the signature you provided. Check "
            "your AWS Secret Access Key and signing method. Consult the service documentation for "
            "details.");
    return Identity{key, std::move(presented->region), std::move(presented->service)};
}

}  // namespace weft::auth
