#pragma once

#include "asl/finding.h"

#include <string>
#include <string_view>

namespace weft::asl {

// A finding as a compiler writes it, for people:
//
//   rfp.asl.json:7:15: error: Missing 'Next' target: Anwser [MISSING_TRANSITION_TARGET]
//     at /States/Ask/Next
//        7 |       "Next": "Anwser",
//          |               ^
//     hint: did you mean 'Answer'?
//
// `text` is the text that line and column refer to. Ends with a newline.
std::string render(const Finding& finding, std::string_view text, std::string_view filename);

}  // namespace weft::asl
