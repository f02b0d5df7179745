#pragma once

#include "base/function.h"
#include "base/result.h"
#include "base/time.h"
#include "json/value.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace weft::catalog {

// INTERFACE CONTRACT.
enum class MachineType : std::uint8_t { Standard = 1, Express = 2 };
enum class MachineStatus : std::uint8_t { Active = 1, Deleting = 2 };

// A registered state machine as DescribeStateMachine shows it. The definition's text is stored once
// by its hash.
struct StateMachine {
    std::string arn;
    std::string name;
    MachineType type = MachineType::Standard;
    MachineStatus status = MachineStatus::Active;
    std::string definition;       // the text as given, byte by byte
    std::string definition_hash;  // SHA-256, hex
    std::string role_arn;
    Timestamp created{};
    Timestamp updated{};
    std::string revision_id;  // empty until the first update
    json::Value logging;      // configurations as given, null when absent
    json::Value tracing;
    json::Value encryption;
    json::Value tags;  // [{key, value}]
    // As given at its creation, which is idempotent by them.
    bool created_published = false;
    std::string created_version_description;
    bool operator==(const StateMachine&) const = default;
};

// A published version: what the machine was when it was published, under the ARN MACHINE:NUMBER.
// It never changes; numbers are given once in a machine's life.
struct Version {
    std::string machine_arn;
    std::int64_t number = 0;
    std::string description;
    Timestamp created{};
    std::string revision_id;  // empty: as the machine was created
    std::string definition;
    std::string definition_hash;
    std::string role_arn;
    json::Value logging;
    json::Value tracing;
    json::Value encryption;
    bool operator==(const Version&) const = default;
};

// What part of an alias's executions a version takes. Weights add up to 100.
struct Route {
    std::int64_t version = 0;
    std::int64_t weight = 0;
    bool operator==(const Route&) const = default;
};

// A name for one or two versions of a machine, under the ARN MACHINE:NAME.
struct Alias {
    std::string machine_arn;
    std::string name;
    std::string description;
    Timestamp created{};
    Timestamp updated{};
    std::vector<Route> routes;
    bool operator==(const Alias&) const = default;
};

// What PublishStateMachineVersion asks for.
struct Publication {
    std::string machine_arn;
    // The revision that the caller believes to be the machine's; empty: as created. None: any.
    std::optional<std::string> revision_id;
    std::string description;
    Timestamp now{};
};

// A registered activity as DescribeActivity shows it: a queue that workers poll for tasks. The
// queue itself is the runtime's.
struct Activity {
    std::string arn;
    std::string name;
    Timestamp created{};
    json::Value encryption;  // as given, null when absent
    json::Value tags;        // [{key, value}]
    bool operator==(const Activity&) const = default;
};

// State machines and their revisions, versions and aliases; activities; tags. Reads are blocking
// and thread-safe; a write is durable when it returns (blocking). Definitions stay readable by hash
// while a revision or an unexpired execution names them.
class Catalog {
public:
    virtual ~Catalog() = default;

    // Error: StateMachineAlreadyExists when the ARN is taken (idempotency is the caller's rule).
    virtual Result<> create(const StateMachine& machine) = 0;
    // Replaces the row but for its tags; `expected_revision` guards against a concurrent update.
    // Errors: StateMachineDoesNotExist, ConflictingRequest.
    virtual Result<> update(const StateMachine& machine, const std::string& expected_revision) = 0;
    // The same with a version of what was written, all of it or nothing: its machine and revision
    // are `machine`'s, whatever the publication says. Errors of an update too:
    // StateMachineDeleting, QuotaExceeded.
    virtual Result<Version> create_published(const StateMachine& machine,
                                             const Publication& publication) = 0;
    virtual Result<Version> update_published(const StateMachine& machine,
                                             const std::string& expected_revision,
                                             const Publication& publication) = 0;
    virtual Result<> set_status(const std::string& arn, MachineStatus status) = 0;
    // Its versions and aliases go with it.
    virtual Result<> remove(const std::string& arn) = 0;
    virtual Result<std::optional<StateMachine>> find(const std::string& arn) = 0;
    // In order of creation date, then ARN; `after` is the last ARN of the page before. Scope:
    // "arn:aws:states:REGION:ACCOUNT:" prefix.
    virtual Result<std::vector<StateMachine>> list(const std::string& arn_prefix,
                                                   const std::string& after, std::size_t limit) = 0;
    // Those being deleted (for start-up).
    virtual Result<std::vector<std::string>> deleting() = 0;
    // How many machines' ARNs begin with the prefix.
    virtual Result<std::uint64_t> count(const std::string& arn_prefix) = 0;

    // The version of the machine's present revision: the one that is there, or a new one with the
    // next number. Errors: StateMachineDoesNotExist, StateMachineDeleting, ConflictingRequest
    // (another revision than asked for), QuotaExceeded (machine_versions_max).
    virtual Result<Version> publish(const Publication& publication) = 0;
    virtual Result<std::optional<Version>> find_version(const std::string& machine_arn,
                                                        std::int64_t number) = 0;
    // Newest first, below the number `before`.
    virtual Result<std::vector<Version>> list_versions(const std::string& machine_arn,
                                                       std::int64_t before, std::size_t limit) = 0;
    // One that is not there is as good as removed. Error: ConflictingRequest while an alias names
    // it.
    virtual Result<> remove_version(const std::string& machine_arn, std::int64_t number) = 0;

    // Errors: StateMachineDeleting, NotFound (the machine or a version), ConflictingRequest (the
    // name is taken; idempotency is the caller's rule), QuotaExceeded (machine_aliases_max).
    virtual Result<> create_alias(const Alias& alias) = 0;
    // Replaces description, routes and date. Errors: NotFound (the alias or a version),
    // StateMachineDeleting.
    virtual Result<> update_alias(const Alias& alias) = 0;
    // Error: NotFound.
    virtual Result<> remove_alias(const std::string& machine_arn, const std::string& name) = 0;
    virtual Result<std::optional<Alias>> find_alias(const std::string& machine_arn,
                                                    const std::string& name) = 0;
    // All of a machine (at most machine_aliases_max), in order of creation date, then name.
    virtual Result<std::vector<Alias>> aliases(const std::string& machine_arn) = 0;

    // The tags of a machine or an activity; none when the ARN is of neither.
    virtual Result<std::optional<json::Value>> tags(const std::string& arn) = 0;
    // Replaces them by what `change` makes of them, atomically; its error is passed on. Error:
    // NotFound.
    using ChangeTags = std::function<Result<json::Value>(const json::Value&)>;
    virtual Result<> change_tags(const std::string& arn, const ChangeTags& change) = 0;

    // Error: ActivityAlreadyExists when the ARN is taken (idempotency is the caller's rule).
    virtual Result<> create_activity(const Activity& activity) = 0;
    // Error: ActivityDoesNotExist.
    virtual Result<> remove_activity(const std::string& arn) = 0;
    virtual Result<std::optional<Activity>> find_activity(const std::string& arn) = 0;
    // As `list`. Error: InvalidToken when `after` is gone.
    virtual Result<std::vector<Activity>>
    list_activities(const std::string& arn_prefix, const std::string& after, std::size_t limit) = 0;
    // How many ARNs begin with the prefix.
    virtual Result<std::uint64_t> count_activities(const std::string& arn_prefix) = 0;
    // The definition's text by hash.
    virtual Result<std::optional<std::string>> definition(const std::string& hash) = 0;
};

}  // namespace weft::catalog
