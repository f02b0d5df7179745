#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "catalog/catalog.h"

#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace weft::catalog {

// What the stores refuse, in AWS's words where they were recorded.

inline auto no_machine(const std::string& arn)
{
    return fail(ErrorCode::StateMachineDoesNotExist, "State Machine Does Not Exist: '{}'", arn);
}

inline auto machine_deleting(const std::string& arn)
{
    return fail(ErrorCode::StateMachineDeleting, "State Machine is being deleted: '{}'", arn);
}

// AWS: recorded for an alias that does not exist.
inline auto no_resource()
{
    return fail(ErrorCode::NotFound, "Request references a resource that does not exist.");
}

inline auto no_tagged(const std::string& arn)
{
    return fail(ErrorCode::NotFound, "Resource not found: '{}'", arn);
}

inline auto other_revision(const Publication& publication, const std::string& present)
{
    return fail(ErrorCode::ConflictingRequest,
                "Failed to publish the State Machine version for revision {}. The current State "
                "Machine revision is {}.",
                publication.revision_id->empty() ? "INITIAL" : *publication.revision_id,
                present.empty() ? "INITIAL" : present);
}

inline auto too_many_versions(const std::string& arn)
{
    return fail(ErrorCode::QuotaExceeded,
                "'{}' has the {} versions that a state machine may have; delete one first", arn,
                machine_versions_max);
}

inline auto too_many_aliases(const std::string& arn)
{
    return fail(ErrorCode::QuotaExceeded,
                "'{}' has the {} aliases that a state machine may have; delete one first", arn,
                machine_aliases_max);
}

// AWS: recorded.
inline auto alias_taken()
{
    return fail(ErrorCode::ConflictingRequest,
                "Failed to create alias because an alias with the same name and a different "
                "routing configuration already exists.");
}

// AWS: recorded. The names of the aliases that refer to the version, in their order.
inline auto version_in_use(const std::vector<std::string>& names)
{
    return fail(ErrorCode::ConflictingRequest,
                "Version to be deleted must not be referenced by an alias. Current list of aliases "
                "referencing this version: [{}]",
                fmt::join(names, ", "));
}

inline std::vector<std::string> names_of_users(const std::vector<Alias>& aliases,
                                               std::int64_t number)
{
    std::vector<std::string> names;
    for (const Alias& alias : aliases)
        for (const Route& route : alias.routes)
            if (route.version == number) names.push_back(alias.name);
    return names;
}

// The version that a machine becomes when it is published.
inline Version version_of(const StateMachine& machine, std::int64_t number,
                          const Publication& publication)
{
    return {machine.arn,
            number,
            publication.description,
            publication.now,
            machine.revision_id,
            machine.definition,
            machine.definition_hash,
            machine.role_arn,
            machine.logging,
            machine.tracing,
            machine.encryption};
}

}  // namespace weft::catalog
