#include "runtime/page_token.h"

#include "encoding/base64.h"
#include "encoding/hash.h"

#include <cstdint>

namespace weft::runtime {

namespace {

constexpr std::size_t mac_bytes = 16;
constexpr std::size_t time_bytes = 8;

}  // namespace

std::string PageTokens::mac(const PageOwner& owner, std::string_view sealed) const
{
    // The lengths keep owner and position apart.
    const std::string text = fmt::format("page {} {} {}:{}:{}", owner.list.size(),
                                         owner.asked.size(), owner.list, owner.asked, sealed);
    return encoding::hmac_sha256(m_secret, text).substr(0, mac_bytes);
}

std::string PageTokens::seal(const PageOwner& owner, std::string_view position, Timestamp now) const
{
    std::string sealed;
    const auto millis = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (std::size_t i = 0; i < time_bytes; ++i)
        sealed.push_back(static_cast<char>(millis >> (8 * i) & 0xffU));
    sealed.append(position);
    return encoding::to_base64(mac(owner, sealed) + sealed);
}

Result<std::string> PageTokens::open(const PageOwner& owner, std::string_view token,
                                     Timestamp now) const
{
    // AWS: recorded, for a token that is no token and for one that expired alike.
    const auto bad = [] { return fail(ErrorCode::InvalidToken, "Invalid Token: 'Invalid token'"); };
    const std::optional<std::string> bytes = encoding::from_base64(token);
    if (!bytes || bytes->size() < mac_bytes + time_bytes) return bad();
    const std::string_view all = *bytes;
    const std::string_view sealed = all.substr(mac_bytes);
    if (!encoding::equal_constant_time(all.substr(0, mac_bytes), mac(owner, sealed))) return bad();
    std::uint64_t millis = 0;
    for (std::size_t i = 0; i < time_bytes; ++i)
        millis |= static_cast<std::uint64_t>(static_cast<unsigned char>(sealed[i])) << (8 * i);
    const Timestamp made{Milliseconds(static_cast<std::int64_t>(millis))};
    if (made < now && now - made > page_token_lifetime) return bad();
    return std::string(sealed.substr(time_bytes));
}

}  // namespace weft::runtime
