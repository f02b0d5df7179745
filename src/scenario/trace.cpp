#include "scenario/trace.h"

#include "history/event_table.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace weft::scenario {
namespace {

constexpr std::size_t summary_states_max = 60;

void write_lines(const json::Value& path, const std::string& indent,
                 std::vector<std::string>& lines)
{
    for (const json::Value& visit : path.items()) {
        if (visit.is_string()) {
            lines.push_back(indent + std::string(visit.as_string()));
            continue;
        }
        const json::Member& fork = visit.members().front();
        lines.push_back(indent + std::string(fork.key.view()));
        const auto children = fork.value.items();
        for (std::size_t i = 0; i < children.size(); ++i) {
            lines.push_back(fmt::format("{}  [{}]", indent, i));
            write_lines(children[i], indent + "    ", lines);
        }
    }
}

}  // namespace

void Trace::add(const history::Event& event)
{
    ++m_events;
    const history::EventRow& row = history::event_row(event.type);
    if (event.id > 0)
        m_outline.push_back(fmt::format("{}<{} {}", event.id, event.previous, row.name));
    if (const auto* entered = std::get_if<history::StateEntered>(&event.details)) {
        enter(event.frame, entered->name.view());
    } else if (const auto* exited = std::get_if<history::StateExited>(&event.details)) {
        if (!exited->assigned.is_null()) m_assigned.push_back(exited->assigned);
    } else if (const auto* scheduled =
                   std::get_if<history::Boxed<history::TaskScheduled>>(&event.details)) {
        const std::size_t visit = m_frames[event.frame].current;
        m_calls.push_back({visit != none ? m_visits[visit].state : std::string(),
                           (*scheduled)->parameters, (*scheduled)->attempt});
    } else if (const auto* parallel = std::get_if<history::ParallelStarted>(&event.details)) {
        for (std::uint32_t i = 0; i < parallel->branches; ++i)
            fork(event.frame, parallel->first_frame + i, i);
    } else if (event.type == history::EventType::MapStateStarted) {
        const std::size_t visit = m_frames[event.frame].current;
        if (visit != none) m_visits[visit].forked = true;
    } else if (event.type == history::EventType::MapIterationStarted) {
        const auto& iteration = std::get<history::MapIteration>(event.details);
        fork(iteration.owner, event.frame, static_cast<std::size_t>(iteration.index));
    }
}

void Trace::enter(history::FrameId frame, std::string_view state)
{
    Frame& at = m_frames[frame];
    const std::size_t visit = m_visits.size();
    at.current = visit;
    if (at.owner == none)
        m_root.push_back(visit);
    else
        m_visits[at.owner].children[at.child].push_back(visit);
    m_visits.push_back({std::string(state), false, {}});
    ++m_entries[std::string(state)];
}

void Trace::fork(history::FrameId owner, history::FrameId frame, std::size_t child)
{
    const std::size_t visit = m_frames[owner].current;
    if (visit == none) return;
    Visit& state = m_visits[visit];
    state.forked = true;
    if (state.children.size() <= child) state.children.resize(child + 1);
    m_frames[frame] = {visit, child, none};
}

json::Value Trace::path() const
{
    return path_of(m_root);
}

json::Value Trace::path_of(const std::vector<std::size_t>& visits) const
{
    std::vector<json::Value> path;
    for (const std::size_t index : visits) {
        const Visit& visit = m_visits[index];
        if (!visit.forked) {
            path.emplace_back(visit.state);
            continue;
        }
        std::vector<json::Value> children;
        for (const std::vector<std::size_t>& child : visit.children)
            children.push_back(path_of(child));
        path.push_back(json::Value::object(
            {{json::String(visit.state), json::Value::array(std::move(children))}}));
    }
    return json::Value::array(std::move(path));
}

std::vector<std::string> path_lines(const json::Value& path)
{
    std::vector<std::string> lines;
    write_lines(path, {}, lines);
    return lines;
}

std::string path_summary(const json::Value& path, std::string_view arrow)
{
    std::string text;
    std::size_t states = 0;
    for (const json::Value& visit : path.items()) {
        if (++states > summary_states_max)
            return text + fmt::format("{}... ({} states)", arrow, path.size());
        if (!text.empty()) text += arrow;
        if (visit.is_string()) {
            text += visit.as_string();
            continue;
        }
        const json::Member& fork = visit.members().front();
        text += fmt::format("{} [{}]", fork.key.view(), fork.value.size());
    }
    return text;
}

}  // namespace weft::scenario
