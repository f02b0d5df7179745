#pragma once

#include "runtime/activity_board.h"
#include "runtime/machine_cache.h"
#include "runtime/mailbox.h"
#include "runtime/permits.h"
#include "runtime/quarantine.h"
#include "runtime/runtime.h"

#include <atomic>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weft::runtime {

class Worker;
struct Shared;

// Whether there is such an activity, at once when that is known. Errors: ActivityDoesNotExist,
// Throttled, Io.
void find_activity(Shared& shared, async::Loop& home, const std::string& arn, Callback<void> reply);

// What all workers share.
struct Shared {
    Shared(RuntimeParts the_parts, RuntimeOptions the_options)
        : parts(std::move(the_parts)), options(the_options), machines(parts.catalog)
    {
    }

    RuntimeParts parts;
    RuntimeOptions options;
    MachineCache machines;
    Permits permits;
    ActivityBoard board;
    std::vector<std::unique_ptr<Worker>> workers;
    std::atomic<bool> stopping{false};
    std::atomic<std::size_t> starts_queued{0};
    std::atomic<std::size_t> express_open{0};
    mutable observability::Counter throttled;
    // Told whenever a row with this wake-up time has become durable and its stream has left memory.
    std::function<void(Timestamp)> note_wake;
    // Told when a stream that was woken or recovered has settled (for the bound on loads at one
    // time).
    std::function<void(journal::StreamKey)> woken;
    // Told when a stream could not be loaded and will not be tried again before the next start.
    std::function<void(journal::StreamKey)> lost;
    Quarantine quarantine;
    // A stream that cannot be loaded: corrupt, or of a kind unknown.
    std::function<void(const std::string&, const Error&)> log_failure;
    std::function<std::unique_ptr<Stream>(const journal::IndexRow&)>
        make_relay;  // StreamKind::Relay, in tests

    Worker& owner(std::uint32_t shard) { return *workers[shard % workers.size()]; }
    // The worker of this loop, or any when it has none.
    Worker& worker_of(const async::Loop& loop);
    Worker& owner(std::string_view machine_arn, std::string_view name)
    {
        return owner(journal::shard_of(machine_arn, name));
    }
};

// The outcome of a call that no integration can make.
integrations::Failure unsupported_resource(std::string_view resource);

// What a start's ARN leads to.
struct StartTarget {
    RegisteredPtr registered;
    std::string version_arn;  // empty: by the machine's own ARN
    std::string alias_arn;
};

// A start on its way to its first slice.
struct StartJob {
    enum class Mode : std::uint8_t { Standard, ExpressAsync, ExpressSync };
    Mode mode = Mode::Standard;
    RegisteredPtr registered;
    std::string version_arn;
    std::string alias_arn;
    std::string name;
    std::string express_uuid;
    json::Value input;
    journal::StreamKey key = 0;    // ExpressAsync: of its start row, already durable
    Callback<StartReply> started;  // on the worker's loop
    Callback<SyncReply> ended;     // ExpressSync; on the worker's loop
    std::optional<Parent> parent;
};

// One loop's share of the streams: the only writer of its executions. Every stream has a mailbox; a
// turn takes commands from it, decides, and adds to the batch that the journal makes durable;
// replies, actions and messages wait for that. All member functions are called on the loop.
class Worker {
public:
    Worker(Shared& shared, async::Loop& loop) : m_shared(shared), m_loop(loop) {}
    ~Worker();

    async::Loop& loop() { return m_loop; }
    const WorkerCounts& counts() const { return m_counts; }

    void start(StartJob job);
    // Sends a command to a stream, loading it if need be. `reply` (may be empty) is answered once
    // what it led to is durable.
    void command(const journal::IndexRow& row, StreamCommand command, Callback<void> reply);
    // Redrives an execution; answers when, once that is durable. Error: ExecutionNotRedrivable.
    void redrive(const journal::IndexRow& row, engine::Redrive command, Callback<Timestamp> reply);
    // Start-up: an execution that was under way when the last process ended.
    void recover(const journal::IndexRow& row);
    void wake(const journal::IndexRow& row);
    // A command for an execution of which only the key is known. Errors: TaskDoesNotExist, or
    // TaskTimedOut when it has ended.
    void command(journal::StreamKey key, StreamCommand command, Callback<void> reply);
    // Answers at the end of an execution, in memory or not, unless it is forgotten before. Whoever
    // asks looks afterwards whether it has ended already.
    void wait_for_end(const std::string& arn, std::uint64_t id, Callback<SyncReply> reply);
    void forget_wait(const std::string& arn, std::uint64_t id);
    // The arrival of a message for `row`'s stream, or of an ack (kind "ack") for one of its own.
    void message(const journal::IndexRow& row, MessageArrived message);
    // A named start that runs at this moment; null when there is none.
    const Mailbox* live(const std::string& arn) const;

