#pragma once

#include "json/value.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::jsonata {

enum class FaultKind : std::uint8_t {
    Syntax,     // the text does not compile
    Runtime,    // an error of the expression on this input
    OutOfFuel,  // the meter refused for now: abandon, and evaluate again elsewhere with more
    OverLimit,  // over the time, depth or memory it may take: final
};

// An error of JSONata, as the reference implementation reports it. Which of the optional members
// are set depends on the code.
struct Fault {
    FaultKind kind = FaultKind::Runtime;
    std::string code;                     // S0201, T2001, D3030, U1001 …
    std::string message;                  // a sentence, the values filled in
    std::optional<std::size_t> position;  // UTF-16 units into the text, behind the token
    std::optional<json::Value> token;     // a text; a number where a literal stands at fault
    std::optional<json::Value> value;
    std::optional<json::Value> value2;
    std::optional<json::Value> index;  // of the argument, from 1
};

// `code: message`, as the States Language quotes it.
std::string describe(const Fault& fault);

}  // namespace weft::jsonata
