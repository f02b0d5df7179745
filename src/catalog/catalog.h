#pragma once

#include "base/function.h"
#include "base/result.h"
#include "base/time.h"
#include "json/value.h"

#include <cstdint>
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
    bool operator==(const StateMachine&) const = default;
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

// State machines and their revisions, activities. Reads are blocking and thread-safe; a write is
// durable when it returns (blocking). Definitions stay readable by hash while a revision or an
// unexpired execution names them.
class Catalog {
public:
    virtual ~Catalog() = default;

    // Error: StateMachineAlreadyExists when the ARN is taken (idempotency is the caller's rule).
    virtual Result<> create(const StateMachine& machine) = 0;
    // Replaces the row; `expected_revision` guards against a concurrent update. Errors:
    // StateMachineDoesNotExist, ConflictingRequest.
    virtual Result<> update(const StateMachine& machine, const std::string& expected_revision) = 0;
    virtual Result<> set_status(const std::string& arn, MachineStatus status) = 0;
    virtual Result<> remove(const std::string& arn) = 0;
    virtual Result<std::optional<StateMachine>> find(const std::string& arn) = 0;
    // In order of creation date, then ARN; `after` is the last ARN of the page before. Scope:
    // "arn:aws:states:REGION:ACCOUNT:" prefix.
    virtual Result<std::vector<StateMachine>> list(const std::string& arn_prefix,
                                                   const std::string& after, std::size_t limit) = 0;
    // Those being deleted (for start-up).
    virtual Result<std::vector<std::string>> deleting() = 0;
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
