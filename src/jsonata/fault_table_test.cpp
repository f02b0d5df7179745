#include "jsonata/fault_table.h"

#include <doctest/doctest.h>

#include <string>

using weft::json::Value;
using weft::jsonata::fault_message;
using weft::jsonata::fault_rows;

TEST_CASE("a message shows its inserts as JSON")
{
    CHECK(fault_message({"S0202", {{"value", "]"}, {"token", "\"x"}}}) ==
          R"(Expected "]", got "\"x")");
    CHECK(fault_message({"D3030", {{"value", Value::array({1, 2.5})}}}) ==
          "Unable to cast value to a number: [1,2.5]");
    CHECK(fault_message({"T0410", {{"index", 2}, {"token", "sum"}}}) ==
          "Argument 2 of function \"sum\" does not match function signature");
    CHECK(fault_message({"D3061", {{"value", 10}, {"exp", 400}}}) ==
          "The power function has resulted in a value that cannot be represented as a JSON number: "
          "base=10, exponent=400");
}

TEST_CASE("three braces show the text itself, an absent insert is undefined")
{
    CHECK(fault_message({"T1005", {{"token", "sum"}}}) ==
          "Attempted to invoke a non-function. Did you mean $sum?");
    CHECK(fault_message({"D3137", {{"message", "it \"broke\""}}}) == "it \"broke\"");
    CHECK(fault_message({"D3140", {{"functionName", "decodeUrl"}, {"value", "%"}}}) ==
          "Malformed URL passed to $decodeUrl(): \"%\"");
    CHECK(fault_message({"S0201", {}}) == "Syntax error: undefined");
    CHECK(fault_message({"X9999", {}}).empty());
}

TEST_CASE("every row has a code of five characters and a text")
{
    for (const auto& row : fault_rows()) {
        CAPTURE(std::string(row.code));
        CHECK(row.code.size() == 5);
        CHECK(!row.text.empty());
    }
}
