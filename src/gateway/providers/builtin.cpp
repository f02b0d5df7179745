#include "gateway/providers/builtin.h"

#include "async/run_on.h"
#include "gateway/bodies.h"
#include "gateway/extractive/answer.h"
#include "gateway/extractive/prompt.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace weft::gateway {
namespace {

constexpr std::size_t bytes_per_token = 4;
constexpr std::uint64_t tokens_default = 1024;
constexpr std::size_t prompt_bytes_max = 1U << 20;
constexpr std::size_t prompts_waiting_max = 1'000;

std::uint64_t tokens_of(std::size_t bytes)
{
    return (bytes + bytes_per_token - 1) / bytes_per_token;
}

std::size_t prompt_bytes(const Conversation& conversation)
{
    std::size_t sum = conversation.system.size();
    for (const Turn& turn : conversation.turns) {
        for (const Block& block : turn.blocks) sum += block.text.size();
    }
    return sum;
}

// Cuts before a word, never inside a character.
void cut(std::string& text, std::size_t bytes_max)
{
    if (text.size() <= bytes_max) return;
    const std::size_t space = text.rfind(' ', bytes_max);
    std::size_t end = space == std::string::npos || space == 0 ? bytes_max : space;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
}

// The same question has the same answer, down to its id.
std::string id_of(const Conversation& conversation, std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
    const auto add = [&](std::string_view part) {
        for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    };
    add(conversation.system);
    for (const Turn& turn : conversation.turns) add(turn.text());
    add(text);
    return fmt::format("msg_weft_{:016x}", hash);
}

}  // namespace

Completion complete_extractively(const Conversation& conversation)
{
    const std::uint64_t tokens_max =
        std::clamp<std::uint64_t>(conversation.max_tokens.value_or(tokens_default), 1, 8192);
    const std::size_t bytes_max = static_cast<std::size_t>(tokens_max) * bytes_per_token;
    extractive::Answer answer =
        extractive::answer(extractive::read_prompt(conversation), bytes_max);

    Completion completion;
    completion.model = extractive_model;
    if (answer.text.size() > bytes_max) {
        cut(answer.text, bytes_max);
        completion.stop_reason = StopReason::MaxTokens;
    }
    for (const std::string& stop : conversation.stop_sequences) {
        const std::size_t at = stop.empty() ? std::string::npos : answer.text.find(stop);
        if (at == std::string::npos) continue;
        answer.text.resize(at);
        completion.stop_reason = StopReason::StopSequence;
        completion.stop_sequence = stop;
    }
    completion.id = id_of(conversation, answer.text);
    completion.input_tokens = tokens_of(prompt_bytes(conversation));
    completion.output_tokens = tokens_of(answer.text.size());
    completion.blocks.push_back(Block::of_text(answer.text));
    return completion;
}

async::Task<ModelOutcome> BuiltinProvider::invoke(async::Loop& loop, ModelRequest request)
{
    const BodyFormat* format = find_body_format(request.model_id, request.body);
    if (format == nullptr) {
        co_return ModelOutcome(ModelFailure(
            ModelFault::Validation,
            fmt::format("Malformed input request: the body fits no known form of model '{}'",
                        request.model_id)));
    }
    auto conversation = format->read(request.body);
    if (!conversation)
        co_return ModelOutcome(ModelFailure(ModelFault::Validation, conversation.error().message));
    if (prompt_bytes(*conversation) > prompt_bytes_max) {
        co_return ModelOutcome(ModelFailure(
            ModelFault::Validation, fmt::format("prompt is too long: {} reads at most {} bytes",
                                                extractive_model, prompt_bytes_max)));
    }
    // The work owns what it reads: a call that is cancelled does not wait for its end.
    Function<Result<Completion>()> work = [asked =
                                               *std::move(conversation)]() -> Result<Completion> {
        return complete_extractively(asked);
    };
    const auto completed =
        co_await async::run_on<Completion>(m_compute, loop, std::move(work), prompts_waiting_max);
    if (!completed && completed.error().code == ErrorCode::Throttled) {
        co_return ModelOutcome(ModelFailure(
            ModelFault::Throttling,
            fmt::format("{} has {} prompts or more to read before this one; try again later",
                        extractive_model, prompts_waiting_max)));
    }
    if (!completed) co_return tl::unexpected(completed.error());
    const Completion& completion = *completed;
    ModelResponse response;
    response.body = format->write(completion);
    response.usage.input_tokens = completion.input_tokens;
    response.usage.output_tokens = completion.output_tokens;
    response.usage.estimated = true;
    response.usage.model = completion.model;
    response.usage.request_id = completion.id;
    co_return ModelOutcome(std::move(response));
}

}  // namespace weft::gateway
