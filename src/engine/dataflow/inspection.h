#pragma once

#include "json/value.h"

#include <cstdint>
#include <optional>

namespace weft::engine {

// What TestState shows of one visit of a state. The steps that run in production fill it in as they
// go (Turn::inspection), each stage when it has been computed, so that a visit that fails shows how
// far it came. Null in production, where nobody looks.
// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
struct Inspection {
    // Given: the context object as the caller has it; null means the execution's own.
    json::Value context;
    // Given: what a Map's ItemReader would read; null when nothing was given.
    json::Value reader_data;

    using Stage = std::optional<json::Value>;
    Stage after_input_path;
    Stage after_parameters;
    Stage after_arguments;
    Stage result;  // as the work gave it
    Stage after_result_selector;
    Stage after_result_path;
    Stage after_items_path;
    Stage after_items_pointer;
    Stage after_item_selector;  // an array: the input of each iteration
    Stage after_item_batcher;
    std::optional<std::int64_t> max_concurrency;
    std::optional<std::int64_t> tolerated_failure_count;
    std::optional<double> tolerated_failure_percentage;

    // When the state failed: with what, and who takes the error by its name. The retrier may have
    // had all its attempts.
    bool failed = false;
    std::optional<json::String> error;
    std::optional<json::String> cause;
    std::optional<std::uint32_t> retrier;
    std::optional<std::uint32_t> catcher;
};

}  // namespace weft::engine
