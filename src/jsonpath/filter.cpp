#include "base/overloaded.h"
#include "encoding/utf8.h"
#include "jsonpath/evaluator.h"
#include "jsonpath/java_text.h"
#include "json/parse.h"

#include <algorithm>
#include <compare>

namespace weft::jsonpath {

namespace {

using json::Kind;
using json::Value;

bool is_exact(const Value& value)
{
    return value.is_integer();
}

std::partial_ordering compare_numbers(const Value& left, const Value& right)
{
    if (left.kind() == Kind::Int && right.kind() == Kind::Int)
        return left.as_int() <=> right.as_int();
    if (is_exact(left) && is_exact(right)) {
        // One of them is beyond int64: a UInt is larger than any Int.
        if (left.kind() == Kind::UInt && right.kind() == Kind::UInt)
            return left.as_uint() <=> right.as_uint();
        return left.kind() == Kind::UInt ? std::partial_ordering::greater
                                         : std::partial_ordering::less;
    }
    return left.as_double() <=> right.as_double();
}

bool same_number(const Value& left, const Value& right)
{
    return json::equivalent(left, right) ||
           compare_numbers(left, right) == std::partial_ordering::equivalent;
}

// Jayway: a number and a string are equal when the string holds that number.
bool loosely_equal(const Value& left, const Value& right)
{
    if (left.is_number() && right.is_number()) return same_number(left, right);
    if (left.is_string() && right.is_number()) return left.as_string() == java_text(right);
    if (left.is_number() && right.is_string()) {
        const Result<Value> parsed = json::parse(right.as_string());
        return parsed && parsed->is_number() && same_number(left, *parsed);
    }
    return json::equivalent(left, right);
}

bool strictly_equal(const Value& left, const Value& right)
{
    if (left.is_number() != right.is_number()) return false;
    return loosely_equal(left, right);
}

// Numbers by value, strings by code unit; nothing else has an order.
std::partial_ordering order(const Value& left, const Value& right)
{
    if (left.is_number() && right.is_number()) return compare_numbers(left, right);
    if (left.is_string() && right.is_string())
        return left.as_string().compare(right.as_string()) <=> 0;
    return std::partial_ordering::unordered;
}

bool contains(const Value& array, const Value& item)
{
    return std::ranges::any_of(array.items(),
                               [&](const Value& other) { return loosely_equal(other, item); });
}

bool within(const Value& left, const Value& right)
{
    return std::ranges::all_of(left.items(),
                               [&](const Value& item) { return contains(right, item); });
}

bool meets(const Value& left, const Value& right)
{
    return std::ranges::any_of(left.items(),
                               [&](const Value& item) { return contains(right, item); });
}

// Java counts UTF-16 units.
std::size_t length_of(const Value& value)
{
    return value.is_string() ? encoding::utf16_length(value.as_string()) : value.size();
}

bool has_length(const Value& value)
{
    return value.is_string() || value.is_array() || value.is_object();
}

// `left` or `right` is null when its path found nothing.
bool compare(Operator op, const Value* left, const Value* right)
{
    const bool both = left != nullptr && right != nullptr;
    switch (op) {
    case Operator::Equal: return both && loosely_equal(*left, *right);
    case Operator::NotEqual: return !(both && loosely_equal(*left, *right));
    case Operator::StrictEqual: return both && strictly_equal(*left, *right);
    case Operator::StrictNotEqual: return !(both && strictly_equal(*left, *right));
    case Operator::Less: return both && order(*left, *right) < 0;
    case Operator::LessEqual: return both && order(*left, *right) <= 0;
    case Operator::Greater: return both && order(*left, *right) > 0;
    case Operator::GreaterEqual: return both && order(*left, *right) >= 0;
    case Operator::In: return both && right->is_array() && contains(*right, *left);
    case Operator::NotIn: return !(both && right->is_array() && contains(*right, *left));
    case Operator::Contains:
        if (!both) return false;
        if (left->is_string() && right->is_string())
            return left->as_string().find(right->as_string()) != std::string_view::npos;
        return left->is_array() && contains(*left, *right);
    case Operator::All:
        return both && left->is_array() && right->is_array() && within(*right, *left);
    case Operator::SubsetOf:
        return both && left->is_array() && right->is_array() && within(*left, *right);
    case Operator::AnyOf:
        return both && left->is_array() && right->is_array() && meets(*left, *right);
    case Operator::NoneOf:
        return both && left->is_array() && right->is_array() && !meets(*left, *right);
    case Operator::Size:
        return both && has_length(*left) && right->is_number() &&
               static_cast<double>(length_of(*left)) == right->as_double();
    case Operator::Empty:
        return both && has_length(*left) && right->is_bool() &&
               (length_of(*left) == 0) == right->as_bool();
    case Operator::Matches: return false;
    }
    return false;
}

// Jayway: strings, numbers and booleans match as their text; an array when one of its items does.
Result<bool> matches(const Regex& regex, const Value& value)
{
    if (value.is_string()) return regex.matches(value.as_string());
    if (value.is_number() || value.is_bool()) return regex.matches(java_text(value));
    for (const Value& item : value.items()) {
        const bool matched = item.is_array() ? false : TRY(matches(regex, item));
        if (matched) return true;
    }
    return false;
}

}  // namespace

Result<bool> Evaluator::holds(const Condition& condition, const Value& item)
{
    return std::visit(
        overloaded{
            [&](const Comparison& comparison) -> Result<bool> {
                Value left_storage;
                Value right_storage;
                const Value* left = TRY(value_of(comparison.left, item, left_storage));
                const Value* right = TRY(value_of(comparison.right, item, right_storage));
                if (comparison.op != Operator::Matches) return compare(comparison.op, left, right);
                const auto* regex = std::get_if<Regex>(&comparison.right);
                const Value* subject = left;
                if (regex == nullptr) {
                    regex = std::get_if<Regex>(&comparison.left);
                    subject = right;
                }
                if (subject == nullptr || (subject->is_null() || subject->is_object()))
                    return false;
                return matches(*regex, *subject);
            },
            [&](const Existence& existence) -> Result<bool> {
                return exists(*existence.path, &item);
            },
            [&](const Truth& truth) -> Result<bool> { return truth.value; },
            [&](const Negation& negation) -> Result<bool> {
                const bool inner = TRY(holds(*negation.condition, item));
                return !inner;
            },
            [&](const Conjunction& all) -> Result<bool> {
                for (const Condition& each_condition : all.conditions) {
                    const bool inner = TRY(holds(each_condition, item));
                    if (!inner) return false;
                }
                return true;
            },
            [&](const Disjunction& any) -> Result<bool> {
                for (const Condition& each_condition : any.conditions) {
                    const bool inner = TRY(holds(each_condition, item));
                    if (inner) return true;
                }
                return false;
            },
        },
        condition.kind);
}

}  // namespace weft::jsonpath
