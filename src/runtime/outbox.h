#pragma once

#include "base/result.h"
#include "history/event.h"
#include "journal/journal.h"

#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace weft::runtime {

// The messages of one stream: those it queued that were not acked, and those it accepted. Folded
// from its events, so that recovery knows what to send again and what to ignore
// (docs/architecture.md, messages).
class Outbox {
public:
    void fold(const history::Event& event);
    // Folds an event that was read back. Errors: Corrupt when it contradicts those before it.
    Result<> refold(const history::Event& event);

    bool empty() const { return m_unacked.empty(); }
    std::uint64_t next_number() const { return m_next; }
    const std::map<std::uint64_t, history::Message>& unacked() const { return m_unacked; }
    bool accepted(journal::StreamKey from, std::uint64_t number) const
    {
        return m_accepted.contains({from, number});
    }
    bool waits_for(std::uint64_t number) const { return m_unacked.contains(number); }

    bool operator==(const Outbox&) const = default;

private:
    std::uint64_t m_next = 1;
    std::map<std::uint64_t, history::Message> m_unacked;
    std::set<std::pair<journal::StreamKey, std::uint64_t>> m_accepted;
};

}  // namespace weft::runtime
