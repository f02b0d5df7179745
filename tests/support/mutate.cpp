#include "tests/support/mutate.h"

#include "base/overloaded.h"
#include "history/event_table.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>
#include <variant>

namespace weft::test {

using namespace history;

std::int64_t Mutator::number(std::int64_t near)
{
    const auto shifted = [near](std::int64_t by) {  // wraps
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(near) +
                                         static_cast<std::uint64_t>(by));
    };
    switch (below(8)) {
    case 0: return 0;
    case 1: return -1;
    case 2: return std::numeric_limits<std::int64_t>::max();
    case 3: return std::numeric_limits<std::int64_t>::min();
    case 4: return shifted(1);
    case 5: return shifted(-1);
    default: return static_cast<std::int64_t>(below(40));
    }
}

void Mutator::change(std::vector<Event>& events)
{
    if (events.empty()) return;
    const std::size_t at = below(events.size());
    const auto place = events.begin() + static_cast<std::ptrdiff_t>(at);
    const std::uint64_t kind = below(12);
    switch (kind) {
    case 0: events.erase(place); break;
    case 1: {
        const Event again = *place;
        events.insert(events.begin() + static_cast<std::ptrdiff_t>(below(events.size())), again);
        break;
    }
    case 2: std::swap(events[at], events[below(events.size())]); break;
    case 3: events[at].frame = static_cast<FrameId>(number(events[at].frame)); break;
    case 4: events[at].id = number(events[at].id); break;
    case 5: events[at].previous = number(events[at].previous); break;
    case 6:
        events[at].time =
            Timestamp(Milliseconds(number(events[at].time.time_since_epoch().count())));
        break;
    case 7: {  // another kind of the same shape, so that it goes further
        const auto rows = event_rows();
        const auto shape = static_cast<Shape>(events[at].details.index());
        const std::size_t first = below(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const EventRow& row = rows[(first + i) % rows.size()];
            if (row.shape != shape) continue;
            events[at].type = row.type;
            break;
        }
        break;
    }
    case 8: {
        const auto rows = event_rows();
        events[at].type = rows[below(rows.size())].type;
        break;
    }
    case 9: events[at].details = events[below(events.size())].details; break;
    default: change_details(events, events[at]); break;
    }
    if (kind != 4 && below(8) != 0) renumber(events);
}

void Mutator::change_details(std::vector<Event>& events, Event& event)
{
    const auto changed = [](const auto& boxed, auto change) {
        auto copy = std::make_shared<std::remove_cvref_t<decltype(*boxed)>>(*boxed);
        change(*copy);
        return copy;
    };
    const auto moment = [this] { return Timestamp(Milliseconds(number(1'700'000'000'000))); };
    const auto name = [&] {
        for (std::size_t i = 0; i < events.size(); ++i) {
            const Event& other = events[below(events.size())];
            if (const auto* entered = std::get_if<StateEntered>(&other.details))
                return entered->name;
        }
        return json::String("Nowhere");
    };
    std::visit(overloaded{
                   [&](Boxed<ExecutionStarted>& details) {
                       details = changed(details, [&](auto& to) { to.deadline = moment(); });
                   },
                   [&](StateEntered& details) { details.name = name(); },
                   [&](StateExited& details) {
                       if (below(4) == 0)
                           details.assigned = number(1);
                       else
                           (below(2) == 0 ? details.name : details.next) =
                               below(3) == 0 ? json::String() : name();
                   },
                   [&](Boxed<TaskScheduled>& details) {
                       details = changed(details, [&](auto& to) {
                           if (below(2) == 0)
                               to.timeout_due = moment();
                           else
                               to.heartbeat_seconds = number(10);
                       });
                   },
                   [&](TaskStarted& details) {
                       if (below(2) == 0)
                           details.scheduled = number(details.scheduled);
                       else
                           details.dispatch = static_cast<std::uint32_t>(number(details.dispatch));
                   },
                   [&](Boxed<TaskResult>& details) {
                       details =
                           changed(details, [&](auto& to) { to.scheduled = number(to.scheduled); });
                   },
                   [&](Boxed<TaskFailure>& details) {
                       details =
                           changed(details, [&](auto& to) { to.scheduled = number(to.scheduled); });
                   },
                   [&](Boxed<MapStarted>& details) {
                       details = changed(details, [&](auto& to) {
                           if (below(2) == 0)
                               to.length = number(to.length);
                           else if (below(2) == 0)
                               to.items = json::Value(7);
                           else
                               to.concurrency = static_cast<std::uint32_t>(number(to.concurrency));
                       });
                   },
                   [&](ParallelStarted& details) {
                       (below(2) == 0 ? details.first_frame : details.branches) =
                           static_cast<std::uint32_t>(number(details.branches));
                   },
                   [&](MapIteration& details) {
                       if (below(2) == 0)
                           details.index = number(details.index);
                       else
                           details.owner = static_cast<FrameId>(number(details.owner));
                   },
                   [&](TimerSet& details) { details.due = moment(); },
                   [&](Boxed<RetryScheduled>& details) {
                       details = changed(details, [&](auto& to) {
                           if (below(2) == 0)
                               to.retrier = static_cast<std::uint32_t>(number(to.retrier));
                           else
                               to.due = moment();
                       });
                   },
                   [&](CallReissued& details) { details.scheduled = number(details.scheduled); },
                   [&](CallInDoubt& details) { details.scheduled = number(details.scheduled); },
                   [](auto&) {},
               },
               event.details);
}

void Mutator::renumber(std::vector<Event>& events) const
{
    EventId next = 1;
    for (Event& event : events) event.id = is_public(event.type) ? next++ : 0;
}

json::Value Mutator::change(const json::Value& value)
{
    if (value.is_array() && value.size() > 0) {
        std::vector<json::Value> items(value.items().begin(), value.items().end());
        const std::size_t at = below(items.size());
        const std::uint64_t kind = below(12);
        if (kind == 0)
            items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
        else if (kind == 1)
            items.insert(items.begin() + static_cast<std::ptrdiff_t>(at), items[at]);
        else
            items[at] = change(items[at]);
        return json::Value::array(std::move(items));
    }
    if (value.kind() == json::Kind::Int) return number(value.as_int());
    switch (below(4)) {
    case 0: return {};
    case 1: return number(1);
    case 2: return json::Value::array({});
    default: return json::Value("Nowhere");
    }
}

}  // namespace weft::test
