#include "engine/task_token.h"

#include <doctest/doctest.h>

#include <string>

using weft::engine::read_task_token;
using weft::engine::TaskToken;
using weft::engine::write_task_token;

TEST_CASE("a task token says what it was made of, to whoever has the secret")
{
    const std::string secret(32, 's');
    for (const TaskToken& token :
         {TaskToken{1, 0, 3, 1}, TaskToken{INT64_MAX, 1'023, INT64_MAX, INT64_MAX},
          TaskToken{1LL << 40, 512, 25'000, 0x1234'5678'9abc'def1}}) {
        const std::string text = write_task_token(token, secret);
        CHECK(text.size() == 60);
        CHECK(read_task_token(text, secret) == token);
        CHECK_FALSE(read_task_token(text, std::string(32, 't')));
    }
}

TEST_CASE("a task token that was changed, cut or made up is none")
{
    const std::string secret(32, 's');
    const std::string good = write_task_token({7, 5, 3, 99}, secret);
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string changed = good;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        CAPTURE(at);
        // The last characters of base64 hold bits that nothing reads: those must be zero.
        CHECK_FALSE(read_task_token(changed, secret));
        CHECK_FALSE(read_task_token(good.substr(0, at), secret));
    }
    CHECK_FALSE(read_task_token("", secret));
    CHECK_FALSE(read_task_token(good + "AAAA", secret));
    CHECK_FALSE(read_task_token(std::string(2'048, 'A'), secret));
}
