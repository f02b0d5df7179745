#pragma once

#include "asl/machine.h"
#include "base/entropy.h"
#include "base/meter.h"
#include "engine/dataflow/context_object.h"
#include "engine/fault.h"
#include "jsonata/expression.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::engine {

// What the expressions of one state may read, and what they may spend. Borrows everything, for one
// step. The context object is built at most once, and only when an expression asks for it.
class Evaluation {
public:
    Evaluation(const asl::State& state, Slot slot, ContextObject& context, Entropy& entropy,
               Meter& meter, Timestamp now, std::optional<std::uint32_t> item = std::nullopt,
               Inspection* inspection = nullptr)
        : m_state(state), m_slot(slot), m_context(context), m_entropy(entropy), m_meter(meter),
          m_now(now), m_item(item), m_inspection(inspection),
          m_variables(context.execution().frames(), slot)
    {
    }

    // --- JSONPath states.

    // InputPath, OutputPath and the like. A path that finds nothing is States.Runtime with the text
    // "Invalid path '$.x' : No results for path: $['x']".
    Flow<json::Value> path(const jsonpath::Path& path, std::string_view text,
                           const json::Value& input);

    // As `path`, but "could not be found" for a field: of a payload template, ErrorPath …
    Flow<json::Value> field_path(const jsonpath::Path& path, std::string_view field,
                                 const json::Value& input);

    Flow<bool> rule(const asl::ChoiceRule& rule, const json::Value& input);

    // --- Both.

    // A payload template, of whose `$` is `input`, or a document with expressions of a JSONata
    // state, of whose `$states.input` it is. ASL:
    // https://states-language.net/spec.html#payload-template
    // `field`: what an error calls a template that is not an object's field (ErrorPath …).
    Flow<json::Value> payload(const asl::Template& payload, const json::Value& input,
                              std::string_view field = {});

    const Execution& execution() const { return m_context.execution(); }

    // Where TestState looks on; null in production.
    Inspection* inspection() const { return m_inspection; }
    void show(Inspection::Stage Inspection::* stage, const json::Value& value) const
    {
        if (m_inspection != nullptr) m_inspection->*stage = value;
    }
    // What the context object gives as Task.Token. AWS: only in callback patterns and .sync.
    void set_task_token(std::string token) { m_task_token = std::move(token); }

    // --- JSONata states.

    // What `$states` has beside input and context from now on. The values must live as long.
    void set_result(const json::Value& result);
    void set_error_output(const json::Value& error_output);

    // An expression. States.QueryEvaluationError when it fails, gives nothing or a function.
    Flow<json::Value> query(const asl::Query& query, std::string_view field,
                            const json::Value& input);

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
    const json::Value& states(const json::Value& input, bool with_context);

    const asl::State& m_state;
    Slot m_slot;
    ContextObject& m_context;
    Entropy& m_entropy;
    Meter& m_meter;
    Timestamp m_now;
    std::optional<std::uint32_t> m_item;
    Inspection* m_inspection;
    Variables m_variables;
    std::optional<json::Value> m_built;
    std::string m_task_token;
    const json::Value* m_result = nullptr;
    const json::Value* m_error_output = nullptr;
    json::Value m_states;  // as last built; null: not yet
    bool m_states_context = false;
    std::vector<jsonata::Binding> m_bindings;  // kept for its memory
};

// What a value is called in a cause: 'array', 'boolean' …
std::string_view type_name(const json::Value& value);

// "… returned an unexpected result type. Expected 'array', but was 'boolean' for value: true".
tl::unexpected<Fault> unexpected_type(const asl::Query& query, std::string_view field,
                                      std::string_view expected, const json::Value& value);

}  // namespace weft::engine
