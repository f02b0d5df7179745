#pragma once

#include "jsonata/fault.h"

#include <tl/expected.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace weft::jsonata {

// What an argument is to a signature: one bit each.
enum TypeBit : std::uint16_t {
    type_string = 1,
    type_number = 2,
    type_boolean = 4,
    type_null = 8,
    type_array = 16,
    type_object = 32,
    type_function = 64,
    type_missing = 128,
};

// A function's signature, `<s-n?:s>` (JSONata, Function signature syntax). Immutable.
class Signature {
public:
    struct Parameter {
        std::uint16_t types = 0;    // bits of what it accepts; always with type_missing
        std::uint16_t context = 0;  // with `-`: what the context value must be
        bool optional = false;      // `?` or `-`
        bool repeated = false;      // `+`
        bool array = false;         // `a`: anything else becomes an array of one
        std::uint16_t subtype = 0;  // of an array's items; 0: any
    };

    // S0401, S0402; the position is left to the caller.
    static tl::expected<Signature, Fault> parse(std::string_view text);

    std::span<const Parameter> parameters() const { return m_parameters; }

    // Shares the arguments (their types, in order) out among the parameters, greedily and from the
    // left, as a regular expression would: how many each takes. False: they do not fit.
    bool match(std::span<const std::uint16_t> arguments, std::vector<std::uint32_t>& counts) const;
    // The first argument that no parameter takes.
    std::size_t mismatch(std::span<const std::uint16_t> arguments) const;

private:
    bool match_from(std::size_t parameter, std::span<const std::uint16_t> arguments,
                    std::size_t parameters, bool whole, std::vector<std::uint32_t>& counts) const;

    std::vector<Parameter> m_parameters;
};

// "numbers" for type_number and so on: what T0412 says the items must be.
std::string_view items_name(std::uint16_t type);

}  // namespace weft::jsonata
