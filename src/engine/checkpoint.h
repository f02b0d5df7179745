#pragma once

#include "base/result.h"
#include "engine/execution.h"

#include <string>
#include <string_view>

namespace weft::engine {

// An execution as text, so that a long history need not be folded again from its start. Derived
// data: whatever a checkpoint says, the history says too, and load(save(e)) == e.
std::string save(const Execution& execution);
// ErrorCode::Corrupt when the text is not what save() writes, or of another format version: fold
// the history instead.
Result<Execution> load(std::string_view text);

}  // namespace weft::engine
