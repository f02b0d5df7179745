#include "asl/machine.h"

#include "base/assert.h"

namespace weft::asl {

const jsonpath::Path& root_path()
{
    return root_reference_path().path();
}

const jsonpath::ReferencePath& root_reference_path()
{
    static const jsonpath::ReferencePath root = [] {
        auto parsed = jsonpath::ReferencePath::parse("$");
        WEFT_ASSERT(parsed.has_value());
        return *std::move(parsed);
    }();
    return root;
}

const State* Machine::find(std::string_view name) const
{
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : &states[found->second];
}

}  // namespace weft::asl
