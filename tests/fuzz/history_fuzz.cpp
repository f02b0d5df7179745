// Layers: engine
// Labels: new
// Damaged histories: the first bytes choose a machine and a seed for its run, the others what is
// changed in the history or the checkpoint. Either is refused, or gives an execution that runs on.

#include "base/assert.h"
#include "engine/checkpoint.h"
#include "engine/refold.h"
#include "tests/support/mutate.h"
#include "tests/support/random_machine.h"
#include "tests/support/recording.h"
#include "json/parse.h"
#include "json/write.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

using namespace weft;

namespace {

// Recorded once each: a machine takes longer to compile than a history to fold.
const test::Recording& recording_of(std::uint8_t seed)
{
    static std::map<std::uint8_t, test::Recording> known;
    const auto found = known.find(seed);
    if (found != known.end()) return found->second;
    Entropy dice(seed + 1U);
    test::RandomMachine random(seed + 1U);
    const std::string definition = random.definition();
    const auto input = json::parse(test::RandomMachine::input(dice));
    return known.emplace(seed, test::record(definition, *input, dice)).first->second;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 4) return 0;
    const test::Recording& recording = recording_of(data[0]);
    WEFT_ASSERT(recording.machine != nullptr);
    const bool checkpoint = data[1] % 2 == 0;
    std::vector<history::Event> events = recording.events;
    events.resize(1 + (data[2] * std::size_t{256} + data[3]) % events.size());
    std::size_t at = 4;
    test::Mutator mutator([&]() -> std::uint64_t { return at < size ? data[at++] : 0; });
    if (!checkpoint)
        for (int changes = 0; changes < 4 && at < size; ++changes) mutator.change(events);

    engine::Execution execution;
    for (const history::Event& event : events) {
        const Result<> folded = engine::refold(execution, event, *recording.machine);
        if (!folded) {
            WEFT_ASSERT(folded.error().code == ErrorCode::Corrupt);
            return 0;
        }
    }
    WEFT_ASSERT(events.empty() || engine::check(execution, *recording.machine).has_value());
    if (checkpoint) {
        auto saved = json::parse(engine::save(execution), {.depth_max = 1'100});
        WEFT_ASSERT(saved.has_value());
        json::Value changed = *std::move(saved);
        for (int changes = 0; changes < 4 && at < size; ++changes)
            changed = mutator.change(changed);
        Result<engine::Execution> loaded = engine::load(json::write(changed));
        if (!loaded || !engine::check(*loaded, *recording.machine)) return 0;
        execution = *std::move(loaded);
    }
    Entropy dice(data[1]);
    test::run_on(execution, *recording.machine, dice);
    return 0;
}
