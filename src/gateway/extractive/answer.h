#pragma once

#include "gateway/extractive/prompt.h"

#include <cstddef>
#include <string>

namespace weft::gateway::extractive {

struct Answer {
    std::string text;
    bool found = false;  // false: the text says that nothing was found
};

// Chooses the sentences of `prompt.context` that answer `prompt.question` best and joins them in
// the order of the text, at most about `bytes_max` bytes of them. Without a question, the text's
// beginning stands for it. Deterministic. Reads at most 256 KiB of the text.
Answer answer(const Prompt& prompt, std::size_t bytes_max);

}  // namespace weft::gateway::extractive
