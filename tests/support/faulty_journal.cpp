#include "tests/support/faulty_journal.h"

#include <utility>

namespace weft::test {

using namespace journal;

bool FaultyJournal::admit(Done& done)
{
    bool lose_answer = false;
    bool hold = false;
    {
        std::unique_lock lock(m_mutex);
        const bool refuse = std::exchange(m_refuse_next, false) || m_full;
        if (m_broken || refuse || chance(m_faults.fail_before)) {
            const ErrorCode code = m_broken ? ErrorCode::OutcomeUnknown : ErrorCode::Io;
            const bool full = m_full;
            ++m_injected;
            lock.unlock();
            if (full && code == ErrorCode::Io)
                done(fail(code, "injected: the disk is full"));
            else
                done(fail(code, "injected: lost before the write"));
            return false;
        }
        lose_answer = std::exchange(m_lose_next, false) || chance(m_faults.fail_after);
        hold = chance(m_faults.delay);
        if (lose_answer) {
            m_broken = true;
            ++m_injected;
        }
    }
    if (!hold) release();
    done = [this, lose_answer, hold, inner = std::move(done)](Result<> result) mutable {
        if (lose_answer && result)
            result = fail(ErrorCode::OutcomeUnknown, "injected: lost after the write");
        std::unique_lock lock(m_mutex);
        // What is held comes first: answers keep the order of the writes.
        if (hold || !m_held.empty()) {
            m_held.push_back({std::move(inner), std::move(result)});
            return;
        }
        lock.unlock();
        inner(std::move(result));
    };
    return true;
}

void FaultyJournal::release()
{
    std::vector<Held> held;
    {
        const std::unique_lock lock(m_mutex);
        held.swap(m_held);
    }
    for (Held& each : held) each.done(std::move(each.result));
}

void FaultyJournal::restart()
{
    std::vector<Held> forgotten;
    const std::unique_lock lock(m_mutex);
    forgotten.swap(m_held);
    m_broken = false;
}

bool FaultyJournal::broken() const
{
    const std::unique_lock lock(m_mutex);
    return m_broken;
}

void FaultyJournal::set_full(bool full)
{
    const std::unique_lock lock(m_mutex);
    m_full = full;
}

void FaultyJournal::lose_next()
{
    const std::unique_lock lock(m_mutex);
    m_lose_next = true;
}

void FaultyJournal::refuse_next()
{
    const std::unique_lock lock(m_mutex);
    m_refuse_next = true;
}

std::uint64_t FaultyJournal::injected() const
{
    const std::unique_lock lock(m_mutex);
    return m_injected;
}

void FaultyJournal::append(Append append, Done done)
{
    if (admit(done)) ForwardingJournal::append(std::move(append), std::move(done));
}

void FaultyJournal::put_checkpoint(Checkpoint checkpoint, Done done)
{
    if (admit(done)) ForwardingJournal::put_checkpoint(std::move(checkpoint), std::move(done));
}

void FaultyJournal::put_express(ExpressStart start, Done done)
{
    if (admit(done)) ForwardingJournal::put_express(std::move(start), std::move(done));
}

void FaultyJournal::erase_express(StreamKey key, Done done)
{
    if (admit(done)) ForwardingJournal::erase_express(key, std::move(done));
}

std::shared_ptr<Journal::Removed> FaultyJournal::admit(Removed done)
{
    auto removal = std::make_shared<Removal>();
    Done plain = [removal, done = std::move(done)](Result<> result) mutable {
        if (!result) return done(tl::unexpected(std::move(result).error()));
        done(*removal);
    };
    if (!admit(plain)) return nullptr;
    return std::make_shared<Removed>(
        [removal, plain = std::move(plain)](Result<Removal> result) mutable {
            if (!result) return plain(tl::unexpected(std::move(result).error()));
            *removal = *result;
            plain({});
        });
}

void FaultyJournal::retire(std::vector<StreamKey> keys, Timestamp before, Removed done)
{
    if (const auto answer = admit(std::move(done)))
        ForwardingJournal::retire(std::move(keys), before, [answer](Result<Removal> result) {
            (*answer)(std::move(result));
        });
}

void FaultyJournal::purge(std::size_t rows, Removed done)
{
    if (const auto answer = admit(std::move(done)))
        ForwardingJournal::purge(
            rows, [answer](Result<Removal> result) { (*answer)(std::move(result)); });
}

}  // namespace weft::test
