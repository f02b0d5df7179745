#include "jsonata/functions/pattern_text.h"

#include "jsonata/functions/bytes.h"
#include "jsonata/functions/number_text.h"
#include "jsonata/functions/wtf8.h"
#include "json/build.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

namespace weft::jsonata::functions {

namespace {

using json::Value;

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

// A limit counts as met by the first integer that is not below it.
Outcome<std::size_t> count_limit(std::optional<double> limit, std::string_view code, int argument)
{
    if (!limit) return unlimited;
    if (*limit < 0) return fault(code, {{"value", number_value(*limit)}, {"index", argument}});
    const double count = std::ceil(*limit);
    return count >= 9e15 ? unlimited : static_cast<std::size_t>(count);
}

std::size_t find_from(std::string_view text, std::string_view part, std::size_t from)
{
    const void* found = memmem(text.data() + from, text.size() - from, part.data(), part.size());
    if (found == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// JavaScript's parseInt(…, 10) of a few characters.
std::optional<int> parse_integer(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) ++at;
    bool negative = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
    const std::size_t digits = at;
    int value = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - digits < 9; ++at)
        value = value * 10 + (text[at] - '0');
    if (at == digits) return std::nullopt;
    return negative ? -value : value;
}

std::size_t decimal_digits(std::size_t number)
{
    std::size_t digits = 1;
    for (; number >= 10; number /= 10) ++digits;
    return digits;
}

}  // namespace

Outcome<bool> contains(std::string_view text, const Regex& regex, RegexTools tools)
{
    return RegexScan(regex, text, tools.buffers, tools.meter).next();
}

Outcome<std::vector<Value>> match(std::string_view text, const Regex& regex,
                                  std::optional<double> limit, RegexTools tools,
                                  std::size_t bytes_max)
{
    const std::size_t count_max = TRY(count_limit(limit, "D3040", 3));
    std::vector<Value> found;
    if (count_max == 0) return found;
    static const json::String match_key("match");
    static const json::String index_key("index");
    static const json::String groups_key("groups");
    RegexScan scan(regex, text, tools.buffers, tools.meter);
    std::size_t bytes = 0;
    bool more = TRY(scan.next());
    while (more && found.size() < count_max) {
        json::ArrayBuilder groups(scan.groups());
        bytes += scan.match().size() + sizeof(json::Member) * 3;
        for (std::size_t i = 0; i < scan.groups(); ++i) {
            const auto group = scan.group(i);
            bytes += sizeof(Value) + (group ? group->size() : 0);
            groups.add(group ? Value(*group) : Value());
        }
        if (bytes > bytes_max) return too_long(bytes_max);
        json::ObjectBuilder object(3);
        object.add(match_key, scan.match());
        object.add(index_key, std::uint64_t{scan.start()});
        object.add(groups_key, std::move(groups).build());
        found.push_back(std::move(object).build());
        // Looked for even if it is not wanted: an empty match is a fault.
        more = TRY(scan.next());
    }
    return found;
}

Outcome<std::size_t> replace_limit(std::optional<double> limit)
{
    return count_limit(limit, "D3011", 4);
}

Outcome<std::string> replace(std::string_view text, std::string_view pattern,
                             std::string_view replacement, std::optional<double> limit,
                             std::size_t bytes_max)
{
    if (pattern.empty()) return fault("D3010", {{"value", pattern}, {"index", 2}});
    const std::size_t count_max = TRY(replace_limit(limit));
    std::string out;
    std::size_t position = 0;
    for (std::size_t count = 0; count < count_max; ++count) {
        const std::size_t at = find_from(text, pattern, position);
        if (at == std::string_view::npos) break;
        append_text(out, text.substr(position, at - position));
        append_text(out, replacement);
        position = at + pattern.size();
        if (out.size() > bytes_max) return too_long(bytes_max);
    }
    append_text(out, text.substr(position));
    if (out.size() > bytes_max) return too_long(bytes_max);
    return out;
}

void append_replacement(std::string& out, std::string_view replacement, std::string_view match,
                        std::span<const std::optional<std::string_view>> groups)
{
    const std::size_t digits_max = groups.empty() ? 1 : decimal_digits(groups.size());
    std::size_t position = 0;
    for (;;) {
        const std::size_t dollar = replacement.find('$', position);
        append_text(out, replacement.substr(position, dollar - position));
        if (dollar == std::string_view::npos) return;
        position = dollar + 1;
        const char next = position < replacement.size() ? replacement[position] : '\0';
        if (next == '$') {
            out += '$';
            ++position;
            continue;
        }
        if (next == '0') {
            append_text(out, match);
            ++position;
            continue;
        }
        // As many digits as the number of groups has, one less if that names no group.
        auto index = parse_integer(replacement.substr(position, digits_max));
        if (digits_max > 1 && index && *index > static_cast<int>(groups.size()))
            index = parse_integer(replacement.substr(position, digits_max - 1));
        if (!index) {
            out += '$';
            continue;
        }
        if (*index >= 1 && static_cast<std::size_t>(*index) <= groups.size())
            append_text(out, groups[static_cast<std::size_t>(*index) - 1].value_or(""));
        position = std::min(position + decimal_digits(static_cast<std::size_t>(std::abs(*index))) +
                                (*index < 0 ? 1 : 0),
                            replacement.size());
    }
}

Outcome<std::string> replace(std::string_view text, const Regex& regex,
                             std::string_view replacement, std::optional<double> limit,
                             RegexTools tools, std::size_t bytes_max)
{
    const std::size_t count_max = TRY(replace_limit(limit));
    if (count_max == 0) return std::string(text);
    const bool plain = replacement.find('$') == std::string_view::npos;
    RegexScan scan(regex, text, tools.buffers, tools.meter);
    std::string out;
    std::vector<std::optional<std::string_view>> groups(scan.groups());
    bool more = TRY(scan.next());
    for (std::size_t count = 0; more && count < count_max; ++count) {
        append_text(out, scan.between());
        if (plain) {
            append_text(out, replacement);
        } else {
            for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = scan.group(i);
            append_replacement(out, replacement, scan.match(), groups);
        }
        if (out.size() > bytes_max) return too_long(bytes_max);
        more = TRY(scan.next());
    }
    append_text(out, scan.rest());
    if (out.size() > bytes_max) return too_long(bytes_max);
    return out;
}

Outcome<std::vector<Value>> split(std::string_view text, std::string_view separator,
                                  std::optional<double> limit)
{
    std::size_t count_max = TRY(count_limit(limit, "D3020", 3));
    // ECMAScript, String.prototype.split: the limit is cut to 32 bits.
    if (limit && *limit > 0)
        count_max = static_cast<std::size_t>(std::fmod(std::trunc(*limit), 4294967296.0));
    std::vector<Value> pieces;
    if (separator.empty()) {
        const std::string units = has_pairs(text) ? split_pairs(text) : std::string(text);
        for (std::size_t at = 0; at < units.size() && pieces.size() < count_max;) {
            const std::size_t end = next_character(units, at);
            pieces.emplace_back(std::string_view(units).substr(at, end - at));
            at = end;
        }
        return pieces;
    }
    pieces.reserve(std::min<std::size_t>(count_max, 8));
    std::size_t position = 0;
    while (pieces.size() < count_max) {
        const std::size_t at = find_from(text, separator, position);
        pieces.emplace_back(text.substr(position, at - position));
        if (at == std::string_view::npos) break;
        position = at + separator.size();
    }
    return pieces;
}

Outcome<std::vector<Value>> split(std::string_view text, const Regex& separator,
                                  std::optional<double> limit, RegexTools tools)
{
    const std::size_t count_max = TRY(count_limit(limit, "D3020", 3));
    std::vector<Value> pieces;
    if (count_max == 0) return pieces;
    RegexScan scan(separator, text, tools.buffers, tools.meter);
    bool more = TRY(scan.next());
    while (more && pieces.size() < count_max) {
        pieces.emplace_back(scan.between());
        more = TRY(scan.next());
    }
    if (pieces.size() < count_max) pieces.emplace_back(scan.rest());
    return pieces;
}

}  // namespace weft::jsonata::functions
