#pragma once

#include "jsonata/functions/fault.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::jsonata::functions {

// ECMAScript's encodeURIComponent, encodeURI, decodeURIComponent and decodeURI. D3140, with the
// function's name, for a lone surrogate, a broken escape or escapes that are no UTF-8. Encoding
// triples the bytes at most: U1002 beyond `bytes_max`.
Outcome<std::string> encode_url_component(std::string_view text, std::size_t bytes_max);
Outcome<std::string> encode_url(std::string_view text, std::size_t bytes_max);
Outcome<std::string> decode_url_component(std::string_view text);
Outcome<std::string> decode_url(std::string_view text);

}  // namespace weft::jsonata::functions
