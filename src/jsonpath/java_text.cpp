#include "jsonpath/java_text.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

namespace weft::jsonpath {

namespace {

// Java, Double.toString: plain from 10^-3 up to 10^7, else one digit before the point and an
// exponent; always at least one digit after the point; the fewest digits that tell the number
// apart.
void append_double(std::string& out, double number)
{
    if (number == 0) {
        out += std::signbit(number) ? "-0.0" : "0.0";
        return;
    }
    std::string shortest = fmt::format("{}", std::fabs(number));
    const double magnitude = std::fabs(number);
    if (number < 0) out += '-';
    if (magnitude >= 1e-3 && magnitude < 1e7) {
        if (shortest.find_first_of(".e") == std::string::npos) shortest += ".0";
        out += shortest;
        return;
    }
    // Collect the digits of the shortest form, then place point and exponent anew.
    std::string mantissa;
    int exponent = 0;
    const std::size_t e = shortest.find('e');
    const std::string_view body = std::string_view(shortest).substr(0, e);
    if (e != std::string::npos) exponent = std::stoi(shortest.substr(e + 1));
    std::size_t point = body.find('.');
    if (point == std::string_view::npos) point = body.size();
    for (const char c : body)
        if (c != '.') mantissa += c;
    exponent += static_cast<int>(point) - 1;
    const std::size_t first = mantissa.find_first_not_of('0');
    mantissa.erase(0, first);
    exponent -= static_cast<int>(first);
    const std::size_t last = mantissa.find_last_not_of('0');
    mantissa.erase(last + 1);
    fmt::format_to(std::back_inserter(out), "{}.{}E{}", mantissa.substr(0, 1),
                   mantissa.size() > 1 ? mantissa.substr(1) : "0", exponent);
}

}  // namespace

void append_java_text(std::string& out, const json::Value& value)
{
    switch (value.kind()) {
    case json::Kind::Null: out += "null"; break;
    case json::Kind::Bool: out += value.as_bool() ? "true" : "false"; break;
    case json::Kind::Int: {
        const fmt::format_int text(value.as_int());
        out.append(text.data(), text.size());
        break;
    }
    case json::Kind::UInt: {
        const fmt::format_int text(value.as_uint());
        out.append(text.data(), text.size());
        break;
    }
    case json::Kind::Double: append_double(out, value.as_double()); break;
    case json::Kind::BigNumber: out += value.number_text(); break;
    case json::Kind::String: out += value.as_string(); break;
    case json::Kind::Array: {
        out += '[';
        bool first = true;
        for (const json::Value& item : value.items()) {
            if (!std::exchange(first, false)) out += ", ";
            append_java_text(out, item);
        }
        out += ']';
        break;
    }
    case json::Kind::Object: {
        out += '{';
        bool first = true;
        for (const json::Member& member : value.members()) {
            if (!std::exchange(first, false)) out += ", ";
            out += member.key.view();
            out += '=';
            append_java_text(out, member.value);
        }
        out += '}';
        break;
    }
    }
}

std::string java_text(const json::Value& value)
{
    std::string out;
    append_java_text(out, value);
    return out;
}

std::string_view java_class(const json::Value& value)
{
    switch (value.kind()) {
    case json::Kind::Null: return "null";
    case json::Kind::Bool: return "java.lang.Boolean";
    case json::Kind::Int: {
        const std::int64_t number = value.as_int();
        const bool small = number >= std::numeric_limits<std::int32_t>::min() &&
                           number <= std::numeric_limits<std::int32_t>::max();
        return small ? "java.lang.Integer" : "java.lang.Long";
    }
    case json::Kind::UInt: return "java.math.BigInteger";
    case json::Kind::Double: return "java.lang.Double";
    case json::Kind::BigNumber:
        return value.number_text().find_first_of(".eE") == std::string_view::npos
                   ? "java.math.BigInteger"
                   : "java.lang.Double";
    case json::Kind::String: return "java.lang.String";
    case json::Kind::Array: return "java.util.ArrayList";
    case json::Kind::Object: return "java.util.LinkedHashMap";
    }
    return "java.lang.Object";
}

}  // namespace weft::jsonpath
