#pragma once

#include "jsonata/functions/calendar.h"

#include <cstdint>

namespace weft::jsonata::functions {

// The number of a component (F&O 9.8.4, table of component specifiers): Y M D d F W w X x H h m s
// f. `milliseconds` is the time whose calendar form is `civil`. Weeks are ISO 8601's, from Monday;
// a month's first is the one with its first Thursday.
double date_fragment(const Civil& civil, std::int64_t milliseconds, char component);

}  // namespace weft::jsonata::functions
