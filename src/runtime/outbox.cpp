#include "runtime/outbox.h"

#include <algorithm>

namespace weft::runtime {

void Outbox::fold(const history::Event& event)
{
    const auto* boxed = std::get_if<history::Boxed<history::Message>>(&event.details);
    if (boxed == nullptr) return;
    const history::Message& message = **boxed;
    switch (event.type) {
    case history::EventType::MessageQueued:
        m_unacked.emplace(message.number, message);
        m_next = std::max(m_next, message.number + 1);
        break;
    case history::EventType::MessageAcked: m_unacked.erase(message.number); break;
    case history::EventType::MessageAccepted:
        m_accepted.emplace(message.peer, message.number);
        break;
    default: break;
    }
}

Result<> Outbox::refold(const history::Event& event)
{
    if (event.type < history::EventType::MessageQueued) return {};
    const auto* boxed = std::get_if<history::Boxed<history::Message>>(&event.details);
    if (boxed == nullptr || *boxed == nullptr)
        return fail(ErrorCode::Corrupt, "an event of a message holds none");
    const history::Message& message = **boxed;
    const char* wrong = nullptr;
    if (event.type == history::EventType::MessageQueued && message.number != m_next)
        wrong = "is queued out of turn";
    else if (event.type == history::EventType::MessageAcked && !waits_for(message.number))
        wrong = "is acked and was not sent";
    else if (event.type == history::EventType::MessageAccepted &&
             accepted(message.peer, message.number))
        wrong = "is accepted twice";
    if (wrong != nullptr)
        return fail(ErrorCode::Corrupt,
                    "the history contradicts itself: message {} of stream {} {}", message.number,
                    message.peer, wrong);
    fold(event);
    return {};
}

}  // namespace weft::runtime
