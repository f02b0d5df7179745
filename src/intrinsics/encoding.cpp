#include "encoding/base64.h"
#include "encoding/utf8.h"
#include "intrinsics/arguments.h"
#include "intrinsics/families.h"

#include <optional>
#include <string>

namespace weft::intrinsics {

using json::Value;

namespace {

// What is not UTF-8 becomes U+FFFD, as Java makes text of bytes.
std::string as_text(std::string bytes)
{
    if (encoding::is_utf8(bytes)) return bytes;
    std::string text;
    std::string_view rest = bytes;
    while (!rest.empty()) {
        encoding::Utf8Reader reader(rest);
        while (!reader.done() && reader.next()) continue;
        text += rest.substr(0, reader.position());
        rest.remove_prefix(reader.position());
        if (rest.empty()) break;
        encoding::append_utf8(text, 0xfffd);
        rest.remove_prefix(1);
    }
    return text;
}

}  // namespace

Result<Value> base64_encode(Arguments arguments, Session&)
{
    const std::string_view text =
        TRY(short_string_argument(arguments[0], "The argument of States.Base64Encode"));
    return Value(encoding::to_base64(text));
}

Result<Value> base64_decode(Arguments arguments, Session&)
{
    const std::string_view text =
        TRY(short_string_argument(arguments[0], "The argument of States.Base64Decode"));
    std::optional<std::string> bytes = encoding::from_base64_mime(text);
    if (!bytes)
        return fail(ErrorCode::EvaluationFailed,
                    "The argument of States.Base64Decode is not valid Base64: {}",
                    shown(arguments[0]));
    return Value(as_text(*std::move(bytes)));
}

}  // namespace weft::intrinsics
