// What operators and functions share: truth, equality, order, appending, and JSON of an item.

#include "jsonata/builtin.h"
#include "jsonata/evaluator.h"

#include "jsonata/functions/json_text.h"
#include "jsonata/functions/number_text.h"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cmath>

namespace weft::jsonata {

namespace {

constexpr std::size_t items_usual = 6;

// AWS: what JSON has no number for is its name.
std::string_view not_finite(double number)
{
    if (std::isnan(number)) return "NaN";
    return number > 0 ? "Infinity" : "-Infinity";
}

bool is_true_json(const json::Value& value)
{
    switch (value.kind()) {
    case json::Kind::Null: return false;
    case json::Kind::Bool: return value.as_bool();
    case json::Kind::Int: return value.as_int() != 0;
    case json::Kind::UInt:
    case json::Kind::Double:
    case json::Kind::BigNumber: return value.as_double() != 0;
    case json::Kind::String: return !value.as_string().empty();
    case json::Kind::Object: return value.size() != 0;
    case json::Kind::Array: break;
    }
    return false;
}

bool equal_json(Evaluator& evaluator, const json::Value& left, const json::Value& right)
{
    if (left.identity() != nullptr && left.identity() == right.identity()) return true;
    if (left.is_number() && right.is_number()) {
        if (left.kind() == json::Kind::Int && right.kind() == json::Kind::Int)
            return left.as_int() == right.as_int() || left.as_double() == right.as_double();
        return left.as_double() == right.as_double();
    }
    if (left.kind() != right.kind()) return false;
    switch (left.kind()) {
    case json::Kind::Array: {
        if (left.size() != right.size() || !evaluator.stack_left()) return false;
        for (std::size_t i = 0; i < left.size(); ++i)
            if (!equal_json(evaluator, left.items()[i], right.items()[i])) return false;
        return evaluator.spend(left.size());
    }
    case json::Kind::Object: {
        if (left.size() != right.size() || !evaluator.stack_left()) return false;
        for (const json::Member& member : left.members()) {
            const json::Value* other = right.find(member.key.view());
            if (other == nullptr || !equal_json(evaluator, member.value, *other)) return false;
        }
        return evaluator.spend(left.size());
    }
    default: return left == right;
    }
}

}  // namespace

// JSONata, $boolean.
bool is_true(const Item& item)
{
    switch (item.tag()) {
    case Item::Tag::Number: return item.number() != 0 && !std::isnan(item.number());
    case Item::Tag::Object: return member_count(item) != 0;
    case Item::Tag::Json:
    case Item::Tag::Reference:
        if (!item.json()->is_array()) return is_true_json(*item.json());
        break;
    case Item::Tag::List: break;
    default: return false;
    }
    // An array of one is what its item is; of more, true if any is. Arrays within arrays are walked
    // with a stack of their own.
    std::vector<ArrayView> open;
    open.emplace_back(item);
    std::vector<std::size_t> at{0};
    while (!open.empty()) {
        if (at.back() == open.back().size()) {
            open.pop_back();
            at.pop_back();
            continue;
        }
        Item one = open.back().at(at.back()++);
        if (one.is_array()) {
            open.emplace_back(std::move(one));
            at.push_back(0);
        } else if (is_true(one)) {
            return true;
        }
    }
    return false;
}

bool is_truthy(const Item& item)
{
    if (item.is_array() || item.is_object() || item.is_function()) return true;
    return is_true(item);
}

bool deep_equal(Evaluator& evaluator, const Item& left, const Item& right)
{
    if (left.json() != nullptr && right.json() != nullptr)
        return equal_json(evaluator, *left.json(), *right.json());
    if (left.is_number() && right.is_number()) return left.number() == right.number();
    if (left.is_array() && right.is_array()) {
        if (!evaluator.stack_left()) return false;
        const ArrayView one(left);
        const ArrayView other(right);
        if (one.size() != other.size()) return false;
        for (std::size_t i = 0; i < one.size(); ++i)
            if (!deep_equal(evaluator, one.at(i), other.at(i))) return false;
        return evaluator.spend(one.size());
    }
    if (left.is_object() && right.is_object()) {
        if (member_count(left) != member_count(right) || !evaluator.stack_left()) return false;
        bool equal = true;
        for_each_member(left, [&](const json::String& key, const Item& item) {
            const Item found = member_of(right, key.view());
            equal = !found.is_undefined() && deep_equal(evaluator, item, found);
            return equal;
        });
        return equal;
    }
    return same_value(left, right);
}

bool same_value(const Item& left, const Item& right)
{
    if (left.is_number() && right.is_number()) return left.number() == right.number();
    const json::Value* one = left.json();
    const json::Value* other = right.json();
    if (one != nullptr && other != nullptr) {
        if (one->is_array() || one->is_object())
            return one->identity() != nullptr && one->identity() == other->identity();
        return *one == *other;
    }
    if (left.tag() != right.tag()) return false;
    switch (left.tag()) {
    case Item::Tag::Undefined: return true;
    case Item::Tag::List: return left.list() == right.list();
    case Item::Tag::Object: return left.object() == right.object();
    case Item::Tag::Function: return left.function() == right.function();
    case Item::Tag::Builtin: return left.builtin() == right.builtin();
    default: return false;
    }
}

int compare_texts(std::string_view left, std::string_view right)
{
    const std::size_t common = std::min(left.size(), right.size());
    const auto [one, other] =
        std::mismatch(left.begin(), left.begin() + static_cast<long>(common), right.begin());
    if (one == left.begin() + static_cast<long>(common))
        return left.size() == right.size() ? 0 : left.size() < right.size() ? -1 : 1;
    const auto a = static_cast<unsigned char>(*one);
    const auto b = static_cast<unsigned char>(*other);
    // In UTF-16 what takes two units (F0…) comes before U+E000 to U+FFFF (EE, EF).
    if (a >= 0xF0 && (b == 0xEE || b == 0xEF)) return -1;
    if (b >= 0xF0 && (a == 0xEE || a == 0xEF)) return 1;
    return a < b ? -1 : 1;
}

Item append(Evaluator& evaluator, const Item& left, const Item& right)
{
    if (left.is_undefined()) return right;
    if (right.is_undefined()) return left;
    const ArrayView one(left);
    const ArrayView other(right);
    const std::size_t size = one.size() + other.size();
    if (!evaluator.spend(size) || !evaluator.can_hold(size * sizeof(Item)))
        return Item(Item::Tag::Failed);
    List* list = List::make();
    list->reserve(size);
    for (std::size_t i = 0; i < one.size(); ++i) list->push(one.at(i));
    for (std::size_t i = 0; i < other.size(); ++i) list->push(other.at(i));
    return Item::own(list);
}

bool append_text(Evaluator& evaluator, std::string& out, const Item& item)
{
    if (item.is_undefined() || item.is_function()) return true;
    if (item.is_string()) {
        if (!evaluator.can_hold(out.size() + item.text().size())) return false;
        out += item.text();
        return true;
    }
    if (item.is_number()) {
        const double number = item.number();
        if (!std::isfinite(number) && evaluator.in_states()) {
            out += not_finite(number);
            return true;
        }
        if (!std::isfinite(number)) {
            evaluator.fail("D3001", item);
            evaluator.fault().value = json::Value();
            return false;
        }
        functions::append_number(out, number, functions::Digits::Fifteen);
        return true;
    }
    if (item.is_bool()) {
        out += item.json()->as_bool() ? "true" : "false";
        return true;
    }
    if (item.is_null()) {
        out += "null";
        return true;
    }
    json::Value value;
    if (!evaluator.to_json(item, value, Evaluator::Form::Text)) return false;
    if (!evaluator.can_hold(value.written_size(evaluator.bytes_left()))) return false;
    if (functions::append_json(out, value, functions::Digits::Fifteen)) return true;
    evaluator.fail(functions::Fault{"U1001", {}});
    return false;
}

std::uint16_t type_bit(const Item& item)
{
    switch (item.tag()) {
    case Item::Tag::Number: return type_number;
    case Item::Tag::List: return type_array;
    case Item::Tag::Object: return type_object;
    case Item::Tag::Function:
    case Item::Tag::Builtin: return type_function;
    case Item::Tag::Json:
    case Item::Tag::Reference: break;
    default: return type_missing;
    }
    switch (item.json()->kind()) {
    case json::Kind::Null: return type_null;
    case json::Kind::Bool: return type_boolean;
    case json::Kind::String: return type_string;
    case json::Kind::Array: return type_array;
    case json::Kind::Object: return type_object;
    default: return type_number;
    }
}

std::uint16_t item_type(const ArrayView& items, std::size_t index)
{
    if (const json::Value* value = items.json(index)) return type_bit(Item::reference(value));
    return type_bit(items.at(index));
}

std::size_t arity(const Item& item)
{
    if (const Builtin* builtin = item.builtin()) return builtin->arity;
    const Function* function = item.function();
    if (function == nullptr) return 0;
    switch (function->kind) {
    case Function::Kind::Lambda: return function->lambda->parameters;
    case Function::Kind::Partial: {
        const auto& given = function->arguments;
        return static_cast<std::size_t>(std::count_if(
            given.begin(), given.end(), [](const Item& one) { return one.is_unset(); }));
    }
    case Function::Kind::NextMatch: return 0;
    default: return 1;
    }
}

bool Evaluator::to_json(const Item& item, json::Value& out, Form form)
{
    if (const json::Value* value = item.json()) {
        out = *value;
        return true;
    }
    switch (item.tag()) {
    case Item::Tag::Number: {
        const double number = item.number();
        if (std::isfinite(number)) {
            out = functions::number_value(number);
            return true;
        }
        if (form != Form::Lossless && in_states()) {
            out = json::Value(not_finite(number));
            return true;
        }
        if (form == Form::Outcome) {
            out = json::Value();
            return true;
        }
        if (form == Form::Text) {
            fail("D1001");
            m_fault.value = json::Value();
        }
        return false;
    }
    case Item::Tag::List: {
        const List& list = *item.list();
        if (form == Form::Lossless &&
            (list.cons || list.tuples || (list.sequence && list.size() < 2)))
            return false;
        if (!stack_left() || !spend(list.size()) || !can_hold(list.size() * sizeof(json::Value)))
            return false;
        boost::container::small_vector<json::Value, items_usual> items(list.size());
        for (std::size_t i = 0; i < items.size(); ++i) {
            const json::Value* same = list.is_range ? nullptr : list.items[i].json();
            if (same != nullptr) {
                items[i] = *same;
            } else if (!to_json(list.at(i), items[i], form)) {
                return false;
            }
        }
        out = json::Value::take_items(items);
        return true;
    }
    case Item::Tag::Object: {
        if (!stack_left()) return false;
        std::vector<json::Member> members;
        members.reserve(item.object()->members.size());
        for (const auto& [key, member] : item.object()->members) {
            if (member.is_function() && form == Form::Outcome) continue;
            json::Value value;
            if (!to_json(member, value, form)) return false;
            members.push_back({key, std::move(value)});
        }
        out = json::Value::object(std::move(members));
        return true;
    }
    case Item::Tag::Function:
    case Item::Tag::Builtin:
        if (form == Form::Lossless) return false;
        out = form == Form::Text ? json::Value("") : json::Value();
        return true;
    default:
        if (form == Form::Lossless) return false;
        out = json::Value();
        return true;
    }
}

Item Evaluator::settled(Item item)
{
    json::Value value;
    if (item.json() == nullptr && !item.is_undefined() && to_json(item, value, Form::Lossless))
        return value;
    return item;
}

}  // namespace weft::jsonata
