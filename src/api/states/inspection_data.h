#pragma once

#include "runtime/test_state/test_state.h"
#include "json/value.h"

namespace weft::api::states {

// The member `inspectionData` of TestState's answer: of the stages that were computed, those that
// AWS shows for such a state.
// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
json::Value inspection_data(const runtime::TestStateReply& reply);

}  // namespace weft::api::states
