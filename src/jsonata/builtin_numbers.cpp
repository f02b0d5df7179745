// JSONata, Numeric functions: https://docs.jsonata.org/numeric-functions
// and Aggregation functions: https://docs.jsonata.org/aggregation-functions

#include "jsonata/adapter.h"
#include "jsonata/families.h"

#include "base/java_random.h"

#include "jsonata/functions/integer_picture.h"
#include "jsonata/functions/number_picture.h"
#include "jsonata/functions/numbers.h"

#include <algorithm>
#include <cmath>

namespace weft::jsonata::builtin {

namespace {

// Folds an array of numbers from the left; the signature has seen to what is in it.
template <class F> double fold(const ArrayView& items, double start, F&& add)
{
    double result = start;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const json::Value* value = items.json(i);
        result =
            add(result, value != nullptr ? Item::reference(value).number() : items.at(i).number());
    }
    return result;
}

double add(double left, double right)
{
    return left + right;
}

template <class F> Item of_number(const Call& call, F&& compute)
{
    return call.has(0) ? Item(compute(call[0].number())) : Item();
}

template <class F> Item extreme(const Call& call, double start, F&& pick)
{
    const ArrayView items(call[0]);
    if (items.size() == 0 || !call.evaluator.spend(items.size() / 8)) return {};
    return Item(fold(items, start, pick));
}

std::optional<double> optional_number(const Item& item)
{
    return item.is_undefined() ? std::nullopt : std::optional(item.number());
}

}  // namespace

Item sum(const Call& call)
{
    if (!call.has(0)) return {};
    const ArrayView items(call[0]);
    if (!call.evaluator.spend(items.size() / 8)) return Item(Item::Tag::Failed);
    return Item(fold(items, 0, add));
}

Item average(const Call& call)
{
    const ArrayView items(call[0]);
    if (items.size() == 0) return {};
    if (!call.evaluator.spend(items.size() / 8)) return Item(Item::Tag::Failed);
    return Item(fold(items, 0, add) / static_cast<double>(items.size()));
}

Item max(const Call& call)
{
    return extreme(call, -HUGE_VAL, [](double a, double b) { return std::max(a, b); });
}

Item min(const Call& call)
{
    return extreme(call, HUGE_VAL, [](double a, double b) { return std::min(a, b); });
}

Item absolute(const Call& call)
{
    return of_number(call, [](double x) { return std::fabs(x); });
}

Item floor(const Call& call)
{
    return of_number(call, [](double x) { return std::floor(x); });
}

Item ceiling(const Call& call)
{
    return of_number(call, [](double x) { return std::ceil(x); });
}

Item round(const Call& call)
{
    if (!call.has(0)) return {};
    return Item(functions::round_half_even(call[0].number(), optional_number(call[1]).value_or(0)));
}

Item power(const Call& call)
{
    if (!call.has(0)) return {};
    return number_item(call.evaluator,
                       functions::power(call[0].number(), optional_number(call[1]).value_or(NAN)));
}

Item square_root(const Call& call)
{
    if (!call.has(0)) return {};
    return number_item(call.evaluator, functions::square_root(call[0].number()));
}

Item number(const Call& call)
{
    if (!call.has(0) || call[0].is_number()) return call[0];
    return number_item(call.evaluator, functions::to_number(*call[0].json()));
}

// With a seed, an integer (the States Language): always the same number for the same seed.
Item random(const Call& call)
{
    if (!call.has(0)) return Item(call.evaluator.entropy().unit());
    // Java: what is no number is zero.
    const double given = std::isnan(call[0].number()) ? 0 : std::trunc(call[0].number());
    const double seed = std::clamp(given, -0x1p62, 0x1p62);
    return Item(JavaRandom(static_cast<std::int64_t>(seed)).unit());
}

Item format_base(const Call& call)
{
    if (!call.has(0)) return {};
    return text_item(call.evaluator, functions::format_base(call[0].number(),
                                                            optional_number(call[1]).value_or(10)));
}

Item format_number(const Call& call)
{
    if (!call.has(0)) return {};
    json::Value options;
    if (call.has(2) && !call.evaluator.to_json(call[2], options, Evaluator::Form::Outcome))
        return Item(Item::Tag::Failed);
    const auto picture = functions::NumberPicture::make(
        call.has(1) ? call[1].text() : std::string_view(), call.has(2) ? &options : nullptr);
    if (!picture) return call.evaluator.fail(picture.error());
    return text_item(picture->format(call[0].number()));
}

Item format_integer(const Call& call)
{
    if (!call.has(0)) return {};
    const auto picture =
        functions::IntegerPicture::make(call.has(1) ? call[1].text() : std::string_view());
    if (!picture) return call.evaluator.fail(picture.error());
    return text_item(call.evaluator,
                     picture->format(call[0].number(), call.evaluator.bytes_left()));
}

Item parse_integer(const Call& call)
{
    if (!call.has(0)) return {};
    const auto picture =
        functions::IntegerPicture::make(call.has(1) ? call[1].text() : std::string_view());
    if (!picture) return call.evaluator.fail(picture.error());
    return number_item(call.evaluator, picture->parse(call[0].text()));
}

}  // namespace weft::jsonata::builtin
