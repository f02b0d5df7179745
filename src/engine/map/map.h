#pragma once

#include "asl/machine.h"
#include "engine/decider.h"
#include "engine/fault.h"
#include "json/value.h"

#include <cstddef>
#include <cstdint>

namespace weft::engine {

// The Map state, inline. Its frame opens one iteration a step, up to MaxConcurrency at a time, so
// that a Map over a hundred thousand items is worked off slice by slice.
// ASL: https://states-language.net/spec.html#map-state

// Finds the items and the bounds; writes MapStateStarted.
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Map& map);
// Selects the next item's input; writes MapIterationStarted.
Outcome open_iteration(Decider& decider, Slot slot, const asl::State& state, const asl::Map& map);

// What iteration `index` begins with: its item, or what ItemSelector makes of it.
Flow<json::Value> iteration_input(Decider& decider, Slot slot, const asl::State& state,
                                  const asl::Map& map, std::uint32_t index);

// What an iteration runs over: an item of an array or the value of an object's member.
const json::Value& item_value(const json::Value& items, std::uint32_t index);

// What the failures so far mean. None: nothing is tolerated, the first failure is the Map's own.
enum class Tolerance : std::uint8_t { None, Within, Exceeded };
Tolerance tolerance_of(const Fork& fork, std::size_t failed);

}  // namespace weft::engine
