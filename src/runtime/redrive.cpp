#include "engine/redrive.h"
#include "runtime/implementation.h"
#include "runtime/names.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weft::runtime {

namespace {

engine::Status engine_status(journal::RunStatus status)
{
    switch (status) {
    case journal::RunStatus::Running: break;
    case journal::RunStatus::Succeeded: return engine::Status::Succeeded;
    case journal::RunStatus::Failed: return engine::Status::Failed;
    case journal::RunStatus::TimedOut: return engine::Status::TimedOut;
    case journal::RunStatus::Aborted: return engine::Status::Aborted;
    }
    return engine::Status::Running;
}

}  // namespace

bool Runtime::Implementation::machine_is_going(const std::string& machine_arn)
{
    const Result<RegisteredPtr> machine = shared.machines.load(machine_arn);
    if (!machine) return machine.error().code == ErrorCode::StateMachineDoesNotExist;
    return (*machine)->row.status == catalog::MachineStatus::Deleting;
}

Result<std::string> Runtime::Implementation::not_redrivable(const journal::IndexRow& row,
                                                            Timestamp now)
{
    engine::RedriveFacts facts{engine_status(row.status), row.start, row.stop.value_or(now), 0};
    if (facts.status != engine::Status::Running && facts.status != engine::Status::Succeeded)
        if (const std::optional<journal::Batch> last =
                TRY(shared.parts.journal.last_batch(row.key)))
            facts.last_id = last->first_public + last->public_count - 1;
    const std::string_view refusal = engine::redrive_refusal(facts, now, shared.options.limits);
    if (!refusal.empty()) return std::string(refusal);
    return machine_is_going(row.machine_arn) ? std::string(engine::machine_deleting)
                                             : std::string();
}

// What can be redriven is decided by the execution itself (engine::Redrive), once it is in memory.
void Runtime::redrive(async::Loop& home, RedriveRequest request, Callback<Timestamp> reply)
{
    Shared& shared = m_impl->shared;
    if (Result<> admitted = m_impl->admit(shared.starts_queued.load(std::memory_order_relaxed),
                                          shared.options.starts_queued_max, "starts");
        !admitted)
        return reply(tl::unexpected(std::move(admitted).error()));
    struct Asked {
        journal::IndexRow row;
        engine::Redrive command;
    };
    m_impl->blocking<Asked>(
        home,
        [this, request = std::move(request)]() -> Result<Asked> {
            journal::IndexRow row =
                TRY(find_row(m_impl->shared.parts.journal, request.execution_arn));
            TRY(m_impl->shared.quarantine.check(request.execution_arn));
            const bool going = m_impl->machine_is_going(row.machine_arn);
            return Asked{std::move(row), {json::String(request.client_token), going}};
        },
        [this, &home, reply = std::move(reply)](Result<Asked> asked) mutable {
            if (!asked) return reply(tl::unexpected(std::move(asked).error()));
            Worker& owner = m_impl->shared.owner(asked->row.shard);
            auto answer = std::make_shared<Callback<Timestamp>>(bring_home(home, std::move(reply)));
            owner.loop().post([&owner, asked = *std::move(asked), answer] {
                owner.redrive(asked.row, asked.command, std::move(*answer));
            });
        });
}

}  // namespace weft::runtime
