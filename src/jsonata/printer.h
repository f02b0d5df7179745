#pragma once

#include "jsonata/syntax.h"

#include <string>

namespace weft::jsonata {

// An expression's text again, with one blank around most operators and comments left out. Parsing
// it gives the same tree: brackets are nodes of the tree, so that none are added or missing.
std::string print(const Syntax& tree);

}  // namespace weft::jsonata
