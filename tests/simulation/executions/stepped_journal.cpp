#include "tests/simulation/executions/stepped_journal.h"

#include <algorithm>
#include <future>
#include <vector>

namespace weft::test {

void SteppedJournal::flush(std::size_t writes_max, const std::function<bool()>& alive)
{
    std::vector<Done> dones;
    std::vector<std::promise<Result<>>> promises(std::min(writes_max, m_queue.size()));
    for (auto& promise : promises) {
        Queued queued = std::move(m_queue.front());
        m_queue.pop_front();
        dones.push_back(std::move(queued.done));
        queued.write([&promise](Result<> result) { promise.set_value(std::move(result)); });
    }
    std::vector<Result<>> results;
    for (auto& promise : promises) results.push_back(promise.get_future().get());
    if (!alive()) return;
    for (std::size_t i = 0; i < dones.size(); ++i) dones[i](std::move(results[i]));
}

void SteppedJournal::append(journal::Append append, Done done)
{
    m_queue.push_back({[this, append = std::move(append)](Done written) mutable {
                           ForwardingJournal::append(std::move(append), std::move(written));
                       },
                       std::move(done)});
}

void SteppedJournal::put_checkpoint(journal::Checkpoint checkpoint, Done done)
{
    m_queue.push_back({[this, checkpoint = std::move(checkpoint)](Done written) mutable {
                           ForwardingJournal::put_checkpoint(std::move(checkpoint),
                                                             std::move(written));
                       },
                       std::move(done)});
}

void SteppedJournal::put_express(journal::ExpressStart start, Done done)
{
    m_queue.push_back({[this, start = std::move(start)](Done written) mutable {
                           ForwardingJournal::put_express(std::move(start), std::move(written));
                       },
                       std::move(done)});
}

void SteppedJournal::erase_express(journal::StreamKey key, Done done)
{
    m_queue.push_back(
        {[this, key](Done written) { ForwardingJournal::erase_express(key, std::move(written)); },
         std::move(done)});
}

}  // namespace weft::test
