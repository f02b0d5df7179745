#include "intrinsics/table.h"

#include "intrinsics/families.h"

#include <algorithm>
#include <array>

namespace weft::intrinsics {

namespace {

// ASL, Appendix B: https://states-language.net/spec.html#appendix-b
constexpr std::array table = {
    Intrinsic{"States.Array", 0, any_number, array, "An array of its arguments.",
              "States.Array('a', 1, null)", R"(["a",1,null])"},
    Intrinsic{"States.ArrayContains", 2, 2, array_contains, "Whether an array holds a value.",
              "States.ArrayContains(States.Array(1, 2), 2)", "true"},
    Intrinsic{"States.ArrayGetItem", 2, 2, array_get_item,
              "The item of an array at an index, from zero.",
              "States.ArrayGetItem(States.Array('a', 'b'), 1)", R"("b")"},
    Intrinsic{"States.ArrayLength", 1, 1, array_length, "How many items an array has.",
              "States.ArrayLength(States.Array(1, 2))", "2"},
    Intrinsic{"States.ArrayPartition", 2, 2, array_partition,
              "An array cut into arrays of at most so many items.",
              "States.ArrayPartition(States.Array(1, 2, 3), 2)", "[[1,2],[3]]"},
    Intrinsic{"States.ArrayRange", 3, 3, array_range,
              "The integers from a first to a last one by a step.", "States.ArrayRange(1, 9, 4)",
              "[1,5,9]"},
    Intrinsic{"States.ArrayUnique", 1, 1, array_unique,
              "An array without repetitions, in its order.",
              "States.ArrayUnique(States.Array(2, 1, 2))", "[2,1]"},
    Intrinsic{"States.Base64Decode", 1, 1, base64_decode, "The text that a MIME Base64 text holds.",
              "States.Base64Decode('V2VmdA==')", R"("Weft")"},
    Intrinsic{"States.Base64Encode", 1, 1, base64_encode, "A text in MIME Base64.",
              "States.Base64Encode('Weft')", R"("V2VmdA==")"},
    Intrinsic{"States.Format", 1, any_number, format,
              "A text with each {} replaced by the next argument.",
              "States.Format('{} of {}', 1, 'two')", R"("1 of two")"},
    Intrinsic{"States.Hash", 2, 2, hash,
              "The hash of a text: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.",
              "States.Hash('Weft', 'SHA-1')", R"("789105aa3a227818ed9b06d0689d308e1e93c493")"},
    Intrinsic{
        "States.JsonMerge", 3, 3, json_merge, "Two objects as one, the second's members winning.",
        R"(States.JsonMerge(States.StringToJson('{"a":1}'), States.StringToJson('{"a":2,"b":3}'), false))",
        R"({"a":2,"b":3})"},
    Intrinsic{"States.JsonToString", 1, 1, json_to_string, "A value as JSON text.",
              "States.JsonToString(States.Array(1, 'a'))", R"("[1,\"a\"]")"},
    Intrinsic{"States.MathAdd", 2, 2, math_add, "The sum of two numbers, each rounded first.",
              "States.MathAdd(1.5, -3)", "-1"},
    Intrinsic{"States.MathRandom", 2, 3, math_random,
              "A random integer from a first up to, but not, a last one.",
              "States.MathRandom(1, 10)", ""},
    Intrinsic{"States.StringSplit", 2, 2, string_split,
              "A text cut at each of the second text's characters.",
              "States.StringSplit('a.b+c', '.+')", R"(["a","b","c"])"},
    Intrinsic{"States.StringToJson", 1, 1, string_to_json, "The value that a JSON text holds.",
              "States.StringToJson('[1, 2]')", "[1,2]"},
    Intrinsic{"States.UUID", 0, 0, uuid, "A random UUID, version 4.", "States.UUID()", ""},
};
static_assert(std::ranges::is_sorted(table, {}, &Intrinsic::name), "the table is searched by name");

}  // namespace

std::span<const Intrinsic> intrinsics()
{
    return table;
}

const Intrinsic* find_intrinsic(std::string_view name)
{
    const auto row = std::ranges::lower_bound(table, name, {}, &Intrinsic::name);
    return row != table.end() && row->name == name ? &*row : nullptr;
}

}  // namespace weft::intrinsics
