#pragma once

#include "history/event.h"

namespace weft::journal {

// The numbers under which each structure of history/event.h and each of its members is stored:
// never reuse or reorder. A new member of a structure fails to compile here until it gets the next
// number; ascending, at most 30. Absent fields read as zero, empty, null, none or, for a Timestamp,
// timestamp_max; so does a new field in an old journal.

template <class T> constexpr unsigned shape_number = 0;
template <> constexpr unsigned shape_number<history::NoDetails> = 1;
template <> constexpr unsigned shape_number<history::ExecutionStarted> = 2;
template <> constexpr unsigned shape_number<history::ExecutionSucceeded> = 3;
template <> constexpr unsigned shape_number<history::Failure> = 4;
template <> constexpr unsigned shape_number<history::StateEntered> = 5;
template <> constexpr unsigned shape_number<history::StateExited> = 6;
template <> constexpr unsigned shape_number<history::TaskScheduled> = 7;
template <> constexpr unsigned shape_number<history::TaskStarted> = 8;
template <> constexpr unsigned shape_number<history::TaskResult> = 9;
template <> constexpr unsigned shape_number<history::TaskFailure> = 10;
template <> constexpr unsigned shape_number<history::MapStarted> = 11;
template <> constexpr unsigned shape_number<history::ParallelStarted> = 12;
template <> constexpr unsigned shape_number<history::MapIteration> = 13;
template <> constexpr unsigned shape_number<history::EvaluationFailed> = 14;
template <> constexpr unsigned shape_number<history::TimerSet> = 15;
template <> constexpr unsigned shape_number<history::RetryScheduled> = 16;
template <> constexpr unsigned shape_number<history::CallReissued> = 17;
template <> constexpr unsigned shape_number<history::CallInDoubt> = 18;
template <> constexpr unsigned shape_number<history::Message> = 19;
template <> constexpr unsigned shape_number<history::ExecutionRedriven> = 20;

template <class T, class Structure>
concept Is = std::is_same_v<std::remove_const_t<T>, Structure>;

// Calls visit(number, member) for each member, by ascending number.
void visit_fields(Is<history::NoDetails> auto&, auto&&) {}

void visit_fields(Is<history::ExecutionStarted> auto& details, auto&& visit)
{
    auto& [input, role_arn, version_arn, alias_arn, key, execution_arn, name, machine_arn,
           machine_name, revision_hash, type, deadline, limits_profile, semantics_version,
           parent_key, parent_event, parent_waits] = details;
    visit(1, input);
    visit(2, role_arn);
    visit(3, version_arn);
    visit(4, alias_arn);
    visit(5, key);
    visit(6, execution_arn);
    visit(7, name);
    visit(8, machine_arn);
    visit(9, machine_name);
    visit(10, revision_hash);
    visit(11, type);
    visit(12, deadline);
    visit(13, limits_profile);
    visit(14, semantics_version);
    visit(15, parent_key);
    visit(16, parent_event);
    visit(17, parent_waits);
}

void visit_fields(Is<history::ExecutionSucceeded> auto& details, auto&& visit)
{
    auto& [output] = details;
    visit(1, output);
}

void visit_fields(Is<history::Failure> auto& details, auto&& visit)
{
    auto& [error, cause] = details;
    visit(1, error);
    visit(2, cause);
}

void visit_fields(Is<history::StateEntered> auto& details, auto&& visit)
{
    auto& [name, input] = details;
    visit(1, name);
    visit(2, input);
}

void visit_fields(Is<history::StateExited> auto& details, auto&& visit)
{
    auto& [name, output, assigned, next] = details;
    visit(1, name);
    visit(2, output);
    visit(3, next);
    visit(4, assigned);
}

void visit_fields(Is<history::TaskScheduled> auto& details, auto&& visit)
{
    auto& [resource_type, resource, region, parameters, timeout_seconds, heartbeat_seconds,
           credentials_role_arn, attempt, timeout_due, token_nonce] = details;
    visit(1, resource_type);
    visit(2, resource);
    visit(3, region);
    visit(4, parameters);
    visit(5, timeout_seconds);
    visit(6, heartbeat_seconds);
    visit(7, credentials_role_arn);
    visit(8, attempt);
    visit(9, timeout_due);
    visit(10, token_nonce);
}

void visit_fields(Is<history::TaskStarted> auto& details, auto&& visit)
{
    auto& [resource_type, resource, scheduled, dispatch, worker] = details;
    visit(1, resource_type);
    visit(2, resource);
    visit(3, scheduled);
    visit(4, dispatch);
    visit(5, worker);
}

void visit_fields(Is<history::TaskResult> auto& details, auto&& visit)
{
    auto& [resource_type, resource, output, scheduled, usage] = details;
    visit(1, resource_type);
    visit(2, resource);
    visit(3, output);
    visit(4, scheduled);
    visit(5, usage);
}

void visit_fields(Is<history::TaskFailure> auto& details, auto&& visit)
{
    auto& [resource_type, resource, error, cause, scheduled, heartbeat] = details;
    visit(1, resource_type);
    visit(2, resource);
    visit(3, error);
    visit(4, cause);
    visit(5, scheduled);
    visit(6, heartbeat);
}

void visit_fields(Is<history::MapStarted> auto& details, auto&& visit)
{
    auto& [length, items, effective_input, concurrency, tolerated_percentage, tolerated_count] =
        details;
    visit(1, length);
    visit(2, items);
    visit(3, effective_input);
    visit(4, concurrency);
    visit(5, tolerated_percentage);
    visit(6, tolerated_count);
}

void visit_fields(Is<history::ParallelStarted> auto& details, auto&& visit)
{
    auto& [first_frame, branches, input] = details;
    visit(1, first_frame);
    visit(2, branches);
    visit(3, input);
}

void visit_fields(Is<history::MapIteration> auto& details, auto&& visit)
{
    auto& [name, index, value, owner] = details;
    visit(1, name);
    visit(2, index);
    visit(3, value);
    visit(4, owner);
}

void visit_fields(Is<history::EvaluationFailed> auto& details, auto&& visit)
{
    auto& [state, location, error, cause] = details;
    visit(1, state);
    visit(2, location);
    visit(3, error);
    visit(4, cause);
}

void visit_fields(Is<history::TimerSet> auto& details, auto&& visit)
{
    auto& [due] = details;
    visit(1, due);
}

void visit_fields(Is<history::RetryScheduled> auto& details, auto&& visit)
{
    auto& [retrier, attempt, attempt_total, error, cause, due] = details;
    visit(1, retrier);
    visit(2, attempt);
    visit(3, attempt_total);
    visit(4, error);
    visit(5, cause);
    visit(6, due);
}

void visit_fields(Is<history::CallReissued> auto& details, auto&& visit)
{
    auto& [scheduled, dispatch] = details;
    visit(1, scheduled);
    visit(2, dispatch);
}

void visit_fields(Is<history::CallInDoubt> auto& details, auto&& visit)
{
    auto& [scheduled] = details;
    visit(1, scheduled);
}

void visit_fields(Is<history::Message> auto& details, auto&& visit)
{
    auto& [peer, number, kind, body] = details;
    visit(1, peer);
    visit(2, number);
    visit(3, kind);
    visit(4, body);
}

void visit_fields(Is<history::ExecutionRedriven> auto& details, auto&& visit)
{
    auto& [redrive_count, client_token, deadline] = details;
    visit(1, redrive_count);
    visit(2, client_token);
    visit(3, deadline);
}

}  // namespace weft::journal
