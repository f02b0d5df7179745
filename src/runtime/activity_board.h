#pragma once

#include "async/loop.h"
#include "base/function.h"
#include "base/result.h"
#include "journal/journal.h"
#include "runtime/requests.h"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace weft::runtime {

// An open GetActivityTask. Everything but `id`, `activity` and `worker` belongs to the board and to
// the loop `home`.
struct Poll {
    std::uint64_t id = 0;
    std::string activity;
    std::string worker;  // empty: none given
    async::Loop* home = nullptr;
    // On `home`, once: a task, or none when the time was up. False: the caller has gone.
    Function<bool(Result<std::optional<ActivityTask>>)> answer;
    async::Loop::TimerId timer = 0;

private:
    friend class ActivityBoard;
    enum class State : std::uint8_t { Waiting, Claimed, Done };
    State state = State::Waiting;
    bool over = false;  // its time is up, or its caller has gone: not to be put back
    std::list<std::shared_ptr<Poll>>::iterator place;
};
using PollPtr = std::shared_ptr<Poll>;

// Where workers and the tasks of activities meet: in order of arrival on either side, each match
// O(1). Thread-safe; shared by all loops, and holds no thread and no timer of its own. Not engine
// state: what is on offer is written down in the journal, and put up here once it is durable; a
// match is a command to the execution, which may find it too late.
class ActivityBoard {
public:
    // AWS: pollers of one activity at one time.
    static constexpr std::size_t polls_max = 1'000;

    // Called without a lock held, on the thread that brought the two together: the poll is claimed
    // until `put_back` or `hand_over`.
    std::function<void(const journal::Offer&, const PollPtr&)> matched;

    // Error: ActivityWorkerLimitExceeded.
    Result<> wait(PollPtr poll);
    // The poll that has waited longest, claimed; none when nobody waits.
    PollPtr take_poll(const std::string& activity);
    void offer(journal::Offer offer);
    void withdraw(journal::StreamKey key, history::EventId scheduled);
    // A claimed poll whose task was gone: to the front again.
    void put_back(std::uint64_t poll);
    // A claimed poll gets its task; `lost` is called on the poll's loop when its caller had gone.
    void hand_over(std::uint64_t poll, ActivityTask task, Function<void()> lost);
    // On the poll's loop: its time is up. One that is claimed is answered when it comes back.
    void expire(const PollPtr& poll);
    // On the poll's loop: its caller has gone, and so does its place.
    void leave(const PollPtr& poll);
    // Which activities there are, as far as they were asked for: a poll or an offer of one that is
    // known needs no look into the catalog.
    bool knows(const std::string& activity) const;
    // `seen`: what forgotten() said before the catalog was looked into: what was deleted since then
    // is not taken for known.
    void learn(const std::string& activity, std::uint64_t seen);
    std::uint64_t forgotten() const;
    void forget(const std::string& activity);
    // Shutting down: whoever waits is sent home without a task.
    void close();

    std::size_t polls() const;
    std::size_t offers() const;

private:
    struct Activity {
        std::list<PollPtr> waiting;
        std::list<journal::Offer> offers;  // one of the two is empty
        std::size_t polls = 0;             // waiting and claimed
    };
    using Activities = std::unordered_map<std::string, Activity>;
    struct OfferPlace {
        Activities::iterator activity;
        std::list<journal::Offer>::iterator place;
    };

    PollPtr find(std::uint64_t id) const;
    void finish(Poll& poll);  // under the lock: it is no longer the board's
    void tidy(Activities::iterator activity);
    static void answer_nothing(const PollPtr& poll);

    mutable std::mutex m_mutex;
    Activities m_activities;
    std::unordered_map<std::uint64_t, PollPtr> m_polls;
    std::map<std::pair<journal::StreamKey, history::EventId>, OfferPlace> m_offers;
    std::unordered_set<std::string> m_known;
    std::uint64_t m_forgotten = 0;  // activities so far
    std::uint64_t m_next_poll = 1;
    bool m_closed = false;
};

}  // namespace weft::runtime
