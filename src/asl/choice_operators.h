#pragma once

#include "asl/choice.h"
#include "base/meter.h"
#include "base/result.h"
#include "jsonpath/roots.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace weft::asl {

// What an operator compares with.
enum class Operand : std::uint8_t { Text, Number, Flag, Timestamp };

// A row of the table of data-test operators.
// ASL: https://states-language.net/spec.html#data-test-expressions
struct Comparison {
    std::string_view name;
    Operand operand = Operand::Text;
    bool path = false;  // the operand is a path to what is compared with
    // Values of the wrong type do not match; that is no error.
    bool (*matches)(const json::Value& variable, const json::Value& operand) = nullptr;
};

const Comparison* find_comparison(std::string_view name);
std::span<const Comparison> comparisons();  // sorted by name

// Whether the rule holds. And and Or stop at the first rule that decides. ErrorCode::PathNotFound
// when a path finds nothing (except for IsPresent), with the path as written in Error::where, and
// whatever else evaluating a path gives.
Result<bool> matches(const ChoiceRule& rule, const jsonpath::Roots& roots, Meter& meter);

// `*` stands for any number of characters, `\*` and `\\` for the characters themselves.
bool matches_wildcards(std::string_view text, std::string_view pattern);

// Order of Java's strings: by UTF-16 code units. Negative, zero or positive.
int compare_utf16(std::string_view left, std::string_view right);

}  // namespace weft::asl
