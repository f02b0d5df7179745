#include "tests/simulation/executions/planted.h"

#include <utility>
#include <vector>

namespace weft::test {

namespace {

class PlantedJournal final : public journal::Journal {
public:
    PlantedJournal(Planted fault, std::unique_ptr<journal::Journal> target)
        : m_fault(fault), m_owned(std::move(target)), m_target(*m_owned)
    {
    }

    journal::StreamKey next_key() override { return m_target.next_key(); }
    void append(journal::Append append, Done done) override
    {
        std::vector<history::Event>& events = append.batch.events;
        const bool hit = ++m_count % 7 == 0;
        switch (m_fault) {
        case Planted::AcknowledgeEarly:
            if (hit) {
                done({});
                return m_target.append(std::move(append), [](Result<>) {});
            }
            break;
        case Planted::DropEvent:
            if (hit && events.size() > 2) events.erase(events.begin() + 1);
            break;
        case Planted::SkipId:
            if (hit && events.size() > 1)
                for (history::Event& event : events)
                    if (event.id > 1) ++event.id;
            break;
        case Planted::LoseTimer:
            if (append.create && append.create->wake_at) append.create->wake_at = timestamp_max;
            if (append.update.wake_at) append.update.wake_at = timestamp_max;
            append.row_changes = true;
            break;
        case Planted::RepeatResult:
            for (const history::Event& event : events) {
                if (event.type != history::EventType::TaskSucceeded) continue;
                history::Event again = event;
                again.id = 0;
                events.push_back(std::move(again));
                break;
            }
            break;
        case Planted::ClaimRefused:
            done = [inner = std::move(done)](Result<> result) mutable {
                if (!result && result.error().code == ErrorCode::Io) result = {};
                inner(std::move(result));
            };
            break;
        case Planted::HideWrite:
            if (!hit) break;
            done = [inner = std::move(done)](Result<> result) mutable {
                if (result) result = fail(ErrorCode::Io, "planted: called refused");
                inner(std::move(result));
            };
            break;
        case Planted::ForgetWhenFull:
            done = [inner = std::move(done)](Result<> result) mutable {
                if (result || result.error().message != "injected: the disk is full")
                    inner(std::move(result));
            };
            break;
        case Planted::LoseMessage:
            append.update.outbox = false;
            append.row_changes = true;
            break;
        case Planted::ForgetAcceptance:
            std::erase_if(events, [](const history::Event& event) {
                return event.type == history::EventType::MessageAccepted;
            });
            break;
        case Planted::KeepOffer: append.withdrawn.clear(); break;
        case Planted::LoseResult:
            for (const history::Event& event : events) {
                if (event.type != history::EventType::ActivitySucceeded) continue;
                done({});
                return;
            }
            break;
        case Planted::NoLimit:
        case Planted::None: break;
        }
        m_target.append(std::move(append), std::move(done));
    }
    void put_checkpoint(journal::Checkpoint checkpoint, Done done) override
    {
        m_target.put_checkpoint(std::move(checkpoint), std::move(done));
    }
    void put_express(journal::ExpressStart start, Done done) override
    {
        m_target.put_express(std::move(start), std::move(done));
    }
    void erase_express(journal::StreamKey key, Done done) override
    {
        m_target.erase_express(key, std::move(done));
    }
    Result<std::vector<journal::Batch>> read(journal::StreamKey key, std::uint64_t from,
                                             std::size_t bytes_max) override
    {
        return m_target.read(key, from, bytes_max);
    }
    Result<std::optional<std::uint64_t>> batch_of(journal::StreamKey key,
                                                  history::EventId id) override
    {
        return m_target.batch_of(key, id);
    }
    Result<std::optional<journal::Batch>> last_batch(journal::StreamKey key) override
    {
        return m_target.last_batch(key);
    }
    Result<std::optional<journal::IndexRow>> find(journal::StreamKey key) override
    {
        return m_target.find(key);
    }
    Result<std::optional<journal::IndexRow>> find_by_name(const std::string& machine_arn,
                                                          const std::string& name) override
    {
        return m_target.find_by_name(machine_arn, name);
    }
    Result<std::vector<journal::IndexRow>> list(const journal::ListQuery& query) override
    {
        return m_target.list(query);
    }
    Result<std::optional<journal::Checkpoint>> checkpoint(journal::StreamKey key) override
    {
        return m_target.checkpoint(key);
    }
    Result<std::vector<journal::IndexRow>> unsettled(journal::StreamKey after,
                                                     std::size_t limit) override
    {
        return m_target.unsettled(after, limit);
    }
    Result<std::vector<journal::IndexRow>> due(Timestamp until, std::size_t limit) override
    {
        return m_target.due(until, limit);
    }
    Result<std::optional<Timestamp>> next_wake(Timestamp after) override
    {
        return m_target.next_wake(after);
    }
    Result<std::vector<journal::ExpressStart>> express_starts(journal::StreamKey after,
                                                              std::size_t limit) override
    {
        return m_target.express_starts(after, limit);
    }
    Result<std::vector<journal::Offer>> offers(std::int64_t after, std::size_t limit) override
    {
        return m_target.offers(after, limit);
    }
    Result<std::uint64_t> running_count(const std::string& machine_arn) override
    {
        return m_target.running_count(machine_arn);
    }
    std::uint64_t open_count() const override { return m_target.open_count(); }
    Result<journal::EndedPage> ended(Timestamp before, journal::StreamKey after,
                                     std::size_t rows) override
    {
        return m_target.ended(before, after, rows);
    }
    void retire(std::vector<journal::StreamKey> keys, Timestamp before, Removed done) override
    {
        m_target.retire(std::move(keys), before, std::move(done));
    }
    void purge(std::size_t rows, Removed done) override { m_target.purge(rows, std::move(done)); }
    const std::string& secret() const override { return m_target.secret(); }
    void close() override { m_target.close(); }

private:
    Planted m_fault;
    std::unique_ptr<journal::Journal> m_owned;
    journal::Journal& m_target;
    std::uint64_t m_count = 0;
};

}  // namespace

std::unique_ptr<journal::Journal> plant(Planted fault, std::unique_ptr<journal::Journal> target)
{
    return std::make_unique<PlantedJournal>(fault, std::move(target));
}

}  // namespace weft::test
