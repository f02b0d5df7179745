#include "jsonata/builtin.h"

#include "jsonata/families.h"

#include <algorithm>
#include <array>

namespace weft::jsonata {

namespace {

using namespace builtin;

// Name, signature, function, arguments a higher-order function passes it at most.
constexpr std::array rows{
    Builtin{"abs", "<n-:n>", absolute, 1},
    Builtin{"append", "<xx:a>", append, 2},
    Builtin{"assert", "<bs?:x>", assertion, 2},
    Builtin{"average", "<a<n>:n>", average, 1},
    Builtin{"base64decode", "<s-:s>", base64_decode, 1},
    Builtin{"base64encode", "<s-:s>", base64_encode, 1},
    Builtin{"boolean", "<x-:b>", boolean, 1},
    Builtin{"ceil", "<n-:n>", ceiling, 1},
    Builtin{"clone", "<(oa)-:o>", clone, 1},
    Builtin{"contains", "<s-(sf):b>", contains, 2},
    Builtin{"count", "<a:n>", count, 1},
    Builtin{"decodeUrl", "<s-:s>", decode_url, 1},
    Builtin{"decodeUrlComponent", "<s-:s>", decode_url_component, 1},
    Builtin{"distinct", "<x:x>", distinct, 1},
    Builtin{"each", "<o-f:a>", each, 2},
    Builtin{"encodeUrl", "<s-:s>", encode_url, 1},
    Builtin{"encodeUrlComponent", "<s-:s>", encode_url_component, 1},
    Builtin{"error", "<s?:x>", error, 1},
    Builtin{"exists", "<x:b>", exists, 1},
    Builtin{"filter", "<af>", filter, 2},
    Builtin{"floor", "<n-:n>", floor, 1},
    Builtin{"formatBase", "<n-n?:s>", format_base, 2},
    Builtin{"formatInteger", "<n-s:s>", format_integer, 2},
    Builtin{"formatNumber", "<n-so?:s>", format_number, 3},
    Builtin{"fromMillis", "<n-s?s?:s>", from_millis, 3},
    Builtin{"hash", "<s-s?:s>", hash, 2, Availability::StatesOnly},
    Builtin{"join", "<a<s>s?:s>", join, 2},
    Builtin{"keys", "<x-:a<s>>", keys, 1},
    Builtin{"length", "<s-:n>", length, 1},
    Builtin{"lookup", "<x-s:x>", lookup, 2},
    Builtin{"lowercase", "<s-:s>", lowercase, 1},
    Builtin{"map", "<af>", map, 2},
    Builtin{"match", "<s-f<s:o>n?:a<o>>", match, 3},
    Builtin{"max", "<a<n>:n>", max, 1},
    Builtin{"merge", "<a<o>:o>", merge, 1},
    Builtin{"millis", "<:n>", millis, 0},
    Builtin{"min", "<a<n>:n>", min, 1},
    Builtin{"not", "<x-:b>", negation, 1},
    Builtin{"now", "<s?s?:s>", now, 2},
    Builtin{"number", "<(nsb)-:n>", number, 1},
    Builtin{"pad", "<s-ns?:s>", pad, 3},
    Builtin{"parse", "<s-:x>", parse, 1, Availability::StatesOnly},
    Builtin{"parseInteger", "<s-s:n>", parse_integer, 2},
    Builtin{"partition", "<an:a>", partition, 2, Availability::StatesOnly},
    Builtin{"power", "<n-n:n>", power, 2},
    Builtin{"random", "<:n>", random, 0, Availability::ReferenceOnly},
    Builtin{"random", "<n?:n>", random, 0, Availability::StatesOnly},
    Builtin{"range", "<nnn?:a<n>>", range, 3, Availability::StatesOnly},
    Builtin{"reduce", "<afj?:j>", reduce, 3},
    Builtin{"replace", "<s-(sf)(sf)n?:s>", replace, 4},
    Builtin{"reverse", "<a:a>", reverse, 1},
    Builtin{"round", "<n-n?:n>", round, 2},
    Builtin{"shuffle", "<a:a>", shuffle, 1},
    Builtin{"sift", "<o-f?:o>", sift, 2},
    Builtin{"single", "<af?>", single, 2},
    Builtin{"sort", "<af?:a>", sort, 2},
    Builtin{"split", "<s-(sf)n?:a<s>>", split, 3},
    Builtin{"spread", "<x-:a<o>>", spread, 1},
    Builtin{"sqrt", "<n-:n>", square_root, 1},
    Builtin{"string", "<x-b?:s>", string, 1},
    Builtin{"substring", "<s-nn?:s>", substring, 3},
    Builtin{"substringAfter", "<s-s:s>", substring_after, 2},
    Builtin{"substringBefore", "<s-s:s>", substring_before, 2},
    Builtin{"sum", "<a<n>:n>", sum, 1},
    Builtin{"toMillis", "<s-s?:n>", to_millis, 2},
    Builtin{"trim", "<s-:s>", trim, 1},
    Builtin{"type", "<x:s>", type, 1},
    Builtin{"uppercase", "<s-:s>", uppercase, 1},
    Builtin{"uuid", "<:s>", uuid, 0, Availability::StatesOnly},
    Builtin{"zip", "<a+>", zip, 0},
};
static_assert(std::ranges::is_sorted(rows, {}, &Builtin::name), "the table is searched by name");

// Where the names with each first letter begin.
constexpr auto first_rows = [] {
    std::array<std::uint8_t, 27> first{};
    for (std::size_t letter = 0; letter < first.size(); ++letter)
        for (const Builtin& row : rows)
            if (row.name[0] < static_cast<char>('a' + letter)) ++first[letter];
    return first;
}();

const std::array<Signature, rows.size()>& signatures()
{
    static const auto parsed = [] {
        std::array<Signature, rows.size()> all;
        for (std::size_t i = 0; i < rows.size(); ++i) all[i] = *Signature::parse(rows[i].signature);
        return all;
    }();
    return parsed;
}

}  // namespace

std::span<const Builtin> builtins()
{
    return rows;
}

const Builtin* find_builtin(std::string_view name, Dialect dialect)
{
    const Availability other =
        dialect == Dialect::States ? Availability::ReferenceOnly : Availability::StatesOnly;
    if (name.empty() || name[0] < 'a' || name[0] > 'z') return nullptr;
    const auto letter = static_cast<std::size_t>(name[0] - 'a');
    for (std::size_t row = first_rows[letter]; row < first_rows[letter + 1]; ++row)
        if (rows[row].name == name && rows[row].availability != other) return &rows[row];
    return nullptr;
}

const Signature& signature_of(const Builtin& builtin)
{
    return signatures()[static_cast<std::size_t>(&builtin - rows.data())];
}

}  // namespace weft::jsonata
