#include "asl/choice_operators.h"

#include "encoding/timestamp.h"

#include <algorithm>
#include <array>

namespace weft::asl {
namespace {

using json::Value;

// --- Order of two values of a kind; nothing when either is not of that kind.
std::optional<int> order_text(const Value& left, const Value& right)
{
    if (!left.is_string() || !right.is_string()) return std::nullopt;
    return compare_utf16(left.as_string(), right.as_string());
}

// AWS: numbers compare as binary64 whatever they were written as.
std::optional<int> order_number(const Value& left, const Value& right)
{
    if (!left.is_number() || !right.is_number()) return std::nullopt;
    const double a = left.as_double();
    const double b = right.as_double();
    return a < b ? -1 : (a > b ? 1 : 0);
}

std::optional<int> order_timestamp(const Value& left, const Value& right)
{
    if (!left.is_string() || !right.is_string()) return std::nullopt;
    const auto a = encoding::parse_timestamp(left.as_string());
    const auto b = encoding::parse_timestamp(right.as_string());
    if (!a || !b) return std::nullopt;
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    return a->nanoseconds < b->nanoseconds ? -1 : (a->nanoseconds > b->nanoseconds ? 1 : 0);
}

using Order = std::optional<int> (*)(const Value&, const Value&);

template <Order order> bool equal(const Value& left, const Value& right)
{
    return order(left, right) == 0;
}
template <Order order> bool less(const Value& left, const Value& right)
{
    const auto sign = order(left, right);
    return sign && *sign < 0;
}
template <Order order> bool less_equal(const Value& left, const Value& right)
{
    const auto sign = order(left, right);
    return sign && *sign <= 0;
}
template <Order order> bool greater(const Value& left, const Value& right)
{
    const auto sign = order(left, right);
    return sign && *sign > 0;
}
template <Order order> bool greater_equal(const Value& left, const Value& right)
{
    const auto sign = order(left, right);
    return sign && *sign >= 0;
}

bool equal_flag(const Value& left, const Value& right)
{
    return left.is_bool() && right.is_bool() && left.as_bool() == right.as_bool();
}

bool matches_text(const Value& left, const Value& right)
{
    return left.is_string() && right.is_string() &&
           matches_wildcards(left.as_string(), right.as_string());
}

// --- Type tests: the operand says what the answer should be.
bool is(bool found, const Value& wanted)
{
    return wanted.is_bool() && found == wanted.as_bool();
}
bool is_null(const Value& value, const Value& wanted)
{
    return is(value.is_null(), wanted);
}
bool is_boolean(const Value& value, const Value& wanted)
{
    return is(value.is_bool(), wanted);
}
bool is_numeric(const Value& value, const Value& wanted)
{
    return is(value.is_number(), wanted);
}
bool is_string(const Value& value, const Value& wanted)
{
    return is(value.is_string(), wanted);
}
bool is_timestamp(const Value& value, const Value& wanted)
{
    return is(value.is_string() && encoding::parse_timestamp(value.as_string()).has_value(),
              wanted);
}
// Called for what is there; what is absent is seen to before.
bool is_present(const Value&, const Value& wanted)
{
    return is(true, wanted);
}

constexpr Order text = order_text;
constexpr Order number = order_number;
constexpr Order timestamp = order_timestamp;

constexpr std::array table = {
    Comparison{"BooleanEquals", Operand::Flag, false, equal_flag},
    Comparison{"BooleanEqualsPath", Operand::Flag, true, equal_flag},
    Comparison{"IsBoolean", Operand::Flag, false, is_boolean},
    Comparison{"IsNull", Operand::Flag, false, is_null},
    Comparison{"IsNumeric", Operand::Flag, false, is_numeric},
    Comparison{"IsPresent", Operand::Flag, false, is_present},
    Comparison{"IsString", Operand::Flag, false, is_string},
    Comparison{"IsTimestamp", Operand::Flag, false, is_timestamp},
    Comparison{"NumericEquals", Operand::Number, false, equal<number>},
    Comparison{"NumericEqualsPath", Operand::Number, true, equal<number>},
    Comparison{"NumericGreaterThan", Operand::Number, false, greater<number>},
    Comparison{"NumericGreaterThanEquals", Operand::Number, false, greater_equal<number>},
    Comparison{"NumericGreaterThanEqualsPath", Operand::Number, true, greater_equal<number>},
    Comparison{"NumericGreaterThanPath", Operand::Number, true, greater<number>},
    Comparison{"NumericLessThan", Operand::Number, false, less<number>},
    Comparison{"NumericLessThanEquals", Operand::Number, false, less_equal<number>},
    Comparison{"NumericLessThanEqualsPath", Operand::Number, true, less_equal<number>},
    Comparison{"NumericLessThanPath", Operand::Number, true, less<number>},
    Comparison{"StringEquals", Operand::Text, false, equal<text>},
    Comparison{"StringEqualsPath", Operand::Text, true, equal<text>},
    Comparison{"StringGreaterThan", Operand::Text, false, greater<text>},
    Comparison{"StringGreaterThanEquals", Operand::Text, false, greater_equal<text>},
    Comparison{"StringGreaterThanEqualsPath", Operand::Text, true, greater_equal<text>},
    Comparison{"StringGreaterThanPath", Operand::Text, true, greater<text>},
    Comparison{"StringLessThan", Operand::Text, false, less<text>},
    Comparison{"StringLessThanEquals", Operand::Text, false, less_equal<text>},
    Comparison{"StringLessThanEqualsPath", Operand::Text, true, less_equal<text>},
    Comparison{"StringLessThanPath", Operand::Text, true, less<text>},
    Comparison{"StringMatches", Operand::Text, false, matches_text},
    Comparison{"TimestampEquals", Operand::Timestamp, false, equal<timestamp>},
    Comparison{"TimestampEqualsPath", Operand::Timestamp, true, equal<timestamp>},
    Comparison{"TimestampGreaterThan", Operand::Timestamp, false, greater<timestamp>},
    Comparison{"TimestampGreaterThanEquals", Operand::Timestamp, false, greater_equal<timestamp>},
    Comparison{"TimestampGreaterThanEqualsPath", Operand::Timestamp, true,
               greater_equal<timestamp>},
    Comparison{"TimestampGreaterThanPath", Operand::Timestamp, true, greater<timestamp>},
    Comparison{"TimestampLessThan", Operand::Timestamp, false, less<timestamp>},
    Comparison{"TimestampLessThanEquals", Operand::Timestamp, false, less_equal<timestamp>},
    Comparison{"TimestampLessThanEqualsPath", Operand::Timestamp, true, less_equal<timestamp>},
    Comparison{"TimestampLessThanPath", Operand::Timestamp, true, less<timestamp>},
};
static_assert(std::ranges::is_sorted(table, {}, &Comparison::name),
              "the table is searched by name");

// What an operator's path finds; null when it finds nothing.
Result<std::optional<Value>> look_up(const jsonpath::Path& path, const jsonpath::Roots& roots,
                                     Meter& meter)
{
    if (path.simple()) {
        const Value* found = jsonpath::find(path, roots);
        if (found == nullptr) return std::optional<Value>{};
        return std::optional<Value>{*found};
    }
    auto found = jsonpath::evaluate(path, roots, meter);
    if (found) return std::optional<Value>{*std::move(found)};
    if (found.error().code == ErrorCode::PathNotFound) return std::optional<Value>{};
    return tl::unexpected(std::move(found).error());
}

tl::unexpected<Error> not_found(const std::string& path)
{
    // AWS: the cause of the States.Runtime that follows. Recalled, no recording at hand.
    return fail_at(ErrorCode::PathNotFound, path,
                   "Invalid path '{}': The choice state's condition path references an invalid "
                   "value.",
                   path);
}

Result<bool> test(const DataTest& data, const jsonpath::Roots& roots, Meter& meter)
{
    const std::optional<Value> variable = TRY(look_up(data.variable, roots, meter));
    if (!variable) {
        if (data.comparison->matches == is_present) return is(false, data.literal);
        return not_found(data.variable_text);
    }
    if (!data.path) return data.comparison->matches(*variable, data.literal);
    const std::optional<Value> operand = TRY(look_up(*data.path, roots, meter));
    if (!operand) return not_found(data.path_text);
    return data.comparison->matches(*variable, *operand);
}

}  // namespace

const Comparison* find_comparison(std::string_view name)
{
    const auto found = std::ranges::lower_bound(table, name, {}, &Comparison::name);
    return found != table.end() && found->name == name ? &*found : nullptr;
}

std::span<const Comparison> comparisons()
{
    return table;
}

Result<bool> matches(const ChoiceRule& rule, const jsonpath::Roots& roots, Meter& meter)
{
    if (!meter.step(1)) return fail(ErrorCode::OutOfFuel, "the evaluation takes too long");
    switch (rule.kind) {
    case ChoiceRule::Kind::Test: return test(rule.test, roots, meter);
    case ChoiceRule::Kind::Not: return !TRY(matches(rule.rules.front(), roots, meter));
    case ChoiceRule::Kind::And:
        for (const ChoiceRule& part : rule.rules) {
            if (!TRY(matches(part, roots, meter))) return false;
        }
        return true;
    // An expression is evaluated elsewhere.
    case ChoiceRule::Kind::Condition: return rule.holds;
    case ChoiceRule::Kind::Or:
        for (const ChoiceRule& part : rule.rules) {
            if (TRY(matches(part, roots, meter))) return true;
        }
        return false;
    }
    return false;
}

bool matches_wildcards(std::string_view text, std::string_view pattern)
{
    // Greedy with one point to come back to: after a mismatch the last `*` takes one more byte.
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;  // behind the last `*`
    std::size_t star_text = 0;
    while (true) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            star_text = t;
            continue;
        }
        if (p == pattern.size() && t == text.size()) return true;
        if (t < text.size() && p < pattern.size()) {
            const bool escaped = pattern[p] == '\\' && p + 1 < pattern.size() &&
                                 (pattern[p + 1] == '*' || pattern[p + 1] == '\\');
            if (text[t] == (escaped ? pattern[p + 1] : pattern[p])) {
                ++t;
                p += escaped ? 2 : 1;
                continue;
            }
        }
        if (star == std::string_view::npos || star_text >= text.size()) return false;
        t = ++star_text;
        p = star;
    }
}

int compare_utf16(std::string_view left, std::string_view right)
{
    const auto [a, b] = std::ranges::mismatch(left, right);
    if (a == left.end() || b == right.end()) {
        return static_cast<int>(a != left.end()) - static_cast<int>(b != right.end());
    }
    const auto x = static_cast<unsigned char>(*a);
    const auto y = static_cast<unsigned char>(*b);
    // UTF-8 orders by code point, and so does UTF-16 but for U+E000 to U+FFFF (lead bytes EE, EF),
    // which come behind the surrogates of all that is beyond U+FFFF (lead bytes F0 and up).
    constexpr unsigned char high_plane_lead = 0xF0;
    constexpr unsigned char private_lead = 0xEE;
    if (x >= private_lead && y >= private_lead &&
        (x >= high_plane_lead) != (y >= high_plane_lead)) {
        return x >= high_plane_lead ? -1 : 1;
    }
    return x < y ? -1 : 1;
}

}  // namespace weft::asl
