#pragma once

#include "base/time.h"
#include "history/event.h"
#include "json/value.h"

#include <cstdint>

namespace weft::history {

// `includeExecutionData` of GetExecutionHistory and of the log configuration.
enum class Data : std::uint8_t { Include, Leave };

// A public event as GetExecutionHistory shows it: `timestamp` as epoch seconds with milliseconds,
// documents as JSON text beside their `…Details {truncated: false}`; private fields stay behind.
// With Data::Leave inputs and outputs are left out. Asserts that the event is public.
// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
json::Value to_wire(const Event& event, Data data = Data::Include);

// Epoch seconds with milliseconds, as every time in an AWS JSON answer is written.
json::Value wire_time(Timestamp time);

}  // namespace weft::history
