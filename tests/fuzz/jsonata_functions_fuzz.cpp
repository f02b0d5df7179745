// Layers: jsonata
// Labels: new
// The first byte says which family of functions the lines behind it go to. Each ends in a value or
// a named fault, whatever its arguments' bytes are; what can be undone is undone.
#include "base/assert.h"
#include "encoding/utf8.h"
#include "jsonata/fault_table.h"
#include "jsonata/functions/case_mapping.h"
#include "jsonata/functions/date_picture.h"
#include "jsonata/functions/integer_picture.h"
#include "jsonata/functions/json_text.h"
#include "jsonata/functions/number_picture.h"
#include "jsonata/functions/numbers.h"
#include "jsonata/functions/pattern_text.h"
#include "jsonata/functions/text.h"
#include "jsonata/functions/url.h"
#include "jsonata/functions/wtf8.h"
#include "json/parse.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace weft;
using namespace weft::jsonata::functions;

namespace {

constexpr std::size_t bytes_max = 100'000;

template <class T> bool answered(const Outcome<T>& outcome)
{
    if (!outcome) WEFT_ASSERT(!jsonata::fault_message(outcome.error()).empty());
    return outcome.has_value();
}

class Lines {
public:
    explicit Lines(std::string_view text) : m_rest(text) {}
    std::string_view next()
    {
        const std::size_t end = m_rest.find('\n');
        const std::string_view line = m_rest.substr(0, end);
        m_rest.remove_prefix(end == std::string_view::npos ? m_rest.size() : end + 1);
        return line;
    }
    double number()
    {
        const auto value = to_number(json::Value(next()));
        return value && std::isfinite(*value) ? *value : 1;
    }

private:
    std::string_view m_rest;
};

void texts(Lines lines)
{
    const std::string_view text = lines.next();
    const std::string_view other = lines.next();
    const double number = lines.number();
    const double second = lines.number();
    const std::string_view part = substring(text, number, second);
    WEFT_ASSERT(part.size() <= text.size());
    WEFT_ASSERT(substring_before(text, other).size() <= text.size());
    WEFT_ASSERT(substring_after(text, other).size() <= text.size());
    WEFT_ASSERT(trim(text).size() <= text.size());
    answered(pad(text, number, other, bytes_max));
    if (answered(uppercase(text, bytes_max)))
        answered(lowercase(*uppercase(text, bytes_max), bytes_max));
    if (is_ascii(text)) WEFT_ASSERT(base64_decode(base64_encode(text)) == text);
    const auto encoded = encode_url_component(text, bytes_max);
    if (answered(encoded)) WEFT_ASSERT(*decode_url_component(*encoded) == text);
    answered(decode_url(text));
    WEFT_ASSERT(offset_of_character(text, count_characters(text)) == text.size());
    if (answered(replace(text, other, "", {}, bytes_max)) && !other.empty())
        WEFT_ASSERT(replace(text, other, other, {}, bytes_max).value().size() == text.size());
    answered(split(text, other, number));
}

void patterns(Lines lines)
{
    const std::string_view flags = lines.next();
    const auto regex = Regex::make(lines.next(), flags);
    if (!answered(regex)) return;
    StepMeter meter(2'000);
    RegexBuffers buffers;
    const RegexTools tools{buffers, meter};
    const std::string_view replacement = lines.next();
    const std::string_view text = lines.next();
    const auto found = match(text, **regex, {}, tools, bytes_max);
    if (answered(found)) WEFT_ASSERT(*contains(text, **regex, tools) == !found->empty());
    answered(replace(text, **regex, replacement, {}, tools, bytes_max));
    const auto kept = replace(text, **regex, "$0", {}, tools, bytes_max);
    if (answered(kept) && encoding::is_utf8(text)) WEFT_ASSERT(*kept == text);
    answered(split(text, **regex, {}, tools));
}

void pictures(Lines lines)
{
    const std::string_view picture = lines.next();
    const double number = lines.number();
    const std::string_view text = lines.next();
    const auto options = json::parse(lines.next());
    const auto numbers = NumberPicture::make(picture, options ? &*options : nullptr);
    if (answered(numbers)) WEFT_ASSERT(numbers->format(number).size() < bytes_max);
    const auto integers = IntegerPicture::make(picture);
    if (answered(integers)) {
        answered(integers->format(number, bytes_max));
        answered(integers->parse(text));
    }
    const auto dates = DatePicture::make(picture, DatePicture::Use::Parse);
    if (!answered(dates)) return;
    StepMeter meter(2'000);
    RegexBuffers buffers;
    const auto written = (*dates)->format(number, text, bytes_max);
    answered(written);
    const auto read =
        (*dates)->parse(written ? *written : std::string(text), 1e12, {buffers, meter});
    answered(read);
}

void numbers(Lines lines)
{
    const double number = lines.number();
    const double second = lines.number();
    WEFT_ASSERT(*to_number(json::Value(number_text(number))) == number ||
                number_text(number).find("e+") != std::string::npos);
    const double rounded = round_half_even(number, second);
    WEFT_ASSERT(std::isnan(rounded) || std::isinf(rounded) ||
                round_half_even(rounded, second) == rounded);
    answered(power(number, second));
    answered(square_root(number));
    answered(format_base(number, second));
    answered(parse_iso8601(lines.next()));
    answered(format_iso8601(number, {}));
    const auto value = json::parse(lines.next());
    if (!value) return;
    const auto compact = string_of(*value, Layout::Compact, bytes_max);
    if (answered(compact) && !value->is_string()) WEFT_ASSERT(json::parse(*compact).has_value());
    answered(string_of(*value, Layout::Pretty, bytes_max));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0 || size > 4'096) return 0;
    const Lines lines(std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
    switch (data[0] % 4) {
    case 0: texts(lines); break;
    case 1: patterns(lines); break;
    case 2: pictures(lines); break;
    default: numbers(lines); break;
    }
    return 0;
}
