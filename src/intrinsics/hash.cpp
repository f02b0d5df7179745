#include "encoding/hash.h"

#include "intrinsics/arguments.h"
#include "intrinsics/families.h"

#include <optional>
#include <string>

namespace weft::intrinsics {

using json::Value;

// Lower-case hexadecimal of the text's UTF-8 bytes.
Result<Value> hash(Arguments arguments, Session&)
{
    const std::string_view text =
        TRY(short_string_argument(arguments[0], "The first argument of States.Hash"));
    const std::string_view algorithm =
        TRY(string_argument(arguments[1], "The second argument of States.Hash"));
    const std::optional<std::string> digest = encoding::digest_hex(algorithm, text);
    if (!digest)
        return fail(ErrorCode::EvaluationFailed,
                    "The second argument of States.Hash must be MD5, SHA-1, SHA-256, SHA-384 or "
                    "SHA-512, but was: {}",
                    shown(arguments[1]));
    return Value(*digest);
}

}  // namespace weft::intrinsics
