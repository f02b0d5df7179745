#include "asl/states/states.h"

namespace weft::asl {

// ASL: https://states-language.net/spec.html#succeed-state
void read_succeed(const Object&, State& state)
{
    state.kind = Succeed{};
}

}  // namespace weft::asl
