#pragma once

#include "asl/machine.h"
#include "asl/reader.h"

namespace weft::asl {

// What each state type reads beyond the fields that states have in common. `object` is the state,
// already checked against its table of fields; `state` gets what it compiles to.
void read_pass(const Object& object, State& state);
void read_task(const Object& object, State& state);
void read_choice(const Object& object, State& state);
void read_wait(const Object& object, State& state);
void read_succeed(const Object& object, State& state);
void read_fail(const Object& object, State& state);
void read_parallel(const Object& object, State& state);
void read_map(const Object& object, State& state);

}  // namespace weft::asl
