#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weft {

// The name a mistyped one was most likely meant to be: same letters in another case, or few edits
// away (insertion, deletion, substitution, swap of neighbours; about a third of the length). Empty
// when nothing is near. The first of equally near ones wins. Long names (over 80 bytes) are not
// compared.
std::string_view suggest(std::string_view given, std::span<const std::string_view> known);

// The same as the end of a message: "; did you mean 'times'?" or nothing.
std::string did_you_mean(std::string_view given, std::span<const std::string_view> known);

}  // namespace weft
