#include "catalog/memory/memory_catalog.h"

#include "catalog/faults.h"

#include <algorithm>
#include <mutex>

namespace weft::catalog {

namespace {

// The page of `rows` whose ARNs begin with the prefix, in order of creation date, then ARN.
template <class Row>
Result<std::vector<Row>> page_of(const std::map<std::string, Row>& rows,
                                 const std::string& arn_prefix, const std::string& after,
                                 std::size_t limit)
{
    std::vector<const Row*> within;
    for (auto place = rows.lower_bound(arn_prefix);
         place != rows.end() && place->first.starts_with(arn_prefix); ++place)
        within.push_back(&place->second);
    const auto order = [](const Row* row) {
        return std::pair<Timestamp, std::string_view>(row->created, row->arn);
    };
    std::ranges::sort(within, {}, order);
    auto place = within.begin();
    if (!after.empty()) {
        // What was removed since its page was read has no date to go on from.
        const auto last = rows.find(after);
        if (last == rows.end())
            return fail(ErrorCode::InvalidToken, "the page token's '{}' is gone", after);
        place = std::ranges::upper_bound(within, order(&last->second), {}, order);
    }
    std::vector<Row> page;
    for (; place != within.end() && page.size() < limit; ++place) page.push_back(**place);
    return page;
}

}  // namespace

Result<> MemoryCatalog::create(const StateMachine& machine)
{
    std::unique_lock lock(m_mutex);
    return insert(machine);
}

Result<> MemoryCatalog::insert(const StateMachine& machine)
{
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
    return replace(machine, expected_revision);
}

Result<> MemoryCatalog::replace(const StateMachine& machine, const std::string& expected_revision)
{
    const auto found = m_machines.find(machine.arn);
    if (found == m_machines.end()) return no_machine(machine.arn);
    if (found->second.status == MachineStatus::Deleting) return machine_deleting(machine.arn);
    if (found->second.revision_id != expected_revision) {
        return fail(ErrorCode::ConflictingRequest, "'{}' was updated by another request",
                    machine.arn);
    }
    json::Value tags = found->second.tags;
    found->second = machine;
    found->second.tags = std::move(tags);
    m_definitions.try_emplace(machine.definition_hash, machine.definition);
    return {};
}

Result<> MemoryCatalog::set_status(const std::string& arn, MachineStatus status)
{
    std::unique_lock lock(m_mutex);
    const auto found = m_machines.find(arn);
    if (found == m_machines.end()) return no_machine(arn);
    found->second.status = status;
    return {};
}

Result<> MemoryCatalog::remove(const std::string& arn)
{
    std::unique_lock lock(m_mutex);
    if (m_machines.erase(arn) == 0) return no_machine(arn);
    m_published.erase(arn);
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
    return page_of(m_machines, arn_prefix, after, limit);
}

Result<std::vector<std::string>> MemoryCatalog::deleting()
{
    std::shared_lock lock(m_mutex);
    std::vector<std::string> arns;
    for (const auto& [arn, machine] : m_machines)
        if (machine.status == MachineStatus::Deleting) arns.push_back(arn);
    return arns;
}

Result<> MemoryCatalog::create_activity(const Activity& activity)
{
    std::unique_lock lock(m_mutex);
    if (!m_activities.try_emplace(activity.arn, activity).second)
        return fail(ErrorCode::ActivityAlreadyExists, "Activity Already Exists: '{}'",
                    activity.arn);
    return {};
}

Result<> MemoryCatalog::remove_activity(const std::string& arn)
{
    std::unique_lock lock(m_mutex);
    if (m_activities.erase(arn) == 0)
        return fail(ErrorCode::ActivityDoesNotExist, "Activity Does Not Exist: '{}'", arn);
    return {};
}

Result<std::optional<Activity>> MemoryCatalog::find_activity(const std::string& arn)
{
    std::shared_lock lock(m_mutex);
    const auto found = m_activities.find(arn);
    if (found == m_activities.end()) return std::nullopt;
    return found->second;
}

Result<std::vector<Activity>> MemoryCatalog::list_activities(const std::string& arn_prefix,
                                                             const std::string& after,
                                                             std::size_t limit)
{
    std::shared_lock lock(m_mutex);
    return page_of(m_activities, arn_prefix, after, limit);
}

Result<std::uint64_t> MemoryCatalog::count_activities(const std::string& arn_prefix)
{
    std::shared_lock lock(m_mutex);
    std::uint64_t count = 0;
    for (auto place = m_activities.lower_bound(arn_prefix);
         place != m_activities.end() && place->first.starts_with(arn_prefix); ++place)
        ++count;
    return count;
}

Result<std::optional<std::string>> MemoryCatalog::definition(const std::string& hash)
{
    std::shared_lock lock(m_mutex);
    const auto found = m_definitions.find(hash);
    if (found == m_definitions.end()) return std::nullopt;
    return found->second;
}

}  // namespace weft::catalog
