#include "jsonata/functions/date_picture.h"

#include "jsonata/functions/bytes.h"
#include "jsonata/functions/date_regex.h"
#include "jsonata/functions/wtf8.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace weft::jsonata::functions {

namespace {

constexpr std::string_view numeric_components = "YMDdFWwXxHhmsf";

// F&O 9.8.4.1, table of defaults; null for a letter that is no component.
const char* default_presentation(char component)
{
    switch (component) {
    case 'F':
    case 'P':
    case 'C':
    case 'E': return "n";
    case 'm':
    case 's': return "01";
    case 'Z':
    case 'z': return "01:01";
    default:
        return component != 0 && numeric_components.find(component) != std::string_view::npos
                   ? "1"
                   : nullptr;
    }
}

// White space within brackets is passed over.
std::string without_blanks(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t c = take_character(text, at);
        const bool blank = c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || c == 0x1680 ||
                           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
                           c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
        if (!blank) out += text.substr(begin, at - begin);
    }
    return out;
}

std::optional<std::size_t> width_of(std::string_view text)
{
    std::size_t width = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), width);
    if (read.ec != std::errc()) return std::nullopt;  // "*" among others
    return width;
}

void add_text(std::vector<DateMarker>& markers, std::string_view text)
{
    if (text.empty()) return;
    DateMarker& marker = markers.emplace_back();
    for (std::size_t at = 0; at < text.size(); ++at) {
        marker.text += text[at];
        if (text.substr(at).starts_with("]]")) ++at;
    }
}

// F&O 9.8.4.1: [component, presentation, second modifier, ",width" or ",min-max"].
Outcome<DateMarker> read_marker(std::string_view bracket, DateMarker* previous)
{
    const std::string content = without_blanks(bracket);
    const std::string_view text = content;
    DateMarker marker;
    std::size_t name_size = text.empty() ? 0 : next_character(text, 0);
    const std::string_view name = text.substr(0, name_size);
    const char component = name.size() == 1 ? name[0] : '\0';
    const char* presentation_default = default_presentation(component);
    if (presentation_default == nullptr) return fault("D3132", {{"value", name}});
    marker.component = component;

    const std::size_t comma = text.rfind(',');
    std::optional<std::size_t> width_min;
    if (comma != std::string_view::npos && comma > 0) {
        const std::string_view width = text.substr(comma + 1);
        const std::size_t dash = width.find('-');
        width_min = width_of(width.substr(0, dash));
        if (dash != std::string_view::npos) marker.width_max = width_of(width.substr(dash + 1));
    }
    std::string presentation(text.substr(
        name_size, comma == std::string_view::npos ? std::string_view::npos : comma - name_size));
    char modifier = '\0';
    if (presentation.empty()) {
        presentation = presentation_default;
    } else if (count_utf16_units(presentation) > 1 &&
               std::string_view("atco").find(presentation.back()) != std::string_view::npos) {
        modifier = presentation.back();
        presentation.pop_back();
    }
    marker.z_for_utc = modifier == 't';

    const bool is_zone = component == 'Z' || component == 'z';
    const bool is_number = numeric_components.find(component) != std::string_view::npos;
    if (presentation.starts_with('n')) {
        marker.names = DateMarker::Names::Lower;
    } else if (presentation.starts_with("Nn")) {
        marker.names = DateMarker::Names::Title;
    } else if (presentation.starts_with('N')) {
        marker.names = DateMarker::Names::Upper;
    } else if (is_number) {
        std::string pattern = presentation;
        if (modifier != '\0') {
            pattern += ';';
            pattern += modifier;
        }
        IntegerPicture& integer = marker.integer.emplace(TRY(IntegerPicture::make(pattern)));
        const bool decimal = integer.form == IntegerPicture::Form::Decimal;
        if (decimal && width_min) integer.digits_min = std::max(integer.digits_min, *width_min);
        if (component == 'Y') {
            const std::size_t digits = integer.digits_min + integer.digits_optional;
            if (marker.width_max) {
                marker.year_digits = marker.width_max;
                integer.digits_min = *marker.width_max;
            } else if (decimal && digits >= 2) {
                marker.year_digits = digits;
            }
        }
        if (previous != nullptr && previous->integer && previous->component != 0)
            previous->parse_digits = previous->integer->digits_min;
    }
    if (is_zone) marker.integer = TRY(IntegerPicture::make(presentation));
    return marker;
}

}  // namespace

Outcome<std::shared_ptr<const DatePicture>> DatePicture::make(std::string_view text, Use use)
{
    if (text.size() > picture_bytes_max) return too_long(picture_bytes_max);
    auto picture = std::make_shared<DatePicture>();
    std::vector<DateMarker>& markers = picture->m_markers;
    std::size_t begin = 0;
    for (std::size_t at = text.find('['); at != std::string_view::npos;
         at = text.find('[', begin)) {
        add_text(markers, text.substr(begin, at - begin));
        if (text.substr(at).starts_with("[[")) {
            markers.emplace_back().text = "[";
            begin = at + 2;
            continue;
        }
        const std::size_t close = text.find(']', at);
        if (close == std::string_view::npos) return fault("D3135");
        DateMarker* previous = markers.empty() ? nullptr : &markers.back();
        markers.push_back(TRY(read_marker(text.substr(at + 1, close - at - 1), previous)));
        begin = close + 1;
    }
    add_text(markers, text.substr(begin));
    if (use == Use::Parse) picture->m_regex = TRY(date_regex(markers));
    return std::shared_ptr<const DatePicture>(std::move(picture));
}

}  // namespace weft::jsonata::functions
