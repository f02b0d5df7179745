#pragma once

#include "jsonata/functions/fault.h"

#include <span>
#include <string>
#include <string_view>

namespace weft::jsonata {

// The codes of the reference implementation with its texts, then Weft's own (S0303, U…). A
// placeholder {{name}} stands for the insert of that name as JSON text, {{{name}}} for the text
// itself.
struct FaultRow {
    std::string_view code;
    std::string_view text;
};
std::span<const FaultRow> fault_rows();  // sorted by code

// The template of a code; empty for a code the table does not have.
std::string_view fault_template(std::string_view code);

// The message of a fault, placeholders filled in.
std::string fault_message(const functions::Fault& fault);

}  // namespace weft::jsonata
