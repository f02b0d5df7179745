#pragma once

#include "base/result.h"
#include "mocks/document.h"
#include "scenario/test.h"

namespace weft::scenario {

// Reads the `expect` of a test. Error: InvalidInput with the place.
Result<Expectation> read_expectation(const mocks::Node& node);

}  // namespace weft::scenario
