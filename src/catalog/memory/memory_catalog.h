#pragma once

#include "catalog/catalog.h"

#include <map>
#include <shared_mutex>
#include <unordered_map>

namespace weft::catalog {

// A catalog that forgets everything when the process ends: `weft run`, tests, simulation.
// Definitions stay readable by hash for as long as the catalog lives.
class MemoryCatalog final : public Catalog {
public:
    Result<> create(const StateMachine& machine) override;
    Result<> update(const StateMachine& machine, const std::string& expected_revision) override;
    Result<Version> create_published(const StateMachine& machine,
                                     const Publication& publication) override;
    Result<Version> update_published(const StateMachine& machine,
                                     const std::string& expected_revision,
                                     const Publication& publication) override;
    Result<> set_status(const std::string& arn, MachineStatus status) override;
    Result<> remove(const std::string& arn) override;
    Result<std::optional<StateMachine>> find(const std::string& arn) override;
    Result<std::vector<StateMachine>> list(const std::string& arn_prefix, const std::string& after,
                                           std::size_t limit) override;
    Result<std::vector<std::string>> deleting() override;
    Result<std::uint64_t> count(const std::string& arn_prefix) override;
    Result<Version> publish(const Publication& publication) override;
    Result<std::optional<Version>> find_version(const std::string& machine_arn,
                                                std::int64_t number) override;
    Result<std::vector<Version>> list_versions(const std::string& machine_arn, std::int64_t before,
                                               std::size_t limit) override;
    Result<> remove_version(const std::string& machine_arn, std::int64_t number) override;
    Result<> create_alias(const Alias& alias) override;
    Result<> update_alias(const Alias& alias) override;
    Result<> remove_alias(const std::string& machine_arn, const std::string& name) override;
    Result<std::optional<Alias>> find_alias(const std::string& machine_arn,
                                            const std::string& name) override;
    Result<std::vector<Alias>> aliases(const std::string& machine_arn) override;
    Result<std::optional<json::Value>> tags(const std::string& arn) override;
    Result<> change_tags(const std::string& arn, const ChangeTags& change) override;
    Result<> create_activity(const Activity& activity) override;
    Result<> remove_activity(const std::string& arn) override;
    Result<std::optional<Activity>> find_activity(const std::string& arn) override;
    Result<std::vector<Activity>> list_activities(const std::string& arn_prefix,
                                                  const std::string& after,
                                                  std::size_t limit) override;
    Result<std::uint64_t> count_activities(const std::string& arn_prefix) override;
    Result<std::optional<std::string>> definition(const std::string& hash) override;

private:
    std::shared_mutex m_mutex;
    // A machine's versions and aliases. A lock is held by whoever calls.
    struct Published {
        std::int64_t last_number = 0;
        std::map<std::int64_t, Version> versions;
        std::map<std::string, Alias> aliases;
    };
    Result<> check_routes(const Alias& alias) const;
    Result<> insert(const StateMachine& machine);
    Result<> replace(const StateMachine& machine, const std::string& expected_revision);
    Result<> check_room(const StateMachine& machine);
    Version add_version(const StateMachine& machine, const Publication& publication);

    std::map<std::string, StateMachine> m_machines;
    std::map<std::string, Published> m_published;  // by the machine's ARN
    std::map<std::string, Activity> m_activities;
    std::unordered_map<std::string, std::string> m_definitions;  // by hash
};

}  // namespace weft::catalog
