// What the States Language adds to JSONata's functions.
// AWS: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html

#include "jsonata/adapter.h"
#include "jsonata/families.h"

#include "base/limits.h"
#include "encoding/hash.h"
#include "encoding/uuid.h"
#include "json/parse.h"

#include <algorithm>
#include <cmath>

namespace weft::jsonata::builtin {

// Chunks of the given size; the last may be shorter. AWS: chunks of nothing are nothing.
Item partition(const Call& call)
{
    if (!call.has(0) || !call.has(1)) return {};
    Evaluator& evaluator = call.evaluator;
    const double size = std::trunc(call[1].number());
    if (size == 0) return {};
    if (!(size >= 1)) return fail_argument(evaluator, "U1101", call[1], 2);
    const ArrayView items(call[0]);
    if (!evaluator.spend(items.size()) || !evaluator.can_hold(items.size() * sizeof(Item)))
        return Item(Item::Tag::Failed);
    const std::size_t step = size < static_cast<double>(items.size())
                                 ? static_cast<std::size_t>(size)
                                 : std::max<std::size_t>(items.size(), 1);
    List* out = List::make(true);
    Item result = Item::own(out);
    for (std::size_t at = 0; at < items.size(); at += step) {
        List* chunk = List::make();
        Item held = Item::own(chunk);
        const std::size_t end = std::min(items.size(), at + step);
        chunk->reserve(end - at);
        for (std::size_t i = at; i < end; ++i) chunk->push(items.at(i));
        out->push(std::move(held));
    }
    return result;
}

// From the first to the second, which is included when a step lands on it. A sequence: a range of
// one number is that number (recorded: $range(1, 9, 9) is 1). AWS: whole numbers, towards zero, and
// nothing without a step.
Item range(const Call& call)
{
    if (!call.has(0) || !call.has(1) || !call.has(2)) return {};
    Evaluator& evaluator = call.evaluator;
    const double first = std::trunc(call[0].number());
    const double last = std::trunc(call[1].number());
    const double step = std::trunc(call[2].number());
    if (step == 0 || !std::isfinite(step)) return fail_argument(evaluator, "U1102", call[2], 3);
    const double count = std::floor((last - first) / step) + 1;
    if (!(count >= 1)) return {};
    if (count > static_cast<double>(evaluator.environment().limits.items_max))
        return evaluator.fail("D2014", Item(count));
    if (step == 1) return Item::own(List::range(first, static_cast<std::size_t>(count)));
    const auto size = static_cast<std::size_t>(count);
    if (!evaluator.spend(size) || !evaluator.can_hold(size * sizeof(Item)))
        return Item(Item::Tag::Failed);
    List* out = List::make(true);
    Item result = Item::own(out);
    out->reserve(size);
    for (std::size_t i = 0; i < size; ++i) out->push(Item(first + static_cast<double>(i) * step));
    return result;
}

// Lower-case hexadecimal, by an algorithm of States.Hash. AWS: nothing without one.
Item hash(const Call& call)
{
    if (!call.has(0) || !call.has(1)) return {};
    const auto digest = encoding::digest_hex(call[1].text(), call[0].text());
    if (!digest) return fail_argument(call.evaluator, "U1103", call[1], 2);
    if (!call.evaluator.spend(call[0].text().size() / 64)) return Item(Item::Tag::Failed);
    return text_item(*digest);
}

Item uuid(const Call& call)
{
    return text_item(encoding::uuid_v4(call.evaluator.entropy()));
}

Item parse(const Call& call)
{
    if (!call.has(0)) return {};
    const std::string_view text = call[0].text();
    if (!call.evaluator.spend(text.size() / 64) || !call.evaluator.can_hold(text.size() * 2))
        return Item(Item::Tag::Failed);
    Result<json::Value> value = json::parse(text);
    if (!value) return call.evaluator.fail("U1104", call[0]);
    return std::move(*value);
}

}  // namespace weft::jsonata::builtin
