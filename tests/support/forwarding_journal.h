#pragma once

#include "journal/journal.h"

#include <string>
#include <utility>
#include <vector>

namespace weft::test {

// Hands everything on to another journal: for decorators, which change what they care about.
class ForwardingJournal : public journal::Journal {
public:
    explicit ForwardingJournal(journal::Journal& target) : m_target(target) {}

    journal::StreamKey next_key() override { return m_target.next_key(); }
    void append(journal::Append append, Done done) override
    {
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
    journal::Journal& m_target;
};

}  // namespace weft::test
