#pragma once

#include "base/result.h"

#include <boost/asio/awaitable.hpp>

namespace weft::async {

// A coroutine that ends with a Result. Every one ends in `co_return`; parameters are values
// (docs/layout.md, STYLE).
template <class T = void> using Task = boost::asio::awaitable<Result<T>>;

}  // namespace weft::async
