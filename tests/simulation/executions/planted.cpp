#include "tests/simulation/executions/planted.h"

#include "tests/support/forwarding_journal.h"

#include <utility>
#include <vector>

namespace weft::test {

namespace {

class PlantedJournal final : public ForwardingJournal {
public:
    PlantedJournal(Planted fault, std::unique_ptr<journal::Journal> target)
        : ForwardingJournal(*target), m_fault(fault), m_owned(std::move(target))
    {
    }

    void append(journal::Append append, Done done) override
    {
        std::vector<history::Event>& events = append.batch.events;
        const bool hit = ++m_count % 7 == 0;
        switch (m_fault) {
        case Planted::AcknowledgeEarly:
            if (hit) {
                done({});
                return ForwardingJournal::append(std::move(append), [](Result<>) {});
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
        ForwardingJournal::append(std::move(append), std::move(done));
    }

private:
    Planted m_fault;
    std::unique_ptr<journal::Journal> m_owned;
    std::uint64_t m_count = 0;
};

}  // namespace

std::unique_ptr<journal::Journal> plant(Planted fault, std::unique_ptr<journal::Journal> target)
{
    return std::make_unique<PlantedJournal>(fault, std::move(target));
}

}  // namespace weft::test
