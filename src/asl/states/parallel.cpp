#include "asl/states/states.h"

namespace weft::asl {

// ASL: https://states-language.net/spec.html#parallel-state
void read_parallel(const Object& object, State& state)
{
    Parallel parallel;
    Reader& reader = object.reader();
    const json::Value* branches = object.find("Branches");
    const Place list = object.place().field("Branches");
    std::uint32_t number = 0;
    if (branches != nullptr) {
        for (const json::Value& value : branches->items()) {
            const Place place = list.item(number);
            if (!value.is_object()) {
                reader.schema_error("Expected value of type Object", place);
            } else {
                const Object branch(reader, rules::branch, value, place);
                parallel.branches.push_back(
                    reader.read_scope(branch, state.index, number, reader.type()));
            }
            ++number;
        }
    }
    state.kind = std::move(parallel);
}

}  // namespace weft::asl
