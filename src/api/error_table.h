#pragma once

#include "base/error.h"

#include <string_view>

namespace weft::api {

// The one place that turns an error of ours into an AWS error.
struct ErrorRow {
    ErrorCode code;
    std::string_view type;  // `__type` of the answer
    int status;
    std::string_view reason = {};  // ValidationException's member of that name
};

const ErrorRow& error_row(ErrorCode code);

}  // namespace weft::api
