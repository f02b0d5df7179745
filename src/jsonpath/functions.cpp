#include "jsonpath/functions.h"

#include "jsonpath/java_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace weft::jsonpath {

namespace {

using json::Value;
using Arguments = std::span<const Value>;

constexpr std::size_t unlimited = 64;

// Jayway: the numbers of the model, when it is an array, then those of the arguments; all else is
// passed over.
Result<std::vector<double>> numbers_of(const Value& model, Arguments arguments)
{
    std::vector<double> numbers;
    const auto add = [&numbers](const Value& value) {
        if (value.is_number()) numbers.push_back(value.as_double());
    };
    if (model.is_array()) std::ranges::for_each(model.items(), add);
    for (const Value& argument : arguments) {
        if (argument.is_array())
            std::ranges::for_each(argument.items(), add);
        else
            add(argument);
    }
    if (numbers.empty())
        return fail(ErrorCode::EvaluationFailed,
                    "Aggregation function attempted to calculate value using empty array");
    return numbers;
}

Result<Value> finite(double number)
{
    if (!std::isfinite(number))
        return fail(ErrorCode::EvaluationFailed,
                    "the result of a path's function is not a finite number");
    return Value(number);
}

Result<Value> sum(const Value& model, Arguments arguments)
{
    double total = 0;
    for (const double number : TRY(numbers_of(model, arguments))) total += number;
    return finite(total);
}

Result<Value> avg(const Value& model, Arguments arguments)
{
    const std::vector<double> numbers = TRY(numbers_of(model, arguments));
    double total = 0;
    for (const double number : numbers) total += number;
    return finite(total / static_cast<double>(numbers.size()));
}

Result<Value> min(const Value& model, Arguments arguments)
{
    const std::vector<double> numbers = TRY(numbers_of(model, arguments));
    return finite(*std::ranges::min_element(numbers));
}

Result<Value> max(const Value& model, Arguments arguments)
{
    const std::vector<double> numbers = TRY(numbers_of(model, arguments));
    return finite(*std::ranges::max_element(numbers));
}

// The population's standard deviation, as Jayway computes it.
Result<Value> stddev(const Value& model, Arguments arguments)
{
    const std::vector<double> numbers = TRY(numbers_of(model, arguments));
    const double count = static_cast<double>(numbers.size());
    double total = 0;
    double squares = 0;
    for (const double number : numbers) {
        total += number;
        squares += number * number;
    }
    return finite(std::sqrt(std::max(0.0, squares / count - total * total / count / count)));
}

// Jayway: the length of an array or the number of an object's members; null for anything else,
// strings too.
Result<Value> length(const Value& model, Arguments arguments)
{
    const Value& subject = arguments.empty() ? model : arguments.front();
    if (!subject.is_array() && !subject.is_object()) return Value();
    return Value(static_cast<std::uint64_t>(subject.size()));
}

Result<Value> keys(const Value& model, Arguments)
{
    if (!model.is_object()) return Value();
    std::vector<Value> names;
    names.reserve(model.size());
    for (const json::Member& member : model.members()) names.emplace_back(member.key);
    return Value::array(std::move(names));
}

// Jayway: the strings of the model, when it is an array, then the arguments' texts.
Result<Value> concat(const Value& model, Arguments arguments)
{
    std::string text;
    if (model.is_array())
        for (const Value& item : model.items())
            if (item.is_string()) text += item.as_string();
    for (const Value& argument : arguments) {
        if (argument.is_array()) {
            for (const Value& item : argument.items()) append_java_text(text, item);
        } else if (!argument.is_null()) {
            append_java_text(text, argument);
        }
    }
    return Value(text);
}

Result<Value> append(const Value& model, Arguments arguments)
{
    if (!model.is_array()) return model;
    std::vector<Value> items(model.items().begin(), model.items().end());
    items.insert(items.end(), arguments.begin(), arguments.end());
    return Value::array(std::move(items));
}

Result<Value> item_at(const Value& model, std::int64_t index)
{
    if (!model.is_array())
        return fail(ErrorCode::EvaluationFailed,
                    "Aggregation function attempted to calculate value using empty array");
    const auto count = static_cast<std::int64_t>(model.size());
    const std::int64_t place = index < 0 ? index + count : index;
    if (place < 0 || place >= count)
        return fail(ErrorCode::EvaluationFailed, "Target index:{} larger than object count:{}",
                    index, count);
    return *model.at(static_cast<std::size_t>(place));
}

Result<Value> first(const Value& model, Arguments)
{
    return item_at(model, 0);
}

Result<Value> last(const Value& model, Arguments)
{
    return item_at(model, -1);
}

Result<Value> index(const Value& model, Arguments arguments)
{
    const Value& place = arguments.front();
    if (place.kind() != json::Kind::Int)
        return fail(ErrorCode::EvaluationFailed, "index() takes an integer, not {}",
                    java_text(place));
    return item_at(model, place.as_int());
}

constexpr std::array table = {
    Function{"append", 1, unlimited, append, "the array with the arguments added at its end"},
    Function{"avg", 0, unlimited, avg, "the mean of an array's numbers and of the arguments"},
    Function{"concat", 0, unlimited, concat, "the array's strings and the arguments, joined"},
    Function{"first", 0, 0, first, "the first item of an array"},
    Function{"index", 1, 1, index, "the item of an array at an index, negative from its end"},
    Function{"keys", 0, 0, keys, "the names of an object's members"},
    Function{"last", 0, 0, last, "the last item of an array"},
    Function{"length", 0, 1, length, "how many items or members an array or object has"},
    Function{"max", 0, unlimited, max, "the largest of an array's numbers and of the arguments"},
    Function{"min", 0, unlimited, min, "the smallest of an array's numbers and of the arguments"},
    Function{"size", 0, 1, length, "the same as length()"},
    Function{"stddev", 0, unlimited, stddev, "the standard deviation of an array's numbers"},
    Function{"sum", 0, unlimited, sum, "the sum of an array's numbers and of the arguments"},
};
static_assert(std::ranges::is_sorted(table, {}, &Function::name), "the table is searched by name");

}  // namespace

std::span<const Function> functions()
{
    return table;
}

const Function* find_function(std::string_view name)
{
    const auto row = std::ranges::lower_bound(table, name, {}, &Function::name);
    return row != table.end() && row->name == name ? &*row : nullptr;
}

}  // namespace weft::jsonpath
