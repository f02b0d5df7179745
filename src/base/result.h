#pragma once

#include "base/error.h"

#include <fmt/core.h>
#include <tl/expected.hpp>

#include <utility>

namespace weft {

// A value or an Error. A class of our own, because an alias of tl::expected 1.0.0 is not nodiscard:
// `append(batch);` would compile with every warning on, and a lost write would go unseen.
template <class T = void> class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
};

template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> text,
                                         Args&&... args)
{
    return tl::unexpected<Error>(Error{code, fmt::format(text, std::forward<Args>(args)...), {}});
}

// The same, at a place in the input.
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail_at(ErrorCode code, std::string where,
                                            fmt::format_string<Args...> text, Args&&... args)
{
    return tl::unexpected<Error>(
        Error{code, fmt::format(text, std::forward<Args>(args)...), std::move(where)});
}

namespace detail {
template <class T> T take(Result<T>&& result)
{
    return *std::move(result);
}
inline void take(Result<void>&&) {}
}  // namespace detail

}  // namespace weft

#define WEFT_CONCAT_(a, b) a##b
#define WEFT_CONCAT(a, b) WEFT_CONCAT_(a, b)

// In functions: yields the value, or returns the error to the caller.
#define TRY(...)                                                               \
    __extension__({                                                            \
        auto try_result = (__VA_ARGS__);                                       \
        if (!try_result) return tl::unexpected(std::move(try_result).error()); \
        ::weft::detail::take(std::move(try_result));                           \
    })

// In coroutines: a statement expression around co_await crashes g++ 12.2.
#define CO_TRY(declaration, ...) \
    CO_TRY_(WEFT_CONCAT(try_result_, __LINE__), declaration, __VA_ARGS__)
#define CO_TRY_(tmp, declaration, ...)                          \
    auto tmp = (__VA_ARGS__);                                   \
    if (!tmp) co_return tl::unexpected(std::move(tmp).error()); \
    declaration = *std::move(tmp)
#define CO_CHECK(...) CO_CHECK_(WEFT_CONCAT(try_result_, __LINE__), __VA_ARGS__)
#define CO_CHECK_(tmp, ...)   \
    auto tmp = (__VA_ARGS__); \
    if (!tmp) co_return tl::unexpected(std::move(tmp).error())
