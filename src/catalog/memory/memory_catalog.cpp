#include "catalog/memory/memory_catalog.h"

#include <algorithm>
#include <mutex>

namespace weft::catalog {

namespace {

auto missing(const std::string& arn)
{
    return fail(ErrorCode::StateMachineDoesNotExist, "State Machine Does Not Exist: '{}'", arn);
}

}  // namespace

Result<> MemoryCatalog::create(const StateMachine& machine)
{
    std::unique_lock lock(m_mutex);
    if (!m_machines.try_emplace(machine.arn, machine).second) {
        return fail(ErrorCode::StateMachineAlreadyExists, "State Machine Already Exists: '{}'",
                    machine.arn);
    }
    m_definitions.try_emplace(machine.definition_hash, machine.definition);
    return {};
}

Result<> MemoryCatalog::update(const StateMachine& machine, const std::string& expected_revision)
{
    std::unique_lock lock(m_mutex);
    const auto found = m_machines.find(machine.arn);
    if (found == m_machines.end()) return missing(machine.arn);
    if (found->second.revision_id != expected_revision) {
        return fail(ErrorCode::ConflictingRequest, "'{}' was updated by another request",
                    machine.arn);
    }
    found->second = machine;
    m_definitions.try_emplace(machine.definition_hash, machine.definition);
    return {};
}

Result<> MemoryCatalog::set_status(const std::string& arn, MachineStatus status)
{
    std::unique_lock lock(m_mutex);
    const auto found = m_machines.find(arn);
    if (found == m_machines.end()) return missing(arn);
    found->second.status = status;
    return {};
}

Result<> MemoryCatalog::remove(const std::string& arn)
{
    std::unique_lock lock(m_mutex);
    if (m_machines.erase(arn) == 0) return missing(arn);
    return {};
}

Result<std::optional<StateMachine>> MemoryCatalog::find(const std::string& arn)
{
    std::shared_lock lock(m_mutex);
    const auto found = m_machines.find(arn);
    if (found == m_machines.end()) return std::nullopt;
    return found->second;
}

Result<std::vector<StateMachine>> MemoryCatalog::list(const std::string& arn_prefix,
                                                      const std::string& after, std::size_t limit)
{
    std::shared_lock lock(m_mutex);
    std::vector<const StateMachine*> machines;
    for (auto place = m_machines.lower_bound(arn_prefix);
         place != m_machines.end() && place->first.starts_with(arn_prefix); ++place)
        machines.push_back(&place->second);
    const auto order = [](const StateMachine* machine) {
        return std::pair<Timestamp, std::string_view>(machine->created, machine->arn);
    };
    std::ranges::sort(machines, {}, order);
    auto place = machines.begin();
    if (!after.empty()) {
        // A machine that was removed since its page was read has no date to go on from.
        const auto last = m_machines.find(after);
        if (last == m_machines.end())
            return fail(ErrorCode::InvalidToken, "the page token's '{}' is gone", after);
        place = std::ranges::upper_bound(machines, order(&last->second), {}, order);
    }
    std::vector<StateMachine> page;
    for (; place != machines.end() && page.size() < limit; ++place) page.push_back(**place);
    return page;
}

Result<std::vector<std::string>> MemoryCatalog::deleting()
{
    std::shared_lock lock(m_mutex);
    std::vector<std::string> arns;
    for (const auto& [arn, machine] : m_machines)
        if (machine.status == MachineStatus::Deleting) arns.push_back(arn);
    return arns;
}

Result<std::optional<std::string>> MemoryCatalog::definition(const std::string& hash)
{
    std::shared_lock lock(m_mutex);
    const auto found = m_definitions.find(hash);
    if (found == m_definitions.end()) return std::nullopt;
    return found->second;
}

}  // namespace weft::catalog
