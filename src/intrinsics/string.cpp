#include "intrinsics/arguments.h"
#include "intrinsics/families.h"

#include <algorithm>
#include <vector>

namespace weft::intrinsics {

using json::Value;

namespace {

std::size_t character_bytes(char lead)
{
    const auto byte = static_cast<unsigned char>(lead);
    if (byte < 0xc0) return 1;
    if (byte < 0xe0) return 2;
    return byte < 0xf0 ? 3 : 4;
}

}  // namespace

// AWS: every character of the second text separates, and empty parts are dropped (recorded: ",,,,"
// gives []).
Result<Value> string_split(Arguments arguments, Session& session)
{
    const std::string_view text =
        TRY(string_argument(arguments[0], "The first argument of States.StringSplit"));
    const std::string_view separators =
        TRY(string_argument(arguments[1], "The second argument of States.StringSplit"));
    TRY(charge(session, text.size() / 64 + separators.size() / 64 * (text.size() / 64)));
    std::vector<Value> parts;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bytes = std::min(character_bytes(text[at]), text.size() - at);
        if (separators.find(text.substr(at, bytes)) != std::string_view::npos) {
            if (at > begin) parts.emplace_back(text.substr(begin, at - begin));
            begin = at + bytes;
        }
        at += bytes;
    }
    if (begin < text.size()) parts.emplace_back(text.substr(begin));
    return Value::array(std::move(parts));
}

}  // namespace weft::intrinsics
