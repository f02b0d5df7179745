#include "intrinsics/arguments.h"

#include "base/limits.h"
#include "encoding/utf8.h"
#include "json/write.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace weft::intrinsics {

namespace {

constexpr std::size_t shown_bytes_max = 60;

tl::unexpected<Error> wrong_kind(std::string_view what, std::string_view kind,
                                 const json::Value& value)
{
    return fail(ErrorCode::EvaluationFailed, "{} must be {}, but was: {}", what, kind,
                shown(value));
}

}  // namespace

std::string shown(const json::Value& value)
{
    if (value.written_size(shown_bytes_max) <= shown_bytes_max) return json::write(value);
    if (value.is_array()) return fmt::format("an array of {} items", value.size());
    if (value.is_object()) return fmt::format("an object of {} members", value.size());
    if (!value.is_string()) return json::write(value).substr(0, shown_bytes_max) + "...";
    std::string_view text = value.as_string().substr(0, shown_bytes_max);
    // Not in the middle of a character.
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U)
        text.remove_suffix(1);
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0U) text.remove_suffix(1);
    return json::write(json::Value(text)) + "...";
}

Result<const json::Value*> array_argument(const json::Value& value, std::string_view what)
{
    if (!value.is_array()) return wrong_kind(what, "an array", value);
    return &value;
}

Result<const json::Value*> object_argument(const json::Value& value, std::string_view what)
{
    if (!value.is_object()) return wrong_kind(what, "a JSON object", value);
    return &value;
}

Result<std::string_view> string_argument(const json::Value& value, std::string_view what)
{
    if (!value.is_string()) return wrong_kind(what, "a string", value);
    return value.as_string();
}

Result<std::int64_t> integer_argument(const json::Value& value, std::string_view what)
{
    if (value.kind() == json::Kind::Int) return value.as_int();
    if (!value.is_number()) return wrong_kind(what, "a number", value);
    const double number = value.as_double();
    // Java, Math.round: floor(x + 1/2), without the error that the addition itself would bring.
    const double below = std::floor(number);
    const double rounded = number - below >= 0.5 ? below + 1 : below;
    if (!(rounded >= -0x1p63 && rounded < 0x1p63))
        return wrong_kind(what, "an integer of at most 64 bits", value);
    return static_cast<std::int64_t>(rounded);
}

Result<std::string_view> short_string_argument(const json::Value& value, std::string_view what)
{
    const std::string_view text = TRY(string_argument(value, what));
    if (text.size() <= intrinsic_text_characters_max) return text;
    const std::size_t units = encoding::utf16_length(text);
    if (units > intrinsic_text_characters_max)
        return fail(ErrorCode::EvaluationFailed, "{} must have at most {} characters, but has {}",
                    what, intrinsic_text_characters_max, units);
    return text;
}

Result<void> charge(Session& session, std::size_t steps)
{
    while (steps > 0) {
        const std::size_t part =
            std::min<std::size_t>(steps, std::numeric_limits<std::uint32_t>::max());
        if (!session.meter.step(static_cast<std::uint32_t>(part)))
            return fail(ErrorCode::OutOfFuel, "an intrinsic function ran out of steps");
        steps -= part;
    }
    return {};
}

}  // namespace weft::intrinsics
