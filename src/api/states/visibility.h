#pragma once

#include "base/error.h"
#include "runtime/requests.h"
#include "json/value.h"

#include <optional>

namespace weft::api::states {

// What is said of a request that names a resource of another account or region, which `scope` does
// not see: the same as of one that is not there. Looks at members called …Arn, and into lists of
// objects; documents are texts, and stay closed. Whoever runs an operation asks this first.
std::optional<Error> unseen(const json::Value& request, const runtime::Scope& scope);

}  // namespace weft::api::states
