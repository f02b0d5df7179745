#pragma once

#include "runtime/worker.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace weft::runtime {

// Deletes executions that ended longer ago than RuntimeOptions::retention says (AWS keeps a
// Standard execution for 90 days after its end). Goes through the journal from the oldest execution
// on, in passes; a pass is a chain of steps that are bounded each and lie apart, so that what
// executions write is not held up. What an execution holds goes in steps after it is no longer
// found; a process that ends between them leaves the rest to the next one. Lives on the first loop.
class Retention {
public:
    Retention(Shared& shared, async::Loop& loop) : m_shared(shared), m_loop(loop) {}

    // Start-up, once executions are recovered.
    void begin();
    // Executions deleted by this process. Any thread.
    std::uint64_t deleted() const { return m_deleted.value(); }

private:
    void pass();
    void look(journal::StreamKey after);
    void looked(Result<journal::EndedPage> page);
    void retire(std::vector<journal::StreamKey> keys);
    // Then goes on looking, or ends the pass.
    void purge();
    void go_on();
    void ended_pass();
    // The step that comes next, after a pause that depends on how long this one took.
    void pause(void (Retention::*next)());
    void failed(const Error& error);
    bool stopping() const { return m_shared.stopping.load(std::memory_order_relaxed); }
    Milliseconds between_passes() const;

    Shared& m_shared;
    async::Loop& m_loop;
    Timestamp m_before{};                       // of this pass: what ended earlier goes
    std::optional<journal::StreamKey> m_after;  // where to look on; none: the pass is through
    Timestamp m_step_began{};
    std::uint64_t m_deleted_before_pass = 0;
    observability::LoopCounter m_deleted;
};

}  // namespace weft::runtime
