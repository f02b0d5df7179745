#pragma once

#include "base/result.h"
#include "mocks/document.h"
#include "mocks/mocks.h"

#include <string>
#include <string_view>
#include <vector>

namespace weft::scenario {

// The mock configuration file of AWS Step Functions Local:
//   {"StateMachines": {"Name": {"TestCases": {"Case": {"State": "Response"}}}},
//    "MockedResponses": {"Response": {"0": {"Throw": {"Error": …, "Cause": …}},
//                                     "1-2": {"Return": …}}}}
// The keys of a response number the calls of the state, from 0.
// AWS: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
//
// The answers of one test case. `machine` may be empty when the file has one state machine only.
// Error: InvalidInput with the place of what is wrong, NotFound when there is no such machine or
// test case.
Result<mocks::Mocks> read_mock_config(const mocks::Document& document, std::string_view machine,
                                      std::string_view test_case);

}  // namespace weft::scenario
