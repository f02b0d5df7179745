#pragma once

#include "gateway/conversation.h"

#include <string>

namespace weft::gateway::extractive {

// What a prompt asks, and the text it gives to answer from. Prompts have no fixed form; this one
// reads labels
// ("Question:", "Context:", "Company description:"), tags (<question>, <context>), plain questions
// at the beginning or end, requests without a question mark, text in the system prompt or in
// earlier turns. Instructions to the model are left out of the text.
struct Prompt {
    std::string question;  // empty when nothing is asked
    std::string context;   // empty when there is no text
};

Prompt read_prompt(const Conversation& conversation);

}  // namespace weft::gateway::extractive
