#include "asl/target.h"

#include "asl/query.h"
#include "asl/resource_table.h"
#include "base/limits.h"
#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace weft::asl {
namespace {

constexpr std::uint64_t distributed_concurrency_max = 10'000;
constexpr std::size_t round_states_max =
    10'000'000;  // looked at in search of loops, over all Waits

// Fields whose constants travel as a payload.
constexpr std::array<std::string_view, 8> payload_fields = {
    "Arguments", "Assign",     "ItemSelector", "Items",
    "Output",    "Parameters", "Result",       "ResultSelector"};

// A time as people say it: "5 minutes", "4.3 hours".
std::string duration(double seconds)
{
    struct Unit {
        double seconds;
        std::string_view name;
    };
    constexpr std::array units = {Unit{31'536'000, "years"}, Unit{86'400, "days"},
                                  Unit{3'600, "hours"}, Unit{60, "minutes"}};
    for (const Unit& unit : units)
        if (seconds >= 2 * unit.seconds)
            return fmt::format("{:.4g} {}", seconds / unit.seconds, unit.name);
    return fmt::format("{:.4g} seconds", seconds);
}

// The bytes that a template's constants have for sure: what is computed counts nothing.
std::size_t constant_bytes(const json::Value& value)
{
    if (value.is_string()) return query_text(value.as_string()) ? 0 : json::write(value).size();
    std::size_t bytes = 2;
    if (value.is_array()) {
        for (const json::Value& item : value.items()) bytes += constant_bytes(item) + 1;
    } else if (value.is_object()) {
        for (const json::Member& member : value.members())
            if (!member.key.view().ends_with(".$"))
                bytes += member.key.view().size() + 4 + constant_bytes(member.value);
    } else {
        return json::write(value).size();
    }
    return bytes;
}

// Amazon Bedrock, InvokeModel: modelId is vendor.model…, or an ARN.
bool is_bedrock_model(std::string_view id)
{
    if (id.starts_with("arn:")) return true;
    return id.find('.') != std::string_view::npos &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.:-") ==
               std::string_view::npos;
}

// How many events a state makes at least when all goes well, as the history counts them.
std::uint64_t least_events(const State& state)
{
    if (std::holds_alternative<Task>(state.kind)) return 5;  // entered, scheduled, started, …
    if (std::holds_alternative<Parallel>(state.kind) || std::holds_alternative<Map>(state.kind))
        return 4;
    return 2;
}

template <class F> void each_next(const State& state, F&& visit)
{
    if (state.next != no_state) visit(state.next);
    if (const auto* choice = std::get_if<Choice>(&state.kind)) {
        for (const ChoiceRule& rule : choice->rules)
            if (rule.next != no_state) visit(rule.next);
        if (choice->default_next != no_state) visit(choice->default_next);
    }
    for (const Catcher& catcher : state.catchers) visit(catcher.next);
}

// The fewest states on a way from `start` back to it, itself first; empty when there is none.
std::vector<StateIndex> shortest_round(const Machine& machine, StateIndex start)
{
    std::vector<StateIndex> from(machine.states.size(), no_state);
    std::deque<StateIndex> open{start};
    while (!open.empty()) {
        const StateIndex at = open.front();
        open.pop_front();
        bool closed = false;
        each_next(machine.states[at], [&](StateIndex next) {
            if (closed || from[next] != no_state) return;
            from[next] = at;
            closed = next == start;
            if (!closed) open.push_back(next);
        });
        if (!closed) continue;
        std::vector<StateIndex> round;
        for (StateIndex state = from[start]; state != start; state = from[state])
            round.push_back(state);
        round.push_back(start);
        return round;
    }
    return {};
}

class TargetCheck {
public:
    TargetCheck(const Machine& machine, MachineType type, Findings& findings)
        : m_machine(machine), m_type(type), m_findings(findings)
    {
    }

    void scope(const json::Value& holder, const Place& place, MachineType type)
    {
        const json::Value* states = holder.find("States");
        if (states == nullptr) return;
        const Place states_place = place.field("States");
        for (const json::Member& member : states->members())
            if (const State* found = m_machine.find(member.key.view()))
                state(*found, member.value, states_place.field(member.key.view()), type);
    }

    void machine(const json::Value& value, std::size_t bytes)
    {
        const Place top;
        if (bytes > m_limits.definition_bytes_max)
            warn(code::aws_definition_size,
                 fmt::format("The definition has {} bytes; AWS allows {}", bytes,
                             m_limits.definition_bytes_max),
                 top);
        if (m_machine.timeout_seconds && m_type == MachineType::Express &&
            *m_machine.timeout_seconds > m_limits.express_seconds_max)
            warn(code::aws_duration,
                 fmt::format("AWS ends an Express execution after {}, before TimeoutSeconds",
                             duration(static_cast<double>(m_limits.express_seconds_max))),
                 top.field("TimeoutSeconds"));
        scope(value, top, m_type);
    }

private:
    void warn(std::string_view code, std::string message, const Place& place, std::string hint = {})
    {
        m_findings.warning(code, std::move(message), place, std::move(hint));
    }

    void state(const State& state, const json::Value& value, const Place& place, MachineType type)
    {
        for (const std::string_view field : payload_fields) {
            const json::Value* payload = value.find(field);
            if (payload == nullptr) continue;
            const std::size_t bytes = constant_bytes(*payload);
            if (bytes > m_limits.payload_bytes_max)
                warn(code::aws_payload_size,
                     fmt::format("The constants here have {} bytes; AWS allows {} for a payload",
                                 bytes, m_limits.payload_bytes_max),
                     place.field(field), "keep the data in S3 and hand its key on");
        }
        if (const auto* wait = std::get_if<Wait>(&state.kind))
            check_wait(state, *wait, place, type);
        if (const auto* task = std::get_if<Task>(&state.kind)) check_task(*task, value, place);
        if (const auto* map = std::get_if<Map>(&state.kind)) {
            check_map(*map, place);
            for (const std::string_view field : {"ItemProcessor", "Iterator"}) {
                const json::Value* processor = value.find(field);
                if (processor == nullptr) continue;
                const Place at = place.field(field);
                scope(*processor, at, processor_type(*map, *processor, type));
            }
        }
        if (const json::Value* branches = value.find("Branches")) {
            const Place at = place.field("Branches");
            for (std::size_t i = 0; i < branches->size(); ++i) {
                const Place branch = at.item(i);
                scope(branches->items()[i], branch, type);
            }
        }
    }

    // A distributed Map's children are executions of a type of their own.
    static MachineType processor_type(const Map& map, const json::Value& processor,
                                      MachineType outer)
    {
        if (!map.distributed) return outer;
        const json::Value* config = processor.find("ProcessorConfig");
        const json::Value* type = config != nullptr ? config->find("ExecutionType") : nullptr;
        return type != nullptr && type->is_string() && type->as_string() == "EXPRESS"
                   ? MachineType::Express
                   : MachineType::Standard;
    }

    void check_wait(const State& state, const Wait& wait, const Place& place, MachineType type)
    {
        if (wait.kind != Wait::Kind::Seconds) return;
        const bool express = type == MachineType::Express;
        const std::uint64_t most =
            express ? m_limits.express_seconds_max : m_limits.execution_seconds_max;
        const Place seconds = place.field("Seconds");
        if (static_cast<std::uint64_t>(wait.seconds) > most) {
            warn(code::aws_duration,
                 fmt::format("AWS ends {} execution after {}, before this Wait is over",
                             express ? "an Express" : "a Standard",
                             duration(static_cast<double>(most))),
                 seconds);
        } else if (!express) {
            check_round(state, wait, seconds);
        }
    }

    // A loop that waits writes events in each round, and AWS ends an execution with more than
    // 25,000 of them.
    void check_round(const State& state, const Wait& wait, const Place& place)
    {
        m_round_states += m_machine.states.size();
        if (m_round_states > round_states_max) return;
        std::uint64_t events = 0;
        for (const StateIndex index : shortest_round(m_machine, state.index))
            events += least_events(m_machine.states[index]);
        if (events == 0) return;
        const std::uint64_t rounds = m_limits.history_events_max / events;
        const double seconds = static_cast<double>(wait.seconds) * static_cast<double>(rounds);
        const std::uint64_t lifetime =
            m_machine.timeout_seconds.value_or(m_limits.execution_seconds_max);
        if (seconds >= static_cast<double>(lifetime)) return;
        warn(code::aws_history,
             fmt::format("This loop makes at least {} events a round; AWS fails an execution that "
                         "has more than {}, which is after {} rounds ({})",
                         events, m_limits.history_events_max, rounds, duration(seconds)),
             place,
             "wait longer, let the loop end earlier, or start a new execution from time to time");
    }

    void check_map(const Map& map, const Place& place)
    {
        if (!map.max_concurrency || map.max_concurrency->computed()) return;
        const std::uint64_t most =
            map.distributed ? distributed_concurrency_max : m_limits.inline_map_concurrency_max;
        if (map.max_concurrency->literal <= static_cast<double>(most)) return;
        warn(code::aws_concurrency,
             fmt::format("AWS runs at most {} iterations of {} Map at one time", most,
                         map.distributed ? "a distributed" : "an inline"),
             place.field("MaxConcurrency"));
    }

    void check_task(const Task& task, const json::Value& value, const Place& place)
    {
        if (task.resource.row != nullptr && !task.resource.row->on_aws)
            warn(code::aws_resource, fmt::format("AWS has no resource {}", task.resource.arn),
                 place.field("Resource"));
        if (task.resource.type != "bedrock" && task.resource.type != "aws-sdk:bedrockruntime")
            return;
        for (const std::string_view field : {"Arguments", "Parameters"}) {
            const json::Value* arguments = value.find(field);
            const json::Value* model = arguments != nullptr ? arguments->find("ModelId") : nullptr;
            if (model == nullptr || !model->is_string() || query_text(model->as_string()) ||
                is_bedrock_model(model->as_string()))
                continue;
            const Place at = place.field(field);
            warn(code::aws_resource,
                 fmt::format("'{}' is not the id of a model of Amazon Bedrock (vendor.model, or an "
                             "ARN)",
                             model->as_string()),
                 at.field("ModelId"));
        }
    }

    const Machine& m_machine;
    MachineType m_type;
    Findings& m_findings;
    std::size_t m_round_states = 0;
    const Limits m_limits = limits_for(LimitsProfile::Aws);
};

}  // namespace

void check_aws_target(const Machine& machine, MachineType type, const json::Value& value,
                      std::size_t bytes, Findings& findings)
{
    TargetCheck(machine, type, findings).machine(value, bytes);
}

}  // namespace weft::asl
