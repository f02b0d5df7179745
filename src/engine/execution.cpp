#include "engine/execution.h"

#include "base/assert.h"

#include <algorithm>

namespace weft::engine {

const history::ExecutionStarted& Execution::started() const
{
    WEFT_ASSERT(m_started != nullptr);
    return *m_started;
}

Timestamp Execution::next_due() const
{
    if (m_status != Status::Running) return timestamp_max;
    return std::min(m_deadline, m_frames.next_due());
}

std::size_t Execution::bytes_about(std::size_t limit) const
{
    std::size_t bytes = m_frames.slots() * sizeof(Frame);
    const void* const first = m_started ? m_started->input.identity() : nullptr;
    const void* last = nullptr;
    const auto add = [&](const json::Value& value) {
        const void* const node = value.identity();
        // Handed on as it is from one place to the next.
        if (node != nullptr && (node == first || node == last)) return;
        last = node;
        if (bytes <= limit) bytes += value.written_size(limit - bytes);
    };
    if (m_started) bytes += m_started->input.written_size(limit);
    for (Slot slot = 0; slot < m_frames.slots() && bytes <= limit; ++slot) {
        const Frame& frame = m_frames.at(slot);
        if (frame.phase == Phase::Closed) continue;
        add(frame.input);
        add(frame.value);
        add(frame.variables);
        if (frame.call) add(frame.call->parameters);
        if (!m_frames.forked(slot)) continue;
        for (const json::Value& result : m_frames.fork(slot).results) add(result);
    }
    return bytes;
}

bool operator==(const Execution& left, const Execution& right)
{
    const bool same_start =
        left.m_started == right.m_started ||
        (left.m_started && right.m_started && *left.m_started == *right.m_started);
    return same_start && left.m_status == right.m_status &&
           left.m_start_time == right.m_start_time && left.m_last_time == right.m_last_time &&
           left.m_last_id == right.m_last_id && left.m_event_count == right.m_event_count &&
           left.m_output == right.m_output && left.m_failure == right.m_failure &&
           left.m_deadline == right.m_deadline && left.m_redrive_count == right.m_redrive_count &&
           left.m_redrives == right.m_redrives && left.m_frames == right.m_frames;
}

}  // namespace weft::engine
