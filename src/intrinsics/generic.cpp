#include "encoding/uuid.h"
#include "intrinsics/arguments.h"
#include "intrinsics/families.h"
#include "jsonpath/java_text.h"

#include <string>

namespace weft::intrinsics {

using json::Value;

// Each {} of the template takes the next argument. Only in a template written in the expression
// does a backslash escape; one that a path brought is data. AWS: objects and arrays are allowed,
// against the specification, and look as Java shows them (recorded).
Result<Value> format(Arguments arguments, Session& session)
{
    const std::string_view pattern =
        TRY(string_argument(arguments[0], "The first argument of States.Format"));
    std::string text;
    text.reserve(pattern.size() + 32);
    std::size_t next = 1;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        const char following = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
        if (c == '\\' && session.escaped_template) {
            text += following;
            ++at;
        } else if (c == '{' && following == '}') {
            if (next < arguments.size()) jsonpath::append_java_text(text, arguments[next]);
            ++next;
            ++at;
        } else {
            text += c;
        }
    }
    if (next != arguments.size())
        return fail(ErrorCode::EvaluationFailed,
                    "The template of States.Format has {} placeholders, but {} arguments were "
                    "given for them",
                    next - 1, arguments.size() - 1);
    TRY(charge(session, text.size() / 64));
    return Value(text);
}

Result<Value> uuid(Arguments, Session& session)
{
    return Value(encoding::uuid_v4(session.entropy));
}

}  // namespace weft::intrinsics
