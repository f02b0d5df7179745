// Layers: json
//
// The JSON parser, and the writer on what it accepts.

#include "base/assert.h"
#include "json/parse.h"
#include "json/pointer.h"
#include "json/source_map.h"
#include "json/write.h"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace weft;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = json::parse_or_fault(text);
    if (!value) {
        const json::ParseFault& fault = value.error();
        WEFT_ASSERT(fault.position.offset <= size);
        WEFT_ASSERT(!json::describe(fault).empty());
        // A token is text of its own right: it can be written into a message, and read back.
        std::string quoted;
        json::write_string_to(quoted, fault.token);
        WEFT_ASSERT(json::parse(quoted).has_value());
        return 0;
    }
    const std::string written = json::write(*value);
    WEFT_ASSERT(value->written_size() == written.size());
    const auto again = json::parse(written);
    WEFT_ASSERT(again.has_value() && *again == *value);
    WEFT_ASSERT(json::write(*again) == written);
    WEFT_ASSERT(json::parse(json::write_pretty(*value)).value() == *value);

    const std::string canonical = json::write_canonical(*value);
    const auto sorted = json::parse(canonical);
    WEFT_ASSERT(sorted.has_value() && json::equivalent(*sorted, *value));
    WEFT_ASSERT(json::write_canonical(*sorted) == canonical);

    const auto map = json::map_source(text);
    WEFT_ASSERT(map.has_value() && map->find("") != nullptr);
    if (value->is_object() && value->size() != 0) {
        const json::Member& last = value->members().back();
        const std::string pointer = "/" + json::escape_pointer_token(last.key);
        WEFT_ASSERT(json::resolve(*value, pointer) == &last.value);
        WEFT_ASSERT(map->find(pointer) != nullptr);
    }
    return 0;
}
