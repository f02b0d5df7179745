#pragma once

#include "cli/terminal.h"
#include "history/event.h"

#include <string>
#include <vector>

namespace weft::cli {

// Public events as GetExecutionHistory shows them, one JSON document a line.
std::string history_lines(const std::vector<history::Event>& events);
// For people: id, time since the start, type, and what it is about.
std::string history_table(const std::vector<history::Event>& events, const Terminal& terminal);

}  // namespace weft::cli
