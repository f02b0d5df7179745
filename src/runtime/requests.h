#pragma once

#include "base/function.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "history/event.h"
#include "journal/journal.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::runtime {

// INTERFACE CONTRACT: what the API, the command line and the tests ask of the runtime, and what it
// answers.

// An answer, given exactly once.
template <class T> using Callback = Function<void(Result<T>)>;

// Where a request comes from: the resources of other accounts and regions are not seen.
struct Scope {
    std::string region = "us-east-1";
    std::string account = "123456789012";
};

struct CreateMachine {
    Scope scope;
    std::string name;
    std::string definition;
    std::string role_arn;
    catalog::MachineType type = catalog::MachineType::Standard;
    json::Value logging;
    json::Value tracing;
    json::Value encryption;
    json::Value tags;
    bool publish = false;
    std::string version_description;
};

struct UpdateMachine {
    std::string arn;
    std::optional<std::string> definition;
    std::optional<std::string> role_arn;
    std::optional<json::Value> logging;
    std::optional<json::Value> tracing;
    std::optional<json::Value> encryption;
    bool publish = false;
    std::string version_description;
};

struct UpdatedMachine {
    Timestamp updated{};
    std::string revision_id;  // empty when nothing changed
    std::string version_arn;  // when it was published
};

// A machine as DescribeStateMachine shows it: as it is now, or as a version froze it.
struct MachineDescription {
    catalog::StateMachine machine;  // its ARN is the one that was asked for
    std::string version_description;
};

struct PublishVersion {
    std::string machine_arn;
    std::optional<std::string> revision_id;  // "INITIAL": as the machine was created
    std::string description;
};

struct VersionItem {
    std::string arn;
    Timestamp created{};
};

struct VersionPage {
    std::vector<VersionItem> versions;  // newest first
    std::string token;
};

struct AliasRoute {
    std::string version_arn;
    std::int64_t weight = 0;
};

struct PutAlias {
    std::string name;
    std::optional<std::string> description;
    std::vector<AliasRoute> routes;  // empty on an update: as they are
};

struct AliasDescription {
    std::string arn;
    catalog::Alias alias;
};

struct AliasPage {
    std::vector<AliasDescription> aliases;
    std::string token;
};

// The Task that starts an execution: its stream and the event of its call.
struct Parent {
    journal::StreamKey key = 0;
    history::EventId event = 0;
    bool waits = false;  // the Task ends when the execution does
};

struct StartRequest {
    std::string machine_arn;
    std::string name;   // empty: a fresh UUID
    json::Value input;  // parsed by the caller
    std::string trace_header;
    std::optional<Parent> parent = {};
};

struct StartReply {
    std::string execution_arn;
    Timestamp start{};
};

// How an execution stands, from what is durable.
struct ExecutionDescription {
    std::string execution_arn;
    std::string machine_arn;
    std::string name;
    journal::RunStatus status = journal::RunStatus::Running;
    Timestamp start{};
    std::optional<Timestamp> stop;
    std::string role_arn;
    json::Value input;
    std::optional<json::Value> output;  // SUCCEEDED
    std::optional<std::string> error;
    std::optional<std::string> cause;
    std::string revision_hash;
    std::string version_arn;
    std::string alias_arn;
    journal::Redrives redrives;
    std::string not_redrivable;  // why it cannot be redriven now; empty: it can
};

// The end of a synchronous Express execution (or of `weft run`).
struct SyncReply {
    ExecutionDescription execution;
    std::uint64_t billed_milliseconds = 0;      // rounded up to 100
    std::uint64_t billed_memory_megabytes = 0;  // multiples of 64
};

struct HistoryRequest {
    std::string execution_arn;
    std::size_t limit = 100;  // 1 … 1000
    bool reverse = false;
    std::string token;  // empty: from the beginning
};

struct HistoryPage {
    std::vector<history::Event> events;  // public ones only
    std::string token;                   // empty: no more
};

struct ListRequest {
    std::string machine_arn;  // or of a version or an alias
    std::optional<journal::RunStatus> status;
    std::size_t limit = 100;
    std::string token;
};

struct ExecutionListItem {
    std::string execution_arn;
    std::string machine_arn;
    std::string name;
    journal::RunStatus status = journal::RunStatus::Running;
    Timestamp start{};
    std::optional<Timestamp> stop;
    std::string version_arn;
    std::string alias_arn;
    journal::Redrives redrives;
};

struct ListPage {
    std::vector<ExecutionListItem> executions;  // newest first
    std::string token;
};

struct MachinePage {
    std::vector<catalog::StateMachine> machines;
    std::string token;
};

struct CreateActivity {
    Scope scope;
    std::string name;
    json::Value encryption;
    json::Value tags;
};

struct ActivityPage {
    std::vector<catalog::Activity> activities;
    std::string token;
};

struct StopRequest {
    std::string execution_arn;
    std::optional<std::string> error;
    std::optional<std::string> cause;
};

struct RedriveRequest {
    std::string execution_arn;
    std::string client_token;  // empty: none
};

// A task of an activity, for the worker that asked for one.
struct ActivityTask {
    std::string token;
    json::Value input;
};

struct TaskRequest {
    std::string activity_arn;
    std::string worker;  // empty: none given
};

// What somebody who has a task's token says of it.
struct TaskAnswer {
    std::string token;
    bool failed = false;
    json::Value output;
    std::optional<std::string> error;
    std::optional<std::string> cause;
};

// The definition an execution runs, as it was at its start.
struct MachineForExecution {
    catalog::StateMachine machine;  // definition replaced by the pinned one
    std::string execution_arn;
};

}  // namespace weft::runtime
