#pragma once

#include "jsonata/functions/date_picture.h"

#include <memory>
#include <span>

namespace weft::jsonata::functions {

extern const std::string_view month_names[12];
extern const std::string_view day_names[7];  // from Monday

// The regular expression of the texts that fit a picture, a group for each marker. D3130 for a
// number that cannot be read, D3133 for names of a component that has none.
Outcome<std::shared_ptr<const Regex>> date_regex(std::span<const DateMarker> markers);

}  // namespace weft::jsonata::functions
