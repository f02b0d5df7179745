#pragma once

#include "base/entropy.h"
#include "history/event_table.h"
#include "journal/journal.h"

#include <optional>
#include <string>
#include <vector>

namespace weft::test {

// Random values, events of every type and shape, and batches, for round trips: edges are frequent,
// values share subtrees, and some are large enough to be stored apart. The same seed gives the same
// data.
class RandomEvents {
public:
    explicit RandomEvents(std::uint64_t seed) : m_entropy(seed) {}

    std::uint64_t below(std::uint64_t bound) { return m_entropy.next() % bound; }
    bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
    std::int64_t integer();
    std::string text();
    json::Value value(int depth = 4);
    history::Event event();  // of any type
    history::Event event_of(const history::EventRow& row);
    journal::Batch batch(journal::StreamKey key, std::uint64_t number, std::size_t events_max = 40);

private:
    Timestamp time();
    json::String string() { return json::String(text()); }
    std::optional<json::String> maybe_string();
    std::optional<std::int64_t> maybe_integer();
    history::Details details(std::size_t shape);

    Entropy m_entropy;
    std::vector<json::Value> m_values;  // made before, to be shared
    history::EventId m_next_id = 1;
};

}  // namespace weft::test
