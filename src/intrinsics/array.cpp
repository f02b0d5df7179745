#include "base/limits.h"
#include "intrinsics/arguments.h"
#include "intrinsics/families.h"
#include "json/write.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace weft::intrinsics {

using json::Value;

Result<Value> array(Arguments arguments, Session&)
{
    return Value::array({arguments.begin(), arguments.end()});
}

// Chunks of the given size; the last may be shorter.
Result<Value> array_partition(Arguments arguments, Session& session)
{
    const Value& items =
        *TRY(array_argument(arguments[0], "The first argument of States.ArrayPartition"));
    const std::int64_t size =
        TRY(integer_argument(arguments[1], "The second argument of States.ArrayPartition"));
    if (size <= 0)
        return fail(
            ErrorCode::EvaluationFailed,
            "The chunk size of States.ArrayPartition must be a positive integer, but was: {}",
            shown(arguments[1]));
    TRY(charge(session, items.size()));
    const std::span<const Value> all = items.items();
    std::vector<Value> chunks;
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t count = std::min(all.size() - at, static_cast<std::size_t>(size));
        const std::span<const Value> chunk = all.subspan(at, count);
        chunks.push_back(Value::array({chunk.begin(), chunk.end()}));
        at += count;
    }
    return Value::array(std::move(chunks));
}

// Deep equality, numbers by value.
Result<Value> array_contains(Arguments arguments, Session& session)
{
    const Value& items =
        *TRY(array_argument(arguments[0], "The first argument of States.ArrayContains"));
    TRY(charge(session, items.size()));
    return Value(std::ranges::any_of(
        items.items(), [&](const Value& item) { return json::equivalent(item, arguments[1]); }));
}

// From the first to the second, which is included when a step lands on it.
Result<Value> array_range(Arguments arguments, Session& session)
{
    const std::int64_t first =
        TRY(integer_argument(arguments[0], "The first argument of States.ArrayRange"));
    const std::int64_t last =
        TRY(integer_argument(arguments[1], "The second argument of States.ArrayRange"));
    const std::int64_t step =
        TRY(integer_argument(arguments[2], "The third argument of States.ArrayRange"));
    if (step == 0)
        return fail(ErrorCode::EvaluationFailed, "The step of States.ArrayRange must not be zero");
    if (step > 0 ? first > last : first < last) return Value::array();
    // In unsigned arithmetic, since the distance of two int64 may not fit one.
    const auto low = static_cast<std::uint64_t>(step > 0 ? first : last);
    const auto high = static_cast<std::uint64_t>(step > 0 ? last : first);
    const std::uint64_t stride =
        step > 0 ? static_cast<std::uint64_t>(step) : 0 - static_cast<std::uint64_t>(step);
    const std::uint64_t steps = (high - low) / stride;
    if (steps >= array_range_items_max)
        return fail(ErrorCode::EvaluationFailed, "States.ArrayRange makes at most {} items, not {}",
                    array_range_items_max, steps == UINT64_MAX ? steps : steps + 1);
    TRY(charge(session, steps));
    std::vector<Value> items;
    items.reserve(steps + 1);
    for (std::uint64_t i = 0; i <= steps; ++i)
        items.emplace_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(first) +
                                                     i * static_cast<std::uint64_t>(step)));
    return Value::array(std::move(items));
}

Result<Value> array_get_item(Arguments arguments, Session&)
{
    const Value& items =
        *TRY(array_argument(arguments[0], "The first argument of States.ArrayGetItem"));
    const std::int64_t index =
        TRY(integer_argument(arguments[1], "The second argument of States.ArrayGetItem"));
    if (index < 0 || static_cast<std::uint64_t>(index) >= items.size())
        return fail(ErrorCode::EvaluationFailed,
                    "The index {} of States.ArrayGetItem is out of range for an array of length {}",
                    index, items.size());
    return *items.at(static_cast<std::size_t>(index));
}

Result<Value> array_length(Arguments arguments, Session&)
{
    const Value& items = *TRY(array_argument(arguments[0], "The argument of States.ArrayLength"));
    return Value(static_cast<std::uint64_t>(items.size()));
}

// The first of equal items stays where it is. Equality as of States.ArrayContains: the canonical
// text holds numbers by value, and members in one order.
Result<Value> array_unique(Arguments arguments, Session& session)
{
    const Value& items = *TRY(array_argument(arguments[0], "The argument of States.ArrayUnique"));
    TRY(charge(session, items.size()));
    std::unordered_set<std::string> seen;
    std::vector<Value> unique;
    for (const Value& item : items.items())
        if (seen.insert(json::write_canonical(item)).second) unique.push_back(item);
    return Value::array(std::move(unique));
}

}  // namespace weft::intrinsics
