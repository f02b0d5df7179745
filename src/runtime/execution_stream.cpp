#include "runtime/stream.h"

#include "base/assert.h"
#include "engine/checkpoint.h"

#include <utility>

namespace weft::runtime {

engine::Slice ExecutionStream::run(const StreamCommand& command, const StreamTurn& turn)
{
    // Nested executions come with a later release: until then a message to an execution has no
    // effect beyond its acceptance.
    const auto* own = std::get_if<engine::Command>(&command);
    if (own == nullptr) return {};
    const engine::Turn engine_turn{.machine = *m_machine,
                                   .now = turn.now,
                                   .entropy = turn.entropy,
                                   .meter = turn.meter,
                                   .limits = turn.limits,
                                   .budget = turn.budget};
    return engine::run_slice(m_execution, *own, engine_turn);
}

journal::RunStatus ExecutionStream::status() const
{
    switch (m_execution.status()) {
    case engine::Status::New:
    case engine::Status::Running: return journal::RunStatus::Running;
    case engine::Status::Succeeded: return journal::RunStatus::Succeeded;
    case engine::Status::Failed: return journal::RunStatus::Failed;
    case engine::Status::TimedOut: return journal::RunStatus::TimedOut;
    case engine::Status::Aborted: return journal::RunStatus::Aborted;
    }
    WEFT_ASSERT(false);
}

std::string ExecutionStream::save() const
{
    return engine::save(m_execution);
}

Result<> ExecutionStream::load(std::string_view state)
{
    engine::Execution loaded = TRY(engine::load(state));
    TRY(engine::check(loaded, *m_machine));
    m_execution = std::move(loaded);
    return {};
}

}  // namespace weft::runtime
