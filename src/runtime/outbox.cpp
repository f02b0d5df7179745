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

}  // namespace weft::runtime
