#include "catalog/faults.h"
#include "catalog/memory/memory_catalog.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace weft::catalog {

namespace {

// In order of creation date, then name.
std::vector<Alias> in_order(const std::map<std::string, Alias>& aliases)
{
    std::vector<Alias> all;
    for (const auto& [name, alias] : aliases) all.push_back(alias);
    std::ranges::stable_sort(all, {}, &Alias::created);
    return all;
}

}  // namespace

Result<std::uint64_t> MemoryCatalog::count(const std::string& arn_prefix)
{
    std::shared_lock lock(m_mutex);
    std::uint64_t count = 0;
    for (auto place = m_machines.lower_bound(arn_prefix);
         place != m_machines.end() && place->first.starts_with(arn_prefix); ++place)
        ++count;
    return count;
}

Result<> MemoryCatalog::check_room(const StateMachine& machine)
{
    if (machine.status == MachineStatus::Deleting) return machine_deleting(machine.arn);
    const auto published = m_published.find(machine.arn);
    if (published == m_published.end() || published->second.versions.size() < machine_versions_max)
        return {};
    return too_many_versions(machine.arn);
}

Version MemoryCatalog::add_version(const StateMachine& machine, const Publication& publication)
{
    Published& published = m_published[machine.arn];
    Version version = version_of(machine, ++published.last_number, publication);
    published.versions.emplace(version.number, version);
    return version;
}

Result<Version> MemoryCatalog::publish(const Publication& publication)
{
    std::unique_lock lock(m_mutex);
    const auto found = m_machines.find(publication.machine_arn);
    if (found == m_machines.end()) return no_machine(publication.machine_arn);
    const StateMachine& machine = found->second;
    if (machine.status == MachineStatus::Deleting) return machine_deleting(machine.arn);
    if (publication.revision_id && *publication.revision_id != machine.revision_id)
        return other_revision(publication, machine.revision_id);
    for (const auto& [number, version] : m_published[machine.arn].versions)
        if (version.revision_id == machine.revision_id) return version;
    TRY(check_room(machine));
    return add_version(machine, publication);
}

Result<Version> MemoryCatalog::create_published(const StateMachine& machine,
                                                const Publication& publication)
{
    std::unique_lock lock(m_mutex);
    TRY(insert(machine));
    return add_version(machine, publication);
}

Result<Version> MemoryCatalog::update_published(const StateMachine& machine,
                                                const std::string& expected_revision,
                                                const Publication& publication)
{
    std::unique_lock lock(m_mutex);
    if (const auto found = m_machines.find(machine.arn); found != m_machines.end())
        TRY(check_room(found->second));
    TRY(replace(machine, expected_revision));
    return add_version(machine, publication);
}

Result<std::optional<Version>> MemoryCatalog::find_version(const std::string& machine_arn,
                                                           std::int64_t number)
{
    std::shared_lock lock(m_mutex);
    const auto machine = m_published.find(machine_arn);
    if (machine == m_published.end()) return std::nullopt;
    const auto found = machine->second.versions.find(number);
    if (found == machine->second.versions.end()) return std::nullopt;
    return found->second;
}

Result<std::vector<Version>> MemoryCatalog::list_versions(const std::string& machine_arn,
                                                          std::int64_t before, std::size_t limit)
{
    std::shared_lock lock(m_mutex);
    std::vector<Version> page;
    const auto machine = m_published.find(machine_arn);
    if (machine == m_published.end()) return page;
    const auto& versions = machine->second.versions;
    for (auto place = versions.lower_bound(before);
         place != versions.begin() && page.size() < limit;)
        page.push_back((--place)->second);
    return page;
}

Result<> MemoryCatalog::remove_version(const std::string& machine_arn, std::int64_t number)
{
    std::unique_lock lock(m_mutex);
    const auto machine = m_published.find(machine_arn);
    if (machine == m_published.end()) return {};
    const std::vector<std::string> names =
        names_of_users(in_order(machine->second.aliases), number);
    if (!names.empty()) return version_in_use(names);
    machine->second.versions.erase(number);
    return {};
}

Result<> MemoryCatalog::check_routes(const Alias& alias) const
{
    const auto machine = m_machines.find(alias.machine_arn);
    const auto published = m_published.find(alias.machine_arn);
    if (machine == m_machines.end() || published == m_published.end()) return no_resource();
    if (machine->second.status == MachineStatus::Deleting)
        return machine_deleting(alias.machine_arn);
    for (const Route& route : alias.routes)
        if (!published->second.versions.contains(route.version)) return no_resource();
    return {};
}

Result<> MemoryCatalog::create_alias(const Alias& alias)
{
    std::unique_lock lock(m_mutex);
    TRY(check_routes(alias));
    auto& aliases = m_published[alias.machine_arn].aliases;
    if (aliases.contains(alias.name)) return alias_taken();
    if (aliases.size() >= machine_aliases_max) return too_many_aliases(alias.machine_arn);
    aliases.emplace(alias.name, alias);
    return {};
}

Result<> MemoryCatalog::update_alias(const Alias& alias)
{
    std::unique_lock lock(m_mutex);
    TRY(check_routes(alias));
    auto& aliases = m_published[alias.machine_arn].aliases;
    const auto found = aliases.find(alias.name);
    if (found == aliases.end()) return no_resource();
    found->second.description = alias.description;
    found->second.routes = alias.routes;
    found->second.updated = alias.updated;
    return {};
}

Result<> MemoryCatalog::remove_alias(const std::string& machine_arn, const std::string& name)
{
    std::unique_lock lock(m_mutex);
    const auto machine = m_published.find(machine_arn);
    if (machine == m_published.end() || machine->second.aliases.erase(name) == 0)
        return no_resource();
    return {};
}

Result<std::optional<Alias>> MemoryCatalog::find_alias(const std::string& machine_arn,
                                                       const std::string& name)
{
    std::shared_lock lock(m_mutex);
    const auto machine = m_published.find(machine_arn);
    if (machine == m_published.end()) return std::nullopt;
    const auto found = machine->second.aliases.find(name);
    if (found == machine->second.aliases.end()) return std::nullopt;
    return found->second;
}

Result<std::vector<Alias>> MemoryCatalog::aliases(const std::string& machine_arn)
{
    std::shared_lock lock(m_mutex);
    const auto machine = m_published.find(machine_arn);
    if (machine == m_published.end()) return std::vector<Alias>();
    return in_order(machine->second.aliases);
}

Result<std::optional<json::Value>> MemoryCatalog::tags(const std::string& arn)
{
    std::shared_lock lock(m_mutex);
    if (const auto found = m_machines.find(arn); found != m_machines.end())
        return found->second.tags;
    if (const auto found = m_activities.find(arn); found != m_activities.end())
        return found->second.tags;
    return std::nullopt;
}

Result<> MemoryCatalog::change_tags(const std::string& arn, const ChangeTags& change)
{
    std::unique_lock lock(m_mutex);
    json::Value* tags = nullptr;
    if (const auto found = m_machines.find(arn); found != m_machines.end())
        tags = &found->second.tags;
    else if (const auto activity = m_activities.find(arn); activity != m_activities.end())
        tags = &activity->second.tags;
    if (tags == nullptr) return no_tagged(arn);
    *tags = TRY(change(*tags));
    return {};
}

}  // namespace weft::catalog
