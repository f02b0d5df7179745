// Layers: engine
// Labels: new
// The text of a task token, from whoever calls SendTaskSuccess: it is one of ours, byte by byte, or
// none.
#include "base/assert.h"
#include "engine/task_token.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace weft;
    constexpr std::string_view secret = "a secret that the corpus was made with";
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto token = engine::read_task_token(text, secret))
        WEFT_ASSERT(engine::write_task_token(*token, secret) == text);
    // Whatever was read as a token before it is changed is none afterwards.
    if (size >= 28) {
        engine::TaskToken token;
        for (std::size_t i = 0; i < 8; ++i) {
            token.key = token.key << 8 | data[i];
            token.scheduled = token.scheduled << 8 | data[i + 8];
            token.nonce = token.nonce << 8 | data[i + 16];
        }
        token.shard = data[24];
        std::string made = engine::write_task_token(token, secret);
        WEFT_ASSERT(engine::read_task_token(made, secret) == token);
        char& changed = made[data[25] % made.size()];
        changed = static_cast<char>(static_cast<unsigned char>(changed) ^ (data[26] | 1U));
        WEFT_ASSERT(!engine::read_task_token(made, secret));
    }
    return 0;
}
