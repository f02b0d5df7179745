#pragma once

#include "jsonata/syntax.h"

#include <tl/expected.hpp>

namespace weft::jsonata {

// Bounds of a text, which keep the stack of parser and compiler bounded: expressions within each
// other, and operators of the chains that are open at one time.
constexpr std::size_t nesting_max = 250;
constexpr std::size_t chain_max = 500;

// Reads a whole text. Positions, also the fault's, are bytes. The tree refers to text and arena.
tl::expected<Syntax*, Fault> parse(std::string_view text, Arena& arena);

}  // namespace weft::jsonata
