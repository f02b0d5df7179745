#include "runtime/activity_board.h"

#include "base/assert.h"

#include <vector>

namespace weft::runtime {

Result<> ActivityBoard::wait(PollPtr poll)
{
    std::optional<journal::Offer> offer;
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed)
            return fail(ErrorCode::Throttled, "the service is shutting down and takes no new work");
        if (poll->over) {  // its caller had gone before it came here
            answer_nothing(poll);
            return {};
        }
        const auto activity = m_activities.try_emplace(poll->activity).first;
        if (activity->second.polls >= polls_max)
            return fail(ErrorCode::ActivityWorkerLimitExceeded,
                        "{} workers wait for a task of '{}' already", polls_max, poll->activity);
        poll->id = m_next_poll++;
        m_polls.emplace(poll->id, poll);
        ++activity->second.polls;
        auto& offers = activity->second.offers;
        if (offers.empty()) {
            activity->second.waiting.push_back(poll);
            poll->place = std::prev(activity->second.waiting.end());
            return {};
        }
        poll->state = Poll::State::Claimed;
        offer = std::move(offers.front());
        offers.pop_front();
        m_offers.erase({offer->key, offer->scheduled});
    }
    matched(*offer, poll);
    return {};
}

PollPtr ActivityBoard::take_poll(const std::string& activity)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_activities.find(activity);
    if (found == m_activities.end() || found->second.waiting.empty()) return nullptr;
    PollPtr poll = std::move(found->second.waiting.front());
    found->second.waiting.pop_front();
    poll->state = Poll::State::Claimed;
    return poll;
}

void ActivityBoard::offer(journal::Offer offer)
{
    PollPtr poll;
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed) return;
        const auto known = m_offers.find({offer.key, offer.scheduled});
        if (known != m_offers.end()) {  // told again after a restart
            *known->second.place = std::move(offer);
            return;
        }
        const auto activity = m_activities.try_emplace(offer.activity).first;
        auto& waiting = activity->second.waiting;
        if (waiting.empty()) {
            const std::pair key{offer.key, offer.scheduled};
            activity->second.offers.push_back(std::move(offer));
            m_offers.emplace(key, OfferPlace{activity, std::prev(activity->second.offers.end())});
            return;
        }
        poll = std::move(waiting.front());
        waiting.pop_front();
        poll->state = Poll::State::Claimed;
    }
    matched(offer, poll);
}

void ActivityBoard::withdraw(journal::StreamKey key, history::EventId scheduled)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_offers.find({key, scheduled});
    if (found == m_offers.end()) return;
    const OfferPlace place = found->second;
    m_offers.erase(found);
    place.activity->second.offers.erase(place.place);
    tidy(place.activity);
}

PollPtr ActivityBoard::find(std::uint64_t id) const
{
    const auto found = m_polls.find(id);
    return found == m_polls.end() ? nullptr : found->second;
}

void ActivityBoard::finish(Poll& poll)
{
    const auto activity = m_activities.find(poll.activity);
    if (poll.state == Poll::State::Waiting) activity->second.waiting.erase(poll.place);
    poll.state = Poll::State::Done;
    --activity->second.polls;
    m_polls.erase(poll.id);
    tidy(activity);
}

void ActivityBoard::tidy(Activities::iterator activity)
{
    if (activity->second.polls == 0 && activity->second.offers.empty())
        m_activities.erase(activity);
}

void ActivityBoard::answer_nothing(const PollPtr& poll)
{
    poll->home->post([poll] {
        poll->home->cancel(poll->timer);
        poll->answer(std::optional<ActivityTask>());
    });
}

void ActivityBoard::put_back(std::uint64_t id)
{
    PollPtr poll;
    std::optional<journal::Offer> offer;
    {
        const std::lock_guard lock(m_mutex);
        poll = find(id);
        if (poll == nullptr || poll->state != Poll::State::Claimed) return;
        if (poll->over || m_closed) {
            finish(*poll);
        } else {
            Activity& activity = m_activities.at(poll->activity);
            if (activity.offers.empty()) {
                activity.waiting.push_front(poll);
                poll->place = activity.waiting.begin();
                poll->state = Poll::State::Waiting;
                return;
            }
            offer = std::move(activity.offers.front());
            activity.offers.pop_front();
            m_offers.erase({offer->key, offer->scheduled});
        }
    }
    if (offer)
        matched(*offer, poll);
    else
        answer_nothing(poll);
}

void ActivityBoard::hand_over(std::uint64_t id, ActivityTask task, Function<void()> lost)
{
    PollPtr poll;
    {
        const std::lock_guard lock(m_mutex);
        poll = find(id);
        if (poll != nullptr) finish(*poll);
    }
    if (poll == nullptr) return lost();
    async::Loop& home = *poll->home;
    home.post([poll, task = std::move(task), lost = std::move(lost)]() mutable {
        poll->home->cancel(poll->timer);
        if (!poll->answer(std::optional(std::move(task)))) lost();
    });
}

void ActivityBoard::expire(const PollPtr& poll)
{
    {
        const std::lock_guard lock(m_mutex);
        poll->over = true;
        if (poll->id == 0 || poll->state != Poll::State::Waiting) return;
        finish(*poll);
    }
    poll->answer(std::optional<ActivityTask>());
}

void ActivityBoard::leave(const PollPtr& poll)
{
    {
        const std::lock_guard lock(m_mutex);
        poll->over = true;
        if (poll->id == 0 || poll->state != Poll::State::Waiting) return;
        finish(*poll);
    }
    poll->home->cancel(poll->timer);
    poll->answer(std::optional<ActivityTask>());
}

bool ActivityBoard::knows(const std::string& activity) const
{
    const std::lock_guard lock(m_mutex);
    return m_known.contains(activity);
}

void ActivityBoard::learn(const std::string& activity, std::uint64_t seen)
{
    constexpr std::size_t known_max = 100'000;
    const std::lock_guard lock(m_mutex);
    if (seen != m_forgotten) return;
    if (m_known.size() >= known_max) m_known.clear();
    m_known.insert(activity);
}

void ActivityBoard::forget(const std::string& activity)
{
    const std::lock_guard lock(m_mutex);
    m_known.erase(activity);
    ++m_forgotten;
}

std::uint64_t ActivityBoard::forgotten() const
{
    const std::lock_guard lock(m_mutex);
    return m_forgotten;
}

void ActivityBoard::close()
{
    std::vector<PollPtr> waiting;
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        for (const auto& [id, poll] : m_polls)
            if (poll->state == Poll::State::Waiting) waiting.push_back(poll);
        for (const PollPtr& poll : waiting) finish(*poll);
    }
    for (const PollPtr& poll : waiting) answer_nothing(poll);
}

std::size_t ActivityBoard::polls() const
{
    const std::lock_guard lock(m_mutex);
    return m_polls.size();
}

std::size_t ActivityBoard::offers() const
{
    const std::lock_guard lock(m_mutex);
    return m_offers.size();
}

}  // namespace weft::runtime
