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
