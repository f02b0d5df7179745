#pragma once

#include "base/result.h"
#include "json/value.h"

#include <initializer_list>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace weft::jsonata::functions {

// A value that a fault's message shows, under the name its template and the reference use: "token",
// "value", "value2", "index", "exp", "type", "functionName", "message".
struct Insert {
    std::string_view name;  // static text
    json::Value value;      // null stands for infinities and NaN as well
};

// Why a function gave up: one of the codes of fault_table.h, and what its message shows. An insert
// that is absent is shown as JavaScript shows undefined.
struct Fault {
    std::string_view code;  // static text
    std::vector<Insert> inserts;

    const json::Value* find(std::string_view name) const
    {
        for (const Insert& insert : inserts)
            if (insert.name == name) return &insert.value;
        return nullptr;
    }
};

// A class of its own, because an alias of tl::expected 1.0.0 is not nodiscard.
template <class T> class [[nodiscard]] Outcome : public tl::expected<T, Fault> {
public:
    using tl::expected<T, Fault>::expected;
};

[[nodiscard]] inline tl::unexpected<Fault> fault(std::string_view code,
                                                 std::initializer_list<Insert> inserts = {})
{
    return tl::unexpected<Fault>(Fault{code, inserts});
}

}  // namespace weft::jsonata::functions

namespace weft::detail {
template <class T> T take(jsonata::functions::Outcome<T>&& outcome)  // for TRY
{
    return *std::move(outcome);
}
}  // namespace weft::detail
