#include "tests/support/random_events.h"

#include <array>
#include <cmath>
#include <limits>

namespace weft::test {

using namespace history;

std::int64_t RandomEvents::integer()
{
    switch (below(6)) {
    case 0: return 0;
    case 1: return static_cast<std::int64_t>(below(300));
    case 2: return -static_cast<std::int64_t>(below(300));
    case 3: return std::numeric_limits<std::int64_t>::min();
    case 4: return std::numeric_limits<std::int64_t>::max();
    default: return static_cast<std::int64_t>(m_entropy.next());
    }
}

std::string RandomEvents::text()
{
    static constexpr std::array<std::uint64_t, 8> sizes = {0, 1, 5, 14, 15, 32, 64, 200};
    std::string text;
    const std::uint64_t size = chance(60) ? 5'000 : sizes[below(sizes.size())];
    for (std::uint64_t i = 0; i < size; ++i) text += static_cast<char>('a' + below(26));
    if (chance(8)) text += "é𝄞\n\"";
    return text;
}

json::Value RandomEvents::value(int depth)
{
    if (!m_values.empty() && chance(3)) return m_values[below(m_values.size())];
    json::Value made;
    switch (below(depth > 0 ? 11 : 8)) {
    case 0: return {};
    case 1: return chance(2);
    case 2: return integer();
    case 3: return m_entropy.next();
    case 4:
        return chance(4) ? -0.0 : std::ldexp(m_entropy.unit(), static_cast<int>(below(200)) - 100);
    case 5: made = json::Value::big_number("123456789012345678901234567890"); break;
    case 6:
    case 7: made = text(); break;
    case 8: {
        std::vector<json::Value> items;
        for (std::uint64_t i = below(6); i > 0; --i) items.push_back(value(depth - 1));
        made = json::Value::array(std::move(items));
        break;
    }
    default: {
        std::vector<json::Member> members;
        for (std::uint64_t i = below(chance(10) ? 30 : 6); i > 0; --i)
            members.push_back(
                {std::to_string(i) + (chance(3) ? std::string(40, 'k') : "k"), value(depth - 1)});
        made = json::Value::object(std::move(members));
        break;
    }
    }
    m_values.push_back(made);
    if (m_values.size() > 50) m_values.erase(m_values.begin());
    return made;
}

Timestamp RandomEvents::time()
{
    if (chance(8)) return timestamp_max;
    return Timestamp(Milliseconds(
        chance(8) ? integer() : 1'700'000'000'000 + static_cast<std::int64_t>(below(1'000'000))));
}

std::optional<json::String> RandomEvents::maybe_string()
{
    if (chance(3)) return std::nullopt;
    return string();
}

std::optional<std::int64_t> RandomEvents::maybe_integer()
{
    if (chance(3)) return std::nullopt;
    return integer();
}

Details RandomEvents::details(std::size_t shape)
{
    const auto u32 = [this] {
        return static_cast<std::uint32_t>(chance(3) ? 0 : m_entropy.next());
    };
    const auto boxed = []<class T>(T structure) {
        return std::make_shared<const T>(std::move(structure));
    };
    switch (shape) {
    case 0: return NoDetails{};
    case 1: {
        ExecutionStarted started;
        started.input = value();
        started.role_arn = text();
        started.version_arn = text();
        started.alias_arn = text();
        started.key = integer();
        started.execution_arn = text();
        started.name = text();
        started.machine_arn = text();
        started.machine_name = text();
        started.revision_hash = text();
        started.type = chance(2) ? ExecutionType::Express : ExecutionType::Standard;
        started.deadline = time();
        started.limits_profile = static_cast<std::uint8_t>(below(256));
        started.semantics_version = u32();
        started.parent_key = integer();
        started.parent_event = integer();
        started.parent_waits = chance(2);
        return boxed(std::move(started));
    }
    case 2: return ExecutionSucceeded{value()};
    case 3: return Failure{maybe_string(), maybe_string()};
    case 4: return StateEntered{string(), value()};
    case 5: return StateExited{string(), value(), value(), string()};
    case 6:
        return boxed(TaskScheduled{string(), string(), string(), value(), maybe_integer(),
                                   maybe_integer(), maybe_string(), u32(), time(), integer()});
    case 7: return TaskStarted{string(), string(), integer(), u32(), string()};
    case 8: return boxed(TaskResult{string(), string(), value(), integer(), value()});
    case 9:
        return boxed(
            TaskFailure{string(), string(), maybe_string(), maybe_string(), integer(), chance(2)});
    case 10:
        return boxed(
            MapStarted{integer(), value(), value(), u32(), chance(2) ? -1.0 : 12.5, integer()});
    case 11: return ParallelStarted{u32(), u32(), value()};
    case 12: return MapIteration{string(), integer(), value(), u32()};
    case 13: return boxed(EvaluationFailed{string(), string(), maybe_string(), maybe_string()});
    case 14: return TimerSet{time()};
    case 15: return boxed(RetryScheduled{u32(), u32(), u32(), string(), string(), time()});
    case 16: return CallReissued{integer(), u32()};
    case 17: return CallInDoubt{integer()};
    case 19: return ExecutionRedriven{integer(), string(), time()};
    default: return boxed(Message{integer(), m_entropy.next(), string(), value()});
    }
}

Event RandomEvents::event()
{
    const auto rows = event_rows();
    return event_of(rows[below(rows.size())]);
}

Event RandomEvents::event_of(const EventRow& row)
{
    Event event;
    event.type = row.type;
    event.id = row.is_public() ? m_next_id++ : 0;
    event.previous = chance(2) ? m_next_id - 1 : integer();
    if (chance(20)) event.id = integer();
    event.time = time();
    event.frame = static_cast<FrameId>(chance(2) ? 0 : below(1'000'000));
    // Mostly the row's own shape; the codec does not depend on it.
    event.details = details(chance(8) ? below(std::variant_size_v<Details>)
                                      : static_cast<std::size_t>(row.shape));
    return event;
}

journal::Batch RandomEvents::batch(journal::StreamKey key, std::uint64_t number,
                                   std::size_t events_max)
{
    journal::Batch batch;
    batch.key = key;
    batch.number = number;
    batch.first_public = m_next_id;
    for (std::uint64_t i = below(events_max + 1); i > 0; --i) batch.events.push_back(event());
    batch.public_count = static_cast<std::uint32_t>(m_next_id - batch.first_public);
    return batch;
}

}  // namespace weft::test
