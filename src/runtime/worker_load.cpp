#include "runtime/worker.h"

#include "base/assert.h"
#include "engine/redrive.h"
#include "runtime/names.h"

#include <algorithm>
#include <utility>

namespace weft::runtime {

namespace {

// Bytes of batches held at one time while a history is folded.
constexpr std::size_t read_bytes = 4U << 20;

}  // namespace

// A stream as its journal tells it: made on the blocking pool, handed over to the loop.
struct Worker::Loaded {
    Result<> result;
    journal::IndexRow index_row;  // as it is now: who asked for the stream may have read it earlier
    std::unique_ptr<Stream> stream;
    Outbox outbox;
    std::uint64_t next_batch = 0;
    history::EventId next_public = 1;
    std::uint64_t events_since_checkpoint = 0;

    // Errors: ExecutionDoesNotExist (retention deleted it), Corrupt, those of the journal.
    static Result<> fold(Shared& shared, journal::StreamKey key, Loaded& into);

private:
    Result<> fold_kept(Shared& shared);
    Result<> make(Shared& shared, const journal::IndexRow& row);
    Result<> from_checkpoint(Shared& shared, const journal::IndexRow& row);
    Result<> take(const journal::Batch& batch);
};

Result<> Worker::Loaded::make(Shared& shared, const journal::IndexRow& row)
{
    if (row.kind == journal::StreamKind::Execution)
        stream =
            std::make_unique<ExecutionStream>(TRY(shared.machines.revision(row.revision_hash)));
    else if (shared.make_relay)
        stream = shared.make_relay(row);
    if (!stream)
        return fail(ErrorCode::Unsupported,
                    "stream {} is of kind {}, which this version does not know", row.key,
                    static_cast<int>(row.kind));
    return {};
}

// A checkpoint is derived: one that does not load, says it comes after batches that are not there,
// or was written by another version, is passed over. Streams with messages write none.
Result<> Worker::Loaded::from_checkpoint(Shared& shared, const journal::IndexRow& row)
{
    journal::Journal& journal = shared.parts.journal;
    Result<std::optional<journal::Checkpoint>> checkpoint = journal.checkpoint(row.key);
    if (!checkpoint && checkpoint.error().code != ErrorCode::Corrupt)
        return tl::unexpected(std::move(checkpoint).error());
    if (!checkpoint) {
        shared.log_failure("a checkpoint, which the history replaces", checkpoint.error());
        return {};
    }
    if (!*checkpoint) return {};
    const std::optional<journal::Batch> last = TRY(journal.last_batch(row.key));
    Result<> loaded;
    if (!last || (*checkpoint)->next_batch > last->number + 1)
        loaded = fail(ErrorCode::Corrupt, "checkpoint of stream {}: batch {} is missing", row.key,
                      (*checkpoint)->next_batch - 1);
    else
        loaded = stream->load((*checkpoint)->state);
    if (!loaded && loaded.error().code == ErrorCode::Unsupported) return make(shared, row);
    if (!loaded) {
        shared.log_failure("a checkpoint, which the history replaces", loaded.error());
        return make(shared, row);
    }
    next_batch = (*checkpoint)->next_batch;
    next_public = last->first_public + last->public_count;
    return {};
}

Result<> Worker::Loaded::take(const journal::Batch& batch)
{
    if (batch.number != next_batch)
        return fail(ErrorCode::Corrupt, "stream {}: batch {} is missing", batch.key, next_batch);
    history::EventId next = batch.first_public;
    for (const history::Event& event : batch.events) {
        if (event.id != 0 && event.id != next++)
            return fail(ErrorCode::Corrupt, "stream {}: event {} stands where {} should", batch.key,
                        event.id, next - 1);
        TRY(stream->refold(event));
        TRY(outbox.refold(event));
    }
    ++next_batch;
    next_public = batch.first_public + batch.public_count;
    events_since_checkpoint += batch.events.size();
    return {};
}

Result<> Worker::Loaded::fold(Shared& shared, journal::StreamKey key, Loaded& into)
{
    std::optional<journal::IndexRow> now = TRY(shared.parts.journal.find(key));
    Result<> folded;
    if (now) {
        into.index_row = *std::move(now);
        folded = into.fold_kept(shared);
        // Retention may have taken it meanwhile, whole or in part.
        if (folded || folded.error().code != ErrorCode::Corrupt) return folded;
        now = TRY(shared.parts.journal.find(key));
    }
    if (now) return folded;
    return fail(ErrorCode::ExecutionDoesNotExist, "stream {} was deleted", key);
}

Result<> Worker::Loaded::fold_kept(Shared& shared)
{
    TRY(make(shared, index_row));
    TRY(from_checkpoint(shared, index_row));
    while (true) {
        const std::vector<journal::Batch> batches =
            TRY(shared.parts.journal.read(index_row.key, next_batch, read_bytes));
        if (batches.empty()) break;
        for (const journal::Batch& batch : batches) TRY(take(batch));
    }
    if (next_batch > 0) return {};
    return fail(ErrorCode::Corrupt, "stream {} has no first event", index_row.key);
}

Mailbox& Worker::load(const journal::IndexRow& row)
{
    auto box = std::make_unique<Mailbox>();
    box->row = row;
    box->arn = row.kind == journal::StreamKind::Execution ? execution_arn(row.machine_arn, row.name)
                                                          : row.name;
    box->created = true;
    // What does more than wait and is not in memory was under way when the last process ended,
    // whoever asks for it first.
    if (row.kind == journal::StreamKind::Execution && row.status == journal::RunStatus::Running &&
        !row.wake_at)
        box->queue.push_back({engine::Command(engine::Recovered{}), {}});
    Mailbox& added = add(std::move(box));
    reload(added);
    return added;
}

void Worker::reload(Mailbox& box)
{
    m_counts.loads.add();
    drop_stream(box);
    auto loading = std::make_shared<Loaded>();
    ++m_work_elsewhere;
    m_shared.parts.blocking.run(
        m_loop,
        [this, key = box.row.key, loading] {
            loading->result = Loaded::fold(m_shared, key, *loading);
        },
        [this, key = box.row.key, loading] {
            --m_work_elsewhere;
            loaded(key, std::move(*loading));
            check_idle();
        });
}

void Worker::loaded(journal::StreamKey key, Loaded loaded)
{
    const auto found = m_boxes.find(key);
    if (found == m_boxes.end()) return;
    Mailbox& box = *found->second;
    if (!loaded.result) return not_loaded(box, std::move(loaded.result).error());
    box.loads_failed = 0;
    box.row = std::move(loaded.index_row);
    box.stream = std::move(loaded.stream);
    box.outbox = std::move(loaded.outbox);
    box.next_batch = loaded.next_batch;
    box.next_public = loaded.next_public;
    box.events_since_checkpoint = loaded.events_since_checkpoint;
    // A refused batch may have scheduled calls whose permits were asked for ahead of it.
    for (auto call = box.calls.lower_bound(box.next_public); call != box.calls.end();
         call = box.calls.lower_bound(box.next_public))
        cancel(box, call->first);
    for (const auto& [sender, number] : std::exchange(box.acks_refused, {}))
        if (box.outbox.accepted(sender, number)) box.pending.acks.emplace_back(sender, number);
    // Whatever was not acked goes out again.
    for (const auto& [number, message] : box.outbox.unacked()) deliver(box.row.key, message);
    box.stream->loaded(m_loop.now());
    auto early = std::exchange(box.early, {});
    for (auto& [call, queued] : early) box.queue.push_back(std::move(queued));
    if (box.queue.empty()) {
        set_timer(box);
        settle(box);
    } else {
        make_ready(box);
    }
}

// What asked for the stream is told, and it is named in the log. One that the disk did not give is
// tried again; any other stays in the journal as it is and runs no further.
void Worker::not_loaded(Mailbox& box, Error error)
{
    if (error.code == ErrorCode::Corrupt) error.message = box.arn + ": " + error.message;
    m_shared.log_failure(box.arn, error);
    Mailbox::Queue queue = std::exchange(box.queue, {});
    auto early = std::exchange(box.early, {});
    for (auto& [call, queued] : early) queue.push_back(std::move(queued));
    const bool try_again = error.code == ErrorCode::Io || error.code == ErrorCode::Busy;
    for (Mailbox::Queued& queued : queue) {
        if (!try_again) put_back(queued.command);
        if (queued.reply)
            queued.reply(tl::unexpected(error));
        else if (try_again)
            box.queue.push_back(std::move(queued));
    }
    if (try_again) {
        ++box.loads_failed;
        m_loop.call_at(m_loop.now() + pause_after(box.loads_failed), [this, key = box.row.key] {
            if (const auto found = m_boxes.find(key); found != m_boxes.end())
                reload(*found->second);
        });
        return;
    }
    if (error.code == ErrorCode::Corrupt) m_shared.quarantine.add(box.arn, error);
    if (const auto waiting = m_end_waiters.find(box.arn); waiting != m_end_waiters.end()) {
        auto waiters = std::move(waiting->second);
        m_end_waiters.erase(waiting);
        for (auto& [id, waiter] : waiters) waiter(tl::unexpected(error));
    }
    m_shared.lost(box.row.key);
    erase(box);
}

SyncReply Worker::end_of(const Mailbox& box) const
{
    const auto* stream = dynamic_cast<const ExecutionStream*>(box.stream.get());
    WEFT_ASSERT(stream != nullptr);
    const engine::Execution& execution = stream->execution();
    const history::ExecutionStarted& started = execution.started();

    SyncReply reply;
    ExecutionDescription& description = reply.execution;
    description.execution_arn = box.arn;
    description.machine_arn = started.machine_arn;
    description.name = started.name;
    description.status = stream->status();
    description.start = execution.start_time();
    description.stop = execution.last_time();
    description.role_arn = started.role_arn;
    description.input = started.input;
    description.revision_hash = started.revision_hash;
    description.version_arn = started.version_arn;
    description.alias_arn = started.alias_arn;
    description.redrives = stream->redrives();
    description.not_redrivable = engine::redrive_refusal(
        {execution.status(), execution.start_time(), execution.last_time(), execution.last_id()},
        execution.last_time(), m_shared.options.limits);
    if (execution.status() == engine::Status::Succeeded) {
        description.output = execution.output();
    } else {
        const history::Failure& failure = execution.failure();
        if (failure.error) description.error = std::string(failure.error->view());
        if (failure.cause) description.cause = std::string(failure.cause->view());
    }
    // AWS: billed by 100 ms, at least one, and by 64 MB.
    const auto ran = (execution.last_time() - execution.start_time()).count();
    reply.billed_milliseconds =
        static_cast<std::uint64_t>(std::max<std::int64_t>(1, (ran + 99) / 100) * 100);
    reply.billed_memory_megabytes = 64;
    return reply;
}

}  // namespace weft::runtime
