#pragma once

#include "aws/service_model.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::aws {

// Strict: required members must be there. In both modes what is there must be as the model says;
// members that the model does not have pass.
enum class OutputCheck : std::uint8_t { Strict, Present };

// How Step Functions shows a member of an operation's input or output: with a capital letter first.
std::string shown_name(std::string_view member);

// The first fault of `result`, a Task's result, measured by the output of `operation`; nothing when
// it conforms. A null counts as absent. `parsed` names a member that may be any JSON (shown where
// the model has a text). AWS: the texts are those of TestState, such as "Field 'Entries' must be an
// array".
std::optional<std::string> output_fault(const ServiceModel& model, const Operation& operation,
                                        const json::Value& result, OutputCheck check,
                                        std::string_view parsed = {});

}  // namespace weft::aws
