#include "engine/dataflow/context_object.h"

#include "encoding/timestamp.h"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace weft::engine {

namespace {

// AWS: a Task shows how often it was retried, a Pass does not. The states that can be retried.
bool counts_retries(const asl::State& state)
{
    return std::holds_alternative<asl::Task>(state.kind) ||
           std::holds_alternative<asl::Parallel>(state.kind) ||
           std::holds_alternative<asl::Map>(state.kind);
}

}  // namespace

const json::Value& ContextObject::execution_part()
{
    if (!m_execution_part.is_null()) return m_execution_part;
    const history::ExecutionStarted& started = m_execution.started();
    // AWS: members in the recorded order; RedriveTime only after a redrive. TestState shows no
    // RedriveCount, and a null where it was given no role.
    std::vector<json::Member> members{
        {"Id", started.execution_arn},
        {"Input", started.input},
        {"StartTime", encoding::format_timestamp(m_execution.start_time())},
        {"Name", started.name}};
    if (m_inspection == nullptr) {
        members.push_back({"RoleArn", started.role_arn});
        members.push_back({"RedriveCount", m_execution.redrive_count()});
        if (const std::optional<Timestamp> redriven = m_execution.redrive_time())
            members.push_back({"RedriveTime", encoding::format_timestamp(*redriven)});
    } else {
        members.push_back(
            {"RoleArn", started.role_arn.empty() ? json::Value() : json::Value(started.role_arn)});
    }
    m_execution_part = json::Value::object(std::move(members));
    return m_execution_part;
}

const json::Value& ContextObject::machine_part()
{
    if (!m_machine_part.is_null()) return m_machine_part;
    const history::ExecutionStarted& started = m_execution.started();
    m_machine_part =
        json::Value::object({{"Id", started.machine_arn}, {"Name", started.machine_name}});
    return m_machine_part;
}

json::Value ContextObject::state_part(const asl::State& state, const Frame& frame) const
{
    std::vector<json::Member> members;
    members.reserve(3);
    members.push_back({"Name", frame.state});
    members.push_back({"EnteredTime", encoding::format_timestamp(frame.entered_time)});
    if (counts_retries(state))
        members.push_back({"RetryCount", std::uint64_t{frame.retries_total}});
    return json::Value::object(std::move(members));
}

json::Value ContextObject::item_part(Slot slot, std::optional<std::uint32_t> item) const
{
    const FrameTable& frames = m_execution.frames();
    Slot map = slot;
    while (!item) {
        const Frame& frame = frames.at(map);
        if (frame.owner == no_slot) return {};
        map = frame.owner;
        if (frames.fork(map).map) item = frame.index;
    }
    const json::Value& items = frames.fork(map).map->items;
    std::vector<json::Member> members;
    members.reserve(3);
    members.push_back({"Index", std::uint64_t{*item}});
    if (items.is_object()) {
        const json::Member& member = items.members()[*item];
        members.push_back({"Key", member.key});
        members.push_back({"Value", member.value});
    } else {
        members.push_back({"Value", items.items()[*item]});
    }
    return json::Value::object({{"Item", json::Value::object(std::move(members))}});
}

json::Value ContextObject::build(const asl::State& state, Slot slot,
                                 std::optional<std::uint32_t> item, std::string_view task_token)
{
    json::Value map = item_part(slot, item);
    if (m_inspection != nullptr && !m_inspection->context.is_null())
        return map.is_null() ? m_inspection->context
                             : json::with_member(m_inspection->context, "Map", std::move(map));
    std::vector<json::Member> members;
    members.reserve(5);
    members.push_back({"Execution", execution_part()});
    members.push_back({"StateMachine", machine_part()});
    members.push_back({"State", state_part(state, m_execution.frames().at(slot))});
    if (!map.is_null()) members.push_back({"Map", std::move(map)});
    if (!task_token.empty())
        members.push_back({"Task", json::Value::object({{"Token", task_token}})});
    return json::Value::object(std::move(members));
}

}  // namespace weft::engine
