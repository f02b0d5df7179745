// The families that take one text: Anthropic's older form, Titan, Cohere, Llama, Mistral.
// AWS: "Inference request parameters and response fields for foundation models".
#include "gateway/bodies/formats.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::gateway::bodies {
namespace {

bool has_text(const json::Value& body, std::string_view key)
{
    const json::Value* value = body.find(key);
    return value != nullptr && value->is_string();
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n";
    const std::size_t first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// Without the marks of chat templates, which mean something to one family only.
std::string without_template(std::string_view prompt)
{
    constexpr std::string_view header = "<|start_header_id|>";
    constexpr std::string_view header_end = "<|end_header_id|>";
    constexpr std::array<std::string_view, 9> marks{
        "<|begin_of_text|>", "<|eot_id|>", "<s>",      "</s>",         "[INST]",
        "[/INST]",           "<<SYS>>",    "<</SYS>>", "<|endoftext|>"};
    std::string text;
    while (!prompt.empty()) {
        const std::size_t plain = std::min(prompt.find_first_of("<["), prompt.size());
        text += prompt.substr(0, plain);
        prompt.remove_prefix(plain);
        if (prompt.empty()) break;
        std::size_t skipped = 0;
        if (prompt.starts_with(header)) {
            // The header holds a role's name.
            const std::size_t end = prompt.substr(0, 100).find(header_end);
            skipped = end == std::string_view::npos ? header.size() : end + header_end.size();
        }
        for (const std::string_view mark : marks) {
            if (prompt.starts_with(mark)) skipped = mark.size();
        }
        if (skipped == 0) text += prompt[skipped++];
        prompt.remove_prefix(skipped);
    }
    return std::string(trimmed(text));
}

Conversation of_prompt(std::string_view prompt)
{
    Conversation conversation;
    std::vector<Block> blocks;
    blocks.push_back(Block::of_text(prompt));
    conversation.turns.emplace_back(Role::User, std::move(blocks));
    return conversation;
}

// What these families call the same things.
void read_sampling(const json::Value& body, std::string_view max_tokens, std::string_view top_p,
                   std::string_view top_k, std::string_view stop, Conversation& conversation)
{
    conversation.max_tokens = count_of(body, max_tokens);
    conversation.temperature = number_of(body, "temperature");
    conversation.top_p = number_of(body, top_p);
    conversation.top_k = count_of(body, top_k);
    conversation.stop_sequences = texts_of(body, stop);
}

}  // namespace

bool fits_prompt(const json::Value& body)
{
    return has_text(body, "prompt");
}

bool fits_input_text(const json::Value& body)
{
    return has_text(body, "inputText");
}

bool fits_message(const json::Value& body)
{
    return has_text(body, "message");
}

Result<Conversation> read_anthropic_text(const json::Value& body)
{
    std::string_view prompt = trimmed(text_of(body, "prompt"));
    if (prompt.starts_with("Human:")) prompt.remove_prefix(6);
    if (prompt.ends_with("Assistant:")) prompt.remove_suffix(10);
    Conversation conversation = of_prompt(trimmed(prompt));
    read_sampling(body, "max_tokens_to_sample", "top_p", "top_k", "stop_sequences", conversation);
    // A marker that only keeps the model from speaking for the other side.
    std::erase(conversation.stop_sequences, "\n\nHuman:");
    return conversation;
}

json::Value write_anthropic_text(const Completion& completion)
{
    const bool cut = completion.stop_reason == StopReason::MaxTokens;
    return json::Value::object({{"type", "completion"},
                                {"completion", completion.text()},
                                {"stop_reason", cut ? "max_tokens" : "stop_sequence"},
                                {"stop", cut ? json::Value() : json::Value("\n\nHuman:")}});
}

Result<Conversation> read_titan(const json::Value& body)
{
    Conversation conversation = of_prompt(text_of(body, "inputText"));
    if (const json::Value* config = body.find("textGenerationConfig")) {
        read_sampling(*config, "maxTokenCount", "topP", "topK", "stopSequences", conversation);
    }
    return conversation;
}

json::Value write_titan(const Completion& completion)
{
    const bool cut = completion.stop_reason == StopReason::MaxTokens;
    const json::Value result =
        json::Value::object({{"tokenCount", completion.output_tokens},
                             {"outputText", completion.text()},
                             {"completionReason", cut ? "LENGTH" : "FINISH"}});
    return json::Value::object({{"inputTextTokenCount", completion.input_tokens},
                                {"results", json::Value::array({result})}});
}

Result<Conversation> read_cohere_chat(const json::Value& body)
{
    Conversation conversation = of_prompt(text_of(body, "message"));
    conversation.system = text_of(body, "preamble");
    if (const json::Value* documents = body.find("documents");
        documents != nullptr && documents->is_array()) {
        for (const json::Value& document : documents->items()) {
            conversation.system +=
                fmt::format("\n\n{}\n{}", text_of(document, "title"), text_of(document, "snippet"));
        }
    }
    read_sampling(body, "max_tokens", "p", "k", "stop_sequences", conversation);
    return conversation;
}

json::Value write_cohere_chat(const Completion& completion)
{
    return json::Value::object(
        {{"generation_id", completion.id},
         {"text", completion.text()},
         {"finish_reason",
          completion.stop_reason == StopReason::MaxTokens ? "MAX_TOKENS" : "COMPLETE"}});
}

Result<Conversation> read_cohere(const json::Value& body)
{
    Conversation conversation = of_prompt(text_of(body, "prompt"));
    read_sampling(body, "max_tokens", "p", "k", "stop_sequences", conversation);
    return conversation;
}

json::Value write_cohere(const Completion& completion)
{
    const bool cut = completion.stop_reason == StopReason::MaxTokens;
    const json::Value generation =
        json::Value::object({{"id", completion.id},
                             {"text", completion.text()},
                             {"finish_reason", cut ? "MAX_TOKENS" : "COMPLETE"}});
    return json::Value::object(
        {{"id", completion.id}, {"generations", json::Value::array({generation})}});
}

Result<Conversation> read_llama(const json::Value& body)
{
    Conversation conversation = of_prompt(without_template(text_of(body, "prompt")));
    read_sampling(body, "max_gen_len", "top_p", "top_k", "stop", conversation);
    return conversation;
}

json::Value write_llama(const Completion& completion)
{
    return json::Value::object(
        {{"generation", completion.text()},
         {"prompt_token_count", completion.input_tokens},
         {"generation_token_count", completion.output_tokens},
         {"stop_reason", completion.stop_reason == StopReason::MaxTokens ? "length" : "stop"}});
}

Result<Conversation> read_mistral(const json::Value& body)
{
    Conversation conversation = of_prompt(without_template(text_of(body, "prompt")));
    read_sampling(body, "max_tokens", "top_p", "top_k", "stop", conversation);
    return conversation;
}

json::Value write_mistral(const Completion& completion)
{
    const bool cut = completion.stop_reason == StopReason::MaxTokens;
    const json::Value output = json::Value::object(
        {{"text", completion.text()}, {"stop_reason", cut ? "length" : "stop"}});
    return json::Value::object({{"outputs", json::Value::array({output})}});
}

}  // namespace weft::gateway::bodies
