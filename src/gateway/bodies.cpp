#include "gateway/bodies.h"

#include "gateway/bodies/formats.h"
#include "gateway/model_id.h"

#include <array>

namespace weft::gateway {
namespace {

using namespace bodies;

// Of one prefix the first that fits; the rows of other prefixes only for models of no known family,
// in this order.
constexpr std::array formats{
    BodyFormat{"anthropic_messages", "anthropic.", fits_anthropic_messages, read_anthropic_messages,
               write_anthropic_messages},
    BodyFormat{"anthropic_text", "anthropic.", fits_prompt, read_anthropic_text,
               write_anthropic_text},
    BodyFormat{"nova", "amazon.nova", fits_nova, read_nova, write_nova},
    BodyFormat{"titan_text", "amazon.titan-t", fits_input_text, read_titan, write_titan},
    BodyFormat{"cohere_chat", "cohere.", fits_message, read_cohere_chat, write_cohere_chat},
    BodyFormat{"cohere", "cohere.", fits_prompt, read_cohere, write_cohere},
    BodyFormat{"llama", "meta.llama", fits_prompt, read_llama, write_llama},
    BodyFormat{"mistral", "mistral.", fits_prompt, read_mistral, write_mistral},
    BodyFormat{"mistral_chat", "mistral.", fits_chat, read_chat, write_chat},
    BodyFormat{"chat", "openai.", fits_chat, read_chat, write_chat},
    BodyFormat{"chat", "deepseek.", fits_chat, read_chat, write_chat},
};

}  // namespace

std::span<const BodyFormat> body_formats()
{
    return formats;
}

const BodyFormat* find_body_format(std::string_view model_id, const json::Value& body)
{
    if (!body.is_object()) return nullptr;
    const std::string_view id = without_region(model_id_of(model_id));
    bool known = false;
    for (const BodyFormat& format : formats) {
        if (!id.starts_with(format.model_prefix)) continue;
        known = true;
        if (format.fits(body)) return &format;
    }
    if (known) return nullptr;
    for (const BodyFormat& format : formats) {
        if (format.fits(body)) return &format;
    }
    return nullptr;
}

}  // namespace weft::gateway
