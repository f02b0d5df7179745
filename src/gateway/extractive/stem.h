#pragma once

#include <string>
#include <string_view>

namespace weft::gateway::extractive {

// The stem of a lower-case English word: M. F. Porter, "An algorithm for suffix stripping" (1980).
// Words of fewer than three letters, and words with anything but a to z in them, are their own
// stem.
std::string stem(std::string_view word);

}  // namespace weft::gateway::extractive
