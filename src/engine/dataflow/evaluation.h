#pragma once

#include "asl/machine.h"
#include "base/entropy.h"
#include "base/meter.h"
#include "engine/dataflow/context_object.h"
#include "engine/fault.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::engine {

// What the expressions of one state may read, and what they may spend. Borrows everything, for one
// step. The context object is built at most once, and only when an expression starts at `$$`.
class Evaluation {
public:
    Evaluation(const asl::State& state, Slot slot, ContextObject& context, Entropy& entropy,
               Meter& meter, std::optional<std::uint32_t> item = std::nullopt)
        : m_state(state), m_slot(slot), m_context(context), m_entropy(entropy), m_meter(meter),
          m_item(item), m_variables(context.execution().frames(), slot)
    {
    }

    // InputPath, OutputPath and the like. A path that finds nothing is States.Runtime with the text
    // "Invalid path '$.x' : No results for path: $['x']".
    Flow<json::Value> path(const jsonpath::Path& path, std::string_view text,
                           const json::Value& input);

    // As `path`, but "could not be found" for a field: of a payload template, ErrorPath …
    Flow<json::Value> field_path(const jsonpath::Path& path, std::string_view field,
                                 const json::Value& input);

    // A payload template. ASL: https://states-language.net/spec.html#payload-template
    // `field`: what an error calls a template that is not an object's field (ErrorPath …).
    Flow<json::Value> payload(const asl::Template& payload, const json::Value& input,
                              std::string_view field = {});

    const Execution& execution() const { return m_context.execution(); }

    Flow<bool> rule(const asl::ChoiceRule& rule, const json::Value& input);

private:
    // The variables that can be read where the state is.
    class Variables final : public jsonpath::Variables {
    public:
        Variables(const FrameTable& frames, Slot slot) : m_frames(frames), m_slot(slot) {}
        const json::Value* find(std::string_view name) const override
        {
            return m_frames.find_variable(m_slot, name);
        }

    private:
        const FrameTable& m_frames;
        Slot m_slot;
    };

    const json::Value& context();
    jsonpath::Roots roots(const json::Value& input, bool with_context);
    Flow<json::Value> find(const jsonpath::Path& path, const json::Value& input, Error& missing);

    const asl::State& m_state;
    Slot m_slot;
    ContextObject& m_context;
    Entropy& m_entropy;
    Meter& m_meter;
    std::optional<std::uint32_t> m_item;
    Variables m_variables;
    std::optional<json::Value> m_built;
};

}  // namespace weft::engine
