#pragma once

#include "tests/support/forwarding_journal.h"

#include <deque>
#include <functional>
#include <utility>

namespace weft::test {

// Between a runtime in simulated time and a journal with threads of its own: writes wait here until
// flush(), which hands them on and gives their answers on the caller's thread.
class SteppedJournal final : public ForwardingJournal {
public:
    explicit SteppedJournal(journal::Journal& target) : ForwardingJournal(target) {}

    std::size_t pending() const { return m_queue.size(); }
    // Writes up to `writes_max` of what waits, in order, and blocks until the journal has answered.
    // `alive` says, once it has, whether anybody is left to hear the answers.
    void flush(std::size_t writes_max, const std::function<bool()>& alive);

    void append(journal::Append append, Done done) override;
    void put_checkpoint(journal::Checkpoint checkpoint, Done done) override;
    void put_express(journal::ExpressStart start, Done done) override;
    void erase_express(journal::StreamKey key, Done done) override;

private:
    struct Queued {
        Function<void(Done)> write;
        Done done;
    };
    std::deque<Queued> m_queue;
};

}  // namespace weft::test
