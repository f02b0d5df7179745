#include "cli/run_model.h"

#include "base/overloaded.h"
#include "history/event_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft::cli {

namespace {

using history::EventType;

std::string text_of(const std::optional<json::String>& text)
{
    return text ? std::string(text->view()) : std::string();
}

}  // namespace

void RunModel::apply(const history::Event& event, std::vector<Line>& ended)
{
    const auto started = [&](std::int64_t length) {
        if (Line* line = line_of(event.frame)) {
            line->iterations.emplace();
            line->iterations->total = length;
        }
    };
    const auto iteration = [&](const history::MapIteration& details) {
        Line* line = line_of(details.owner);
        Iterations* counts = line != nullptr && line->iterations ? &*line->iterations : nullptr;
        if (event.type == EventType::MapIterationStarted) {
            Frame& frame = m_frames[event.frame];
            frame.owner = details.owner;
            frame.hidden = true;
            if (counts != nullptr) ++counts->running;
            return;
        }
        // One that failed is kept: the way from where it failed to the Map leads over it.
        if (event.type == EventType::MapIterationSucceeded) m_frames.erase(event.frame);
        if (counts == nullptr) return;
        --counts->running;
        if (event.type == EventType::MapIterationSucceeded) ++counts->succeeded;
        if (event.type == EventType::MapIterationFailed) ++counts->failed;
    };
    std::visit(
        overloaded{
            [&](const history::StateEntered& details) {
                enter(event, std::string(details.name.view()));
            },
            [&](const history::StateExited&) { leave(event, false, ended); },
            [&](const history::Boxed<history::MapStarted>& details) { started(details->length); },
            [&](const history::ParallelStarted& details) {
                Frame& parent = m_frames[event.frame];
                parent.first_branch = details.first_frame;
                parent.branches = details.branches;
                Frame branch;
                branch.owner = event.frame;
                branch.depth = parent.depth + 1;
                branch.hidden = parent.hidden;
                for (std::uint32_t i = 0; i < details.branches; ++i)
                    m_frames[details.first_frame + i] = branch;
            },
            [&](const history::MapIteration& details) { iteration(details); },
            [&](const history::Boxed<history::TaskFailure>& details) {
                note_failure(event.frame, m_frames[event.frame].state, text_of(details->error));
            },
            [&](const history::Boxed<history::EvaluationFailed>& details) {
                note_failure(event.frame, std::string(details->state.view()),
                             text_of(details->error));
            },
            [&](const history::Failure& details) {
                if (history::event_row(event.type).family != history::Family::Execution) {
                    note_failure(event.frame, m_frames[event.frame].state, text_of(details.error));
                } else if (m_failed_state.empty()) {
                    m_failed_state = m_frames[m_last_frame].state;
                }
            },
            [&](const history::Boxed<history::RetryScheduled>& details) {
                if (Line* line = line_of(event.frame))
                    line->note = fmt::format("retry {} after {}", details->attempt_total,
                                             details->error.view());
                m_failed_state.clear();
            },
            [](const auto&) {},
        },
        event.details);
    if (event.type == EventType::FailStateEntered)
        note_failure(event.frame, m_frames[event.frame].state, {});
    const bool whole = history::event_row(event.type).family == history::Family::Execution &&
                       event.type != EventType::ExecutionStarted;
    if (whole) {
        for (Line& line : m_active) {
            line.ended = event.time;
            line.failed = event.type != EventType::ExecutionSucceeded;
            ended.push_back(std::move(line));
        }
        m_active.clear();
    } else {
        m_last_frame = event.frame;
    }
}

void RunModel::enter(const history::Event& event, const std::string& name)
{
    Frame& frame = m_frames[event.frame];
    frame.state = name;
    if (frame.hidden) return;
    Line line;
    line.frame = event.frame;
    line.name = name;
    line.depth = frame.depth;
    line.since = event.time;
    m_active.push_back(std::move(line));
}

void RunModel::leave(const history::Event& event, bool failed, std::vector<Line>& ended)
{
    // What failed in this state or inside it was caught, or tolerated.
    if (!m_failed_state.empty() && is_within(m_failed_frame, event.frame)) m_failed_state.clear();
    // A Parallel whose branch failed leaves states behind that nobody will exit.
    const auto gone =
        std::stable_partition(m_active.begin(), m_active.end(), [&](const Line& line) {
            return !is_within(line.frame, event.frame);
        });
    for (auto line = gone; line != m_active.end(); ++line) {
        line->ended = event.time;
        line->failed = failed || line->frame != event.frame;
        ended.push_back(std::move(*line));
    }
    m_active.erase(gone, m_active.end());
    forget_branches(event.frame);
}

void RunModel::forget_branches(history::FrameId frame)
{
    const auto found = m_frames.find(frame);
    if (found == m_frames.end()) return;
    const history::FrameId first = found->second.first_branch;
    const std::uint32_t count = std::exchange(found->second.branches, 0);
    for (std::uint32_t i = 0; i < count; ++i) {
        forget_branches(first + i);
        m_frames.erase(first + i);
    }
}

void RunModel::note_failure(history::FrameId frame, std::string state, std::string error)
{
    if (Line* line = line_of(frame)) line->note = std::move(error);
    m_failed_frame = frame;
    m_failed_state = std::move(state);
}

bool RunModel::is_within(history::FrameId frame, history::FrameId ancestor) const
{
    while (frame != ancestor) {
        if (frame == 0) return false;
        const auto found = m_frames.find(frame);
        if (found == m_frames.end()) return false;
        frame = found->second.owner;
    }
    return true;
}

RunModel::Line* RunModel::line_of(history::FrameId frame)
{
    const auto line = std::ranges::find(m_active, frame, &Line::frame);
    return line == m_active.end() ? nullptr : &*line;
}

}  // namespace weft::cli
