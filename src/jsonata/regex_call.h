#pragma once

#include "jsonata/evaluator.h"

namespace weft::jsonata {

// A regular expression as a function: of a text, the first match as an object with the function
// `next`; `arguments` as the caller gave them.
Item call_regex(Evaluator& evaluator, const Function& function, ItemVector& arguments);

}  // namespace weft::jsonata
