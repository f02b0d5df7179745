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

// AWS: recorded for an unrecognised token (test_validate_state_machine_definition_not_a_definition)
// only; the other texts are Jackson's own.
JsonFault describe_like_jackson(std::string_view text, const json::ParseFault& fault);

}  // namespace weft::asl
