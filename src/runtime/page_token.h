#pragma once

#include "base/result.h"
#include "base/time.h"

#include <string>
#include <string_view>

namespace weft::runtime {

// What a page token belongs to: it goes on where it came from, and nowhere else.
struct PageOwner {
    std::string_view list;   // of which listing: "executions", "history", …
    std::string_view asked;  // what the listing was asked for: an ARN, filters
};

// AWS: a pagination token is opaque and expires after 24 hours.
constexpr Seconds page_token_lifetime{24 * 3'600};

// Makes and reads page tokens: a position with the time and a MAC over both and the owner, by the
// folder's secret. Base64, at most about 700 characters for the positions that there are. Pure.
class PageTokens {
public:
    explicit PageTokens(std::string_view secret) : m_secret(secret) {}

    std::string seal(const PageOwner& owner, std::string_view position, Timestamp now) const;
    // The position. Error: InvalidToken, with AWS's text, for whatever was not sealed for this
    // owner within the lifetime before `now`.
    Result<std::string> open(const PageOwner& owner, std::string_view token, Timestamp now) const;

private:
    std::string mac(const PageOwner& owner, std::string_view sealed) const;

    std::string m_secret;
};

}  // namespace weft::runtime
