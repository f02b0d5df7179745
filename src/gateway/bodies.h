#pragma once

#include "base/result.h"
#include "gateway/conversation.h"
#include "json/value.h"

#include <span>
#include <string_view>

namespace weft::gateway {

// The native bodies of InvokeModel, one row a model family: how its request reads as a Conversation
// and how a Completion is written in its form. AWS: "Inference request parameters and response
// fields for foundation models".
struct BodyFormat {
    std::string_view name;          // anthropic_messages
    std::string_view model_prefix;  // anthropic.; several rows may share one
    bool (*fits)(const json::Value& body);
    // ErrorCode::InvalidInput, in words fit for a ValidationException.
    Result<Conversation> (*read)(const json::Value& body);
    json::Value (*write)(const Completion& completion);
};

std::span<const BodyFormat> body_formats();

// By the model's family first, by the body's members where the family is unknown or has several
// forms. Null: none fits.
const BodyFormat* find_body_format(std::string_view model_id, const json::Value& body);

}  // namespace weft::gateway
