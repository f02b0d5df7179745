#pragma once

#include "base/result.h"
#include "cli/store_report.h"

#include <string>

namespace weft::server {

// Verifies a data folder, stream by stream, so that memory is bounded by the largest execution:
// SQLite's structure and indexes; the checksum of every batch, value and checkpoint; that every
// history folds to an execution (engine/refold.h) and the index says what that execution is; that a
// checkpoint is what its events give, and a task on offer one that waits; that every definition in
// use is there and compiles. Changes nothing. Errors: NotFound, Locked, Io, Corrupt, Unsupported.
Result<cli::StoreReport> check_store(const std::string& folder);

}  // namespace weft::server