    // Cancels calls; `idle` is called when nothing is being flushed or called any more.
    void shut_down(Function<void()> idle);

private:
    // worker.cpp: turns
    Mailbox& add(std::unique_ptr<Mailbox> box);
    // The stream's mailbox, loaded if it is not there.
    Mailbox& in_memory(const journal::IndexRow& row);
    void enqueue(Mailbox& box, StreamCommand command, Callback<void> reply = {});
    // The only way into a queue whose stream may rest.
    void enqueue(Mailbox& box, Mailbox::Queued queued);
    void make_ready(Mailbox& box);
    void drain();
    void turn(Mailbox& box);
    void run_on_pool(Mailbox& box, Mailbox::Queued queued);
    bool too_early(Mailbox& box, Mailbox::Queued& queued);
    StreamTurn turn_of(const Mailbox& box, Entropy& entropy, Meter& meter, Timestamp now) const;
    // What a slice says of its command beside its events; true when the command needs no repeating.
    bool settle_command(Mailbox::Queued& queued, const engine::Slice& slice);
    bool take(Mailbox& box, engine::Slice slice, Mailbox::Queued queued);
    void internal_event(Mailbox& box, history::EventType type, history::Message message);
    bool handle_message(Mailbox& box, Mailbox::Queued& queued);
    void after_turn(Mailbox& box);
    void set_timer(Mailbox& box);

    // worker_flush.cpp: the batch and what waits for it
    void flush(Mailbox& box);
    static void keep_commands(Mailbox& box, std::vector<StreamCommand> commands);
    void flushed(journal::StreamKey key, Result<> result);
    void refused(Mailbox& box, const Error& error);
    void perform(Mailbox& box, Held held);
    void deliver(journal::StreamKey from, const history::Message& message);
    Result<std::optional<journal::IndexRow>> receiver_of(const history::Message& message);
    void received(journal::StreamKey from, const history::Message& message,
                  Result<std::optional<journal::IndexRow>> row);
    static void change_offers(const Held& held, journal::Append& append);

    // worker_settle.cpp: what nothing more is to be done with
    void settle(Mailbox& box);
    void tell_settled(Mailbox& box);
    bool rest(Mailbox& box);
    void rouse(Mailbox& box);
    void plan_end_of_rest();
    void leave_memory(Mailbox& box);
    void finish(Mailbox& box);
    void drop_stream(Mailbox& box);
    void forget_arn(const Mailbox& box);
    void erase(Mailbox& box);

    // worker_calls.cpp: tasks
    // `place`: in the queue, where the slice's grants go one behind the other.
    void acquire(Mailbox& box, const engine::AcquirePermit& action, Mailbox::Queue::iterator place);
    void permit_granted(journal::StreamKey key, history::EventId scheduled,
                        const std::string& permit_key);
    void dispatch(Mailbox& box, const engine::Dispatch& action);
    void invoke(Mailbox& box, history::EventId scheduled, OpenCall& call,
                const engine::Dispatch& action);
    void call_ended(journal::StreamKey key, const engine::Dispatch& action, std::uint64_t serial,
                    const std::string& permit_key, Result<integrations::Outcome> outcome);
    void cancel(Mailbox& box, history::EventId scheduled);
    // Takes what came before the call's own answer.
    void release_early(Mailbox& box, history::EventId scheduled);
    void release_early(Mailbox& box);
    integrations::Call describe(const Mailbox& box, const engine::CallRequest& request) const;

    // worker_activities.cpp: tasks that workers ask for
    void seek(Mailbox& box, const engine::SeekWorker& action);
    void offer(const Mailbox& box, const SoughtWorker& sought);
    void hand_over(Mailbox& box, const engine::HandOver& action);
    void play_worker(Mailbox& box, const engine::HandOver& action);
    void put_back(const StreamCommand& command);

    // worker_load.cpp
    Mailbox& load(const journal::IndexRow& row);
    void reload(Mailbox& box);
    struct Loaded;
    void loaded(journal::StreamKey key, Loaded loaded);
    void not_loaded(Mailbox& box, Error error);
    // How long to wait before what the disk refused is tried again.
    static Milliseconds pause_after(std::uint32_t refusals);
    SyncReply end_of(const Mailbox& box) const;
    void check_idle();

    Shared& m_shared;
    async::Loop& m_loop;
    std::unordered_map<journal::StreamKey, std::unique_ptr<Mailbox>> m_boxes;
    // Views into the mailboxes' own ARNs; of two with the same one, the newer.
    std::unordered_map<std::string_view, journal::StreamKey> m_by_arn;
    std::unordered_map<std::string, std::vector<std::pair<std::uint64_t, Callback<SyncReply>>>>
        m_end_waiters;
    std::deque<Mailbox*> m_ready;
    // Streams that only wait and have not left memory yet; the one that has rested longest first.
    std::list<Mailbox*> m_resting;
    std::size_t m_resting_bytes = 0;
    bool m_rest_timer = false;
    bool m_drain_posted = false;
    WorkerCounts m_counts;
    std::size_t m_calls_under_way = 0;
    // Calls that were cancelled and have not ended, with the messages that wait for that: what a
    // call began must not be looked for while it may still begin it.
    std::map<std::pair<journal::StreamKey, history::EventId>, std::vector<history::Message>>
        m_cancelled;
    std::size_t m_work_elsewhere = 0;  // slices on the compute pool, loads on the blocking pool
    std::uint64_t m_next_serial = 1;
    Function<void()> m_idle;
};

}  // namespace weft::runtime
