#pragma once

#include "jsonata/fault.h"

#include <tl/expected.hpp>

#include <memory>

namespace weft::jsonata {

namespace functions {
class Regex;
}

// The regular expression between two slashes; S0303 if it is none.
tl::expected<std::shared_ptr<const functions::Regex>, Fault> make_regex(std::string_view pattern,
                                                                        std::string_view flags);

}  // namespace weft::jsonata
