#include "runtime/page_token.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::runtime;

namespace {

const PageTokens tokens("a secret of 32 bytes, or nearly.");
const PageOwner owner{"executions", "arn:aws:states:us-east-1:123456789012:stateMachine:m"};
constexpr Timestamp now{Milliseconds(1'700'000'000'123)};

}  // namespace

TEST_CASE("a page token leads back to its position within a day")
{
    const std::string token = tokens.seal(owner, "position 7", now);
    CHECK(*tokens.open(owner, token, now) == "position 7");
    CHECK(*tokens.open(owner, token, now + page_token_lifetime) == "position 7");
    // A clock that was set back does not end a listing under way.
    CHECK(*tokens.open(owner, token, now - Seconds(60)) == "position 7");
    const auto late = tokens.open(owner, token, now + page_token_lifetime + Milliseconds(1));
    REQUIRE(!late);
    CHECK(late.error().code == ErrorCode::InvalidToken);
    CHECK(late.error().message == "Invalid Token: 'Invalid token'");
}

TEST_CASE("a page token opens for its owner and its folder only, whole")
{
    const std::string token = tokens.seal(owner, "position 7", now);
    CHECK(!tokens.open({"history", owner.asked}, token, now));
    CHECK(!tokens.open({owner.list, "another"}, token, now));
    CHECK(!PageTokens("another secret").open(owner, token, now));
    CHECK(!tokens.open(owner, "", now));
    CHECK(!tokens.open(owner, "no token of ours", now));
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CAPTURE(i);
        CHECK(!tokens.open(owner, changed, now));
        CHECK(!tokens.open(owner, token.substr(0, i), now));
    }
}
