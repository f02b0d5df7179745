#pragma once

#include "catalog/catalog.h"
#include "storage/database.h"

#include <memory>

namespace weft::catalog {

// The catalog in a storage::Database, which the caller opened and which outlives it. Any thread; a
// write shares the committer's open group and returns when it is synced.
class SqliteCatalog final : public Catalog {
public:
    // Makes or brings up to date its tables. Errors: Unsupported (a newer weft wrote them), Io,
    // Corrupt.
    static Result<std::unique_ptr<SqliteCatalog>> open(storage::Database& database);

    // For looking, over a database opened for reading: no write succeeds. Errors: Unsupported
    // (tables of another version), NotFound.
    static Result<std::unique_ptr<SqliteCatalog>> open_for_reading(storage::Database& database);

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
    explicit SqliteCatalog(storage::Database& database) : m_database(database) {}
    // Within a write.
    static Result<> insert(storage::Connection& connection, const StateMachine& machine);
    static Result<> replace(storage::Connection& connection, const StateMachine& machine,
                            const std::string& expected_revision);
    static Result<> check_revision(storage::Connection& connection, const std::string& arn,
                                   const std::string& expected_revision);

    storage::Database& m_database;
};

}  // namespace weft::catalog
