#include "asl/machine.h"

#include "base/assert.h"

#include <utility>

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

json::Value variable_references(const Machine& machine)
{
    std::vector<json::Member> members;
    for (const State& state : machine.states) {
        if (state.variables.empty()) continue;
        members.push_back(
            {state.name, json::Value::array({state.variables.begin(), state.variables.end()})});
    }
    return members.empty() ? json::Value() : json::Value::object(std::move(members));
}

const State* Machine::find(std::string_view name) const
{
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : &states[found->second];
}

}  // namespace weft::asl
