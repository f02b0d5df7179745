#pragma once

#include "json/parse.h"

#include <string>
#include <string_view>

namespace weft::asl {

// Bad JSON in the words of the Jackson parser, as the service passes them on.
struct JsonFault {
    std::string message;   // "Unrecognized token 'not': was expecting (…)"
    std::string location;  // "[Source: (String)\"…\"; line: 1, column: 4]"
};

// `fault` is what our own parser says of `text`; it decides only where Jackson has no objection, as
// to duplicate names, too much depth or a second value.
// AWS: recorded for an unrecognised token (test_validate_state_machine_definition_not_a_definition)
// and for a name in single quotes only; the other texts and places are those of Jackson 2.12.
JsonFault describe_like_jackson(std::string_view text, const json::ParseFault& fault);

}  // namespace weft::asl
