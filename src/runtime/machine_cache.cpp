#include "runtime/machine_cache.h"

#include "runtime/names.h"

#include <utility>

namespace weft::runtime {

namespace {

Result<asl::MachinePtr> compile_stored(const std::string& definition)
{
    // What was accepted once stays runnable: only what cannot be compiled at all is an error here,
    // so the type's restrictions (checked at creation) are not asked again.
    asl::Compiled compiled = asl::compile(definition);
    if (compiled.machine) return std::move(compiled.machine);
    const std::string why =
        compiled.findings.empty() ? "no reason given" : compiled.findings.front().fault();
    return fail(ErrorCode::Corrupt, "a stored definition no longer compiles: {}", why);
}

}  // namespace

RegisteredPtr MachineCache::cached(const std::string& arn)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_registered.find(arn);
    return found == m_registered.end() ? nullptr : found->second;
}

Result<RegisteredPtr> MachineCache::load(const std::string& arn)
{
    if (RegisteredPtr known = cached(arn)) return known;
    catalog::StateMachine row = TRY(read(arn));
    asl::MachinePtr machine = cached_revision(row.definition_hash);
    if (!machine) machine = TRY(compile_stored(row.definition));
    auto registered =
        std::make_shared<const Registered>(Registered{std::move(row), std::move(machine)});
    const std::lock_guard lock(m_mutex);
    keep(registered->machine, registered->row.definition.size());
    m_registered[arn] = registered;
    return registered;
}

// May block.
Result<catalog::StateMachine> MachineCache::read(const std::string& arn)
{
    const auto missing = [&arn] {
        return fail(ErrorCode::StateMachineDoesNotExist, "State Machine Does Not Exist: '{}'", arn);
    };
    const MachineName name = TRY(parse_qualified_arn(arn));
    if (!name.label.empty()) return missing();
    std::optional<catalog::StateMachine> row = TRY(m_catalog.find(name.machine_arn));
    if (!row) return missing();
    if (name.qualifier.empty()) return *std::move(row);
    std::optional<catalog::Version> version =
        TRY(m_catalog.find_version(name.machine_arn, name.version()));
    if (!version) return missing();
    row->definition = std::move(version->definition);
    row->definition_hash = std::move(version->definition_hash);
    row->role_arn = std::move(version->role_arn);
    row->revision_id = std::move(version->revision_id);
    row->logging = std::move(version->logging);
    row->tracing = std::move(version->tracing);
    row->encryption = std::move(version->encryption);
    return *std::move(row);
}

void MachineCache::put(RegisteredPtr registered)
{
    const std::lock_guard lock(m_mutex);
    keep(registered->machine, registered->row.definition.size());
    m_registered[registered->row.arn] = std::move(registered);
}

void MachineCache::forget(const std::string& arn)
{
    const std::lock_guard lock(m_mutex);
    m_registered.erase(arn);
    const std::string versions = arn + ":";
    auto place = m_registered.lower_bound(versions);
    while (place != m_registered.end() && place->first.starts_with(versions))
        place = m_registered.erase(place);
}

asl::MachinePtr MachineCache::cached_revision(const std::string& hash)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_revisions.find(hash);
    if (found == m_revisions.end()) return nullptr;
    m_ages.splice(m_ages.end(), m_ages, found->second.age);
    return found->second.machine;
}

Result<asl::MachinePtr> MachineCache::revision(const std::string& hash)
{
    if (asl::MachinePtr known = cached_revision(hash)) return known;
    const std::optional<std::string> text = TRY(m_catalog.definition(hash));
    if (!text)
        return fail(ErrorCode::Corrupt,
                    "the definition {} that an execution runs is not in the catalog", hash);
    asl::MachinePtr machine = TRY(compile_stored(*text));
    const std::lock_guard lock(m_mutex);
    keep(machine, text->size());
    return machine;
}

// Under the lock. Registered machines hold theirs anyway; the bound is on those that only
// executions name.
void MachineCache::keep(const asl::MachinePtr& machine, std::size_t bytes)
{
    if (m_revisions.contains(machine->hash)) return;
    const auto age = m_ages.insert(m_ages.end(), machine->hash);
    m_revisions.emplace(machine->hash, Entry{machine, bytes, age});
    m_bytes += bytes;
    while (m_bytes > m_bytes_max && m_ages.size() > 1) {
        const auto oldest = m_revisions.find(m_ages.front());
        m_bytes -= oldest->second.bytes;
        m_revisions.erase(oldest);
        m_ages.pop_front();
    }
}

}  // namespace weft::runtime
