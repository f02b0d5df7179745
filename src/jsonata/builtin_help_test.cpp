#include "jsonata/builtin_help.h"

#include "jsonata/builtin.h"
#include "jsonata/test_support.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace weft::jsonata {

TEST_CASE("every built-in function has help, and the example gives the result")
{
    for (const Builtin& builtin : builtins()) {
        CAPTURE(builtin.name);
        const auto row =
            std::ranges::lower_bound(builtin_help(), builtin.name, {}, &BuiltinHelp::name);
        REQUIRE(row != builtin_help().end());
        CHECK(row->name == builtin.name);
    }
    for (const BuiltinHelp& row : builtin_help()) {
        CAPTURE(row.name);
        CHECK(find_builtin(row.name, Dialect::States) != nullptr);
        const std::string result = test::run(row.example, "", Dialect::States);
        if (row.result.empty()) {
            CHECK(result != "undefined");
            CHECK_FALSE((result[0] >= 'A' && result[0] <= 'Z'));  // a fault's code
        } else if (row.result == "undefined" || row.result.starts_with('!')) {
            CHECK(result == row.result.substr(row.result.starts_with('!') ? 1 : 0));
        } else {
            CHECK(result == json::write_canonical(test::value_of(row.result)));
        }
    }
}

}  // namespace weft::jsonata
