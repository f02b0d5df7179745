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

// AWS API, DescribeExecution: redriveStatusReason.
constexpr const char* machine_deleting = "State machine is in DELETING status";

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
    return machine_is_going(row.machine_arn) ? std::string(machine_deleting) : std::string();
}

// What can be redriven is decided by the execution itself (engine::Redrive), once it is in memory.
void Runtime::redrive(async::Loop& home, RedriveRequest request, Callback<Timestamp> reply)
{
    Shared& shared = m_impl->shared;
    if (Result<> admitted = m_impl->admit(shared.starts_queued.load(std::memory_order_relaxed),
                                          shared.options.starts_queued_max, "starts");
        !admitted)
        return reply(tl::unexpected(std::move(admitted).error()));
    m_impl->blocking<journal::IndexRow>(
        home,
        [this, arn = std::move(request.execution_arn)]() -> Result<journal::IndexRow> {
            journal::IndexRow row = TRY(find_row(m_impl->shared.parts.journal, arn));
            TRY(m_impl->shared.quarantine.check(arn));
            if (row.status != journal::RunStatus::Running &&
                m_impl->machine_is_going(row.machine_arn))
                return fail(ErrorCode::ExecutionNotRedrivable, "{}", machine_deleting);
            return row;
        },
        [this, &home, token = std::move(request.client_token),
         reply = std::move(reply)](Result<journal::IndexRow> row) mutable {
            if (!row) return reply(tl::unexpected(std::move(row).error()));
            Worker& owner = m_impl->shared.owner(row->shard);
            auto answer = std::make_shared<Callback<Timestamp>>(bring_home(home, std::move(reply)));
            owner.loop().post([&owner, row = *std::move(row), token = json::String(token), answer] {
                owner.redrive(row, engine::Redrive{token}, std::move(*answer));
            });
        });
}

}  // namespace weft::runtime
