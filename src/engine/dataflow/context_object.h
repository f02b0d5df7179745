#pragma once

#include "asl/machine.h"
#include "engine/dataflow/inspection.h"
#include "engine/execution.h"
#include "json/value.h"

#include <optional>
#include <string_view>

namespace weft::engine {

// What `$$` reads: built when something asks for it, from the frame that asks. Lives for one slice;
// the parts that do not change in it are made once.
// ASL: https://states-language.net/spec.html#context-object
class ContextObject {
public:
    explicit ContextObject(const Execution& execution, const Inspection* inspection = nullptr)
        : m_execution(execution), m_inspection(inspection)
    {
    }

    const Execution& execution() const { return m_execution; }

    // For `state`, which `slot` is in. `item`: while a Map selects for this one of its items.
    // `task_token`: empty when there is none.
    json::Value build(const asl::State& state, Slot slot, std::optional<std::uint32_t> item,
                      std::string_view task_token);

private:
    const json::Value& execution_part();
    const json::Value& machine_part();
    json::Value state_part(const asl::State& state, const Frame& frame) const;
    // Of the innermost Map around the frame; null when there is none.
    json::Value item_part(Slot slot, std::optional<std::uint32_t> item) const;

    const Execution& m_execution;
    const Inspection* m_inspection;
    json::Value m_execution_part;
    json::Value m_machine_part;
};

}  // namespace weft::engine
