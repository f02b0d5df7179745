#pragma once

#include <string>
#include <string_view>

namespace weft::gateway {

// Model ids as Bedrock writes them.

// The id in what a caller may write as ModelId: the id itself, or the ARN of a foundation model,
// inference profile, provisioned or custom model
// (arn:aws:bedrock:REGION:ACCOUNT:foundation-model/ID → ID). Any partition.
std::string_view model_id_of(std::string_view id_or_arn);

// Without the prefix of a cross-region inference profile: us.anthropic.… → anthropic.…
std::string_view without_region(std::string_view model_id);

// Anthropic's own name of a model of theirs: anthropic.claude-3-haiku-20240307-v1:0 →
// claude-3-haiku-20240307. Empty when the id is of another family.
std::string anthropic_model_of(std::string_view model_id);

}  // namespace weft::gateway
