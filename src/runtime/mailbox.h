#pragma once

#include "async/loop.h"
#include "journal/journal.h"
#include "runtime/outbox.h"
#include "runtime/requests.h"
#include "runtime/stream.h"

#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft::runtime {

// A call of a Task between its AcquirePermit and its end.
struct OpenCall {
    enum class Phase : std::uint8_t { WaitsForPermit, Permitted, UnderWay };
    Phase phase = Phase::WaitsForPermit;
    std::string permit_key;                                    // empty: needs none
    std::optional<engine::Dispatch> dispatch;                  // a resend that waits for its permit
    std::shared_ptr<boost::asio::cancellation_signal> cancel;  // UnderWay
    std::uint64_t serial = 0;  // which invocation: a cancelled one's end is not this one's
};

// An activity's task that looks for a worker.
struct SoughtWorker {
    journal::Offer offer;
    bool found = false;    // one that waited; the command is on its way
    bool foreign = false;  // the activity is of another account or region
};

// What waits for a batch to be durable.
struct Held {
    std::vector<history::Event> events;
    std::vector<engine::Action> actions;  // Dispatch, CancelCall, HandOver
    std::vector<SoughtWorker> sought;
    std::vector<history::Message> messages;  // queued by this batch, to be delivered
    std::vector<std::pair<journal::StreamKey, std::uint64_t>> acks;  // (sender, number)
    std::vector<Callback<void>> replies;  // of callers, in their own words
    std::vector<StreamCommand>
        commands;  // internal ones that led to it: done again if the batch is refused

    bool nothing() const { return events.empty() && acks.empty() && replies.empty(); }
};

// One stream in memory: its state, its commands, what waits for the disk. Belongs to one worker,
// touched on its loop only (while `busy`, by the compute pool alone).
struct Mailbox {
    journal::IndexRow row;            // as it is durable
    std::string arn;                  // execution ARN, or a relay's name
    bool durable = true;              // false: Express, no journal
    bool express_start_kept = false;  // asynchronous Express: erase its start row at the end
    std::unique_ptr<Stream> stream;   // null while loading
    Outbox outbox;

    struct Queued {
        StreamCommand command;
        Callback<void> reply;                      // external commands
        std::shared_ptr<Timestamp> redriven = {};  // of a Redrive: takes when it happened
    };
    using Queue = std::list<Queued>;  // takes no memory while it is empty
    Queue queue;
    // What speaks of a call that has not been answered yet, by the call's event.
    std::vector<std::pair<history::EventId, Queued>> early;
    bool queued = false;    // stands in the worker's ready list
    bool busy = false;      // a slice runs on the compute pool
    bool flushing = false;  // one append is under way
    bool created = false;   // its row is in the journal, or on its way

    Held pending;
    Held in_flight;
    std::vector<history::Event> observed;  // those in flight, for an observer that wants them
    std::uint64_t next_batch = 0;
    std::uint64_t events_since_checkpoint = 0;
    history::EventId next_public = 1;    // id of the next public event to be journaled
    journal::IndexUpdate in_flight_row;  // what the batch under way makes of `row`
    std::uint32_t in_flight_public = 0;  // public events of the batch under way
    std::uint32_t refusals = 0;          // appends refused in a row
    std::optional<Error> refusal;        // of a batch, while `busy`: dealt with afterwards
    std::uint32_t loads_failed = 0;      // in a row
    bool woken = false;                  // woken or recovered, and not settled since
    std::vector<std::pair<journal::StreamKey, std::uint64_t>>
        acks_refused;  // with a batch: owed if they speak of what is durable

    async::Loop::TimerId timer = 0;
    Timestamp timer_at = timestamp_max;
    std::map<history::EventId, OpenCall> calls;
    std::vector<Callback<SyncReply>> end_waiters;

    // While it rests: its place among those that do, since when, and what it takes about.
    std::optional<std::list<Mailbox*>::iterator> resting;
    Timestamp resting_since{};
    std::size_t resting_bytes = 0;
};

}  // namespace weft::runtime
