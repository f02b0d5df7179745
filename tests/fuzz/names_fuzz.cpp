// Layers: runtime
// Labels: new
// What a client names things by: ARNs, and page tokens. The first byte chooses whether the text is
// read as it is or is what a token is made of.

#include "aws/arn.h"
#include "base/assert.h"
#include "encoding/base64.h"
#include "runtime/names.h"
#include "runtime/page_token.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace weft;
using namespace weft::runtime;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const PageTokens tokens("the secret of a folder");
    const Timestamp now{Milliseconds(1'700'000'000'000)};
    const PageOwner owner{"list", "asked"};
    // What somebody makes up is refused; what was sealed opens, for its owner only.
    WEFT_ASSERT(!tokens.open(owner, text, now));
    WEFT_ASSERT(!tokens.open(owner, encoding::to_base64(text), now));
    const std::string sealed = tokens.seal(owner, text, now);
    WEFT_ASSERT(tokens.open(owner, sealed, now) == std::string(text));
    WEFT_ASSERT(!tokens.open({"lis", "tasked"}, sealed, now));

    if (const Result<MachineName> name = parse_qualified_arn(text)) {
        WEFT_ASSERT(!name->name.empty());
        WEFT_ASSERT(text.starts_with(name->machine_arn));
        const Result<MachineName> plain = parse_qualified_arn(name->machine_arn);
        WEFT_ASSERT(plain && plain->machine_arn == name->machine_arn);
        WEFT_ASSERT(plain->qualifier.empty() && plain->label.empty());
        if (name->label.empty() && !name->qualifier.empty())
            WEFT_ASSERT(qualified_arn(name->machine_arn, name->qualifier) == text);
        if (const std::int64_t version = name->version(); version > 0)
            WEFT_ASSERT(std::to_string(version) == name->qualifier);
    }
    if (const Result<std::string> activity = parse_activity_arn(text))
        WEFT_ASSERT(text.ends_with(":activity:" + *activity));
    // Of the words of an ARN, this one is not a region's or an account's.
    const Result<ExecutionName> execution = parse_execution_arn(text);
    if (execution && text.find(":stateMachine:") == std::string_view::npos)
        WEFT_ASSERT(execution_arn(execution->machine_arn, execution->name) == text);
    return 0;
}
