// JSONata, Date/Time functions: https://docs.jsonata.org/date-time-functions

#include "jsonata/adapter.h"
#include "jsonata/families.h"

#include "jsonata/functions/date_picture.h"

namespace weft::jsonata::builtin {

namespace {

double now_millis(const Call& call)
{
    return static_cast<double>(call.evaluator.environment().now.time_since_epoch().count());
}

Item format(const Call& call, double milliseconds, const Item& picture, const Item& zone)
{
    const std::optional<std::string_view> offset =
        zone.is_undefined() ? std::nullopt : std::optional(zone.text());
    if (picture.is_undefined())
        return text_item(call.evaluator, functions::format_iso8601(milliseconds, offset));
    const auto made =
        functions::DatePicture::make(picture.text(), functions::DatePicture::Use::Format);
    if (!made) return call.evaluator.fail(made.error());
    return text_item(call.evaluator,
                     (*made)->format(milliseconds, offset, call.evaluator.bytes_left()));
}

}  // namespace

// The moment at which the evaluation began, whenever it is asked.
Item millis(const Call& call)
{
    return Item(now_millis(call));
}

Item now(const Call& call)
{
    return format(call, now_millis(call), call[0], call[1]);
}

Item from_millis(const Call& call)
{
    return call.has(0) ? format(call, call[0].number(), call[1], call[2]) : Item();
}

Item to_millis(const Call& call)
{
    if (!call.has(0)) return {};
    Evaluator& evaluator = call.evaluator;
    if (!call.has(1)) return number_item(evaluator, functions::parse_iso8601(call[0].text()));
    const auto made =
        functions::DatePicture::make(call[1].text(), functions::DatePicture::Use::Parse);
    if (!made) return evaluator.fail(made.error());
    functions::RegexBuffers buffers;
    const auto parsed =
        (*made)->parse(call[0].text(), now_millis(call), {buffers, evaluator.meter()});
    if (!parsed) return evaluator.fail(parsed.error());
    return *parsed ? Item(**parsed) : Item();
}

}  // namespace weft::jsonata::builtin
