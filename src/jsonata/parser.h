#pragma once

#include "jsonata/syntax.h"

#include <tl/expected.hpp>

namespace weft::jsonata {

// Bounds of a text, which keep the stack of parser, compiler and evaluator bounded: expressions
// within each other; operators whose left part is a level of its own (calls, groups, sorts,
// conditions), of all that are open at one time; and steps that bind (@, #) or go up (%), each of
// which every other one of its path is compared with. Steps, predicates and binary operators may
// follow each other without end.
constexpr std::size_t nesting_max = 250;
constexpr std::size_t levels_max = 500;
constexpr std::size_t bindings_max = 1'000;

// Reads a whole text. Positions, also the fault's, are bytes. The tree refers to text and arena.
tl::expected<Syntax*, Fault> parse(std::string_view text, Arena& arena);

}  // namespace weft::jsonata
