#pragma once

#include "base/entropy.h"
#include "tests/support/forwarding_journal.h"

#include <mutex>
#include <vector>

namespace weft::test {

struct JournalFaults {
    std::uint64_t seed = 1;
    // One write in so many; 0: never.
    std::uint64_t fail_before = 0;  // Io, and nothing was written
    std::uint64_t fail_after =
        0;  // written but not heard: OutcomeUnknown, and nothing is taken until restart()
    std::uint64_t delay = 0;  // `done` is held until a later write or release(), in order
};

// A journal that fails by the dice, over another one that does not. The same seed and calls give
// the same faults. Any thread.
class FaultyJournal final : public ForwardingJournal {
public:
    FaultyJournal(journal::Journal& target, JournalFaults faults)
        : ForwardingJournal(target), m_faults(faults), m_entropy(faults.seed)
    {
    }
    ~FaultyJournal() override { release(); }

    // Calls the `done`s that are held.
    void release();
    // After an OutcomeUnknown, as a new process would: takes writes again. Held `done`s are
    // forgotten.
    void restart();
    bool broken() const;
    // A full disk: every write is refused with Io, and nothing of it is there, until there is room.
    void set_full(bool full);
    // The next write happens and its answer is lost, as with `fail_after`.
    void lose_next();
    // Before the next write, as with `fail_before`.
    void refuse_next();
    std::uint64_t injected() const;

    void append(journal::Append append, Done done) override;
    void put_checkpoint(journal::Checkpoint checkpoint, Done done) override;
    void put_express(journal::ExpressStart start, Done done) override;
    void erase_express(journal::StreamKey key, Done done) override;
    void retire(std::vector<journal::StreamKey> keys, Timestamp before, Removed done) override;
    void purge(std::size_t rows, Removed done) override;
    void close() override
    {
        ForwardingJournal::close();
        release();
    }

private:
    struct Held {
        Done done;
        Result<> result;
    };
    // What befalls this write: its `done`, wrapped, or nothing when it was refused.
    bool admit(Done& done);
    // The same for a step of retention; null when it was refused.
    std::shared_ptr<Removed> admit(Removed done);
    bool chance(std::uint64_t one_in) { return one_in != 0 && m_entropy.next() % one_in == 0; }

    JournalFaults m_faults;
    mutable std::mutex m_mutex;
    Entropy m_entropy;
    std::vector<Held> m_held;
    bool m_broken = false;
    bool m_full = false;
    bool m_lose_next = false;
    bool m_refuse_next = false;
    std::uint64_t m_injected = 0;
};

}  // namespace weft::test
