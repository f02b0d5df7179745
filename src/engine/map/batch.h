#pragma once

#include "asl/machine.h"
#include "engine/dataflow/evaluation.h"
#include "engine/fault.h"
#include "json/value.h"

#include <span>

namespace weft::engine {

// What an ItemBatcher makes of the iterations' inputs: an array of batches {BatchInput, Items},
// each of at most MaxItemsPerBatch items and MaxInputBytesPerBatch bytes, and of one item at least.
// AWS: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
Flow<json::Value> batch_items(const asl::ItemBatcher& batcher, std::span<const json::Value> inputs,
                              const json::Value& effective_input, Evaluation& evaluation);

}  // namespace weft::engine
