#include "runtime/worker.h"

#include "base/assert.h"
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
    std::unique_ptr<Stream> stream;
    Outbox outbox;
    std::uint64_t next_batch = 0;
    history::EventId next_public = 1;
    std::uint64_t events_since_checkpoint = 0;
    std::string arn;

    static Result<> fold(Shared& shared, const journal::IndexRow& row, Loaded& into);
};

Result<> Worker::Loaded::fold(Shared& shared, const journal::IndexRow& row, Loaded& into)
{
    journal::Journal& journal = shared.parts.journal;
    if (row.kind == journal::StreamKind::Execution)
        into.stream =
            std::make_unique<ExecutionStream>(TRY(shared.machines.revision(row.revision_hash)));
    else if (shared.make_relay)
        into.stream = shared.make_relay(row);
    if (!into.stream)
        return fail(ErrorCode::Unsupported,
                    "stream {} is of kind {}, which this version does not know", row.key,
                    static_cast<int>(row.kind));

    // A checkpoint is derived: one that does not load is passed over. Streams with messages write
    // none.
    std::uint64_t from = 0;
    if (const std::optional<journal::Checkpoint> checkpoint = TRY(journal.checkpoint(row.key))) {
        if (into.stream->load(checkpoint->state)) from = checkpoint->next_batch;
    }
    into.next_batch = from;
    while (true) {
        const std::vector<journal::Batch> batches =
            TRY(journal.read(row.key, into.next_batch, read_bytes));
        if (batches.empty()) break;
        for (const journal::Batch& batch : batches) {
            if (batch.number != into.next_batch)
                return fail(ErrorCode::Corrupt, "stream {}: batch {} is missing", row.key,
                            into.next_batch);
            history::EventId next = batch.first_public;
            for (const history::Event& event : batch.events) {
                if (event.id != 0 && event.id != next++)
                    return fail(ErrorCode::Corrupt, "stream {}: event {} stands where {} should",
                                row.key, event.id, next - 1);
                into.stream->fold(event);
                into.outbox.fold(event);
            }
            ++into.next_batch;
            into.next_public = batch.first_public + batch.public_count;
            into.events_since_checkpoint += batch.events.size();
        }
    }
    if (into.next_batch == from && from > 0) {
        if (const std::optional<journal::Batch> last = TRY(journal.last_batch(row.key)))
            into.next_public = last->first_public + last->public_count;
    }
    return {};
}

Mailbox& Worker::load(const journal::IndexRow& row)
{
    auto box = std::make_unique<Mailbox>();
    box->row = row;
    box->arn = row.kind == journal::StreamKind::Execution ? execution_arn(row.machine_arn, row.name)
                                                          : row.name;
    box->created = true;
    Mailbox& added = add(std::move(box));
    reload(added);
    return added;
}

void Worker::reload(Mailbox& box)
{
    box.stream.reset();
    auto loading = std::make_shared<Loaded>();
    ++m_work_elsewhere;
    m_shared.parts.blocking.run(
        m_loop,
        [this, row = box.row, loading] { loading->result = Loaded::fold(m_shared, row, *loading); },
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
    if (!loaded.result) {
        // It stays in the journal as it is; what asked for it is told, and it is named in the log.
        m_shared.log_failure(box.arn, loaded.result.error());
        for (Mailbox::Queued& queued : box.queue)
            if (queued.reply) queued.reply(tl::unexpected(loaded.result.error()));
        box.queue.clear();
        // Not `woken`: if it was due, it stays among those being woken and is not tried again
        // before the next start.
        erase(box);
        return;
    }
    box.stream = std::move(loaded.stream);
    box.outbox = std::move(loaded.outbox);
    box.next_batch = loaded.next_batch;
    box.next_public = loaded.next_public;
    box.events_since_checkpoint = loaded.events_since_checkpoint;
    // Whatever was not acked goes out again.
    for (const auto& [number, message] : box.outbox.unacked()) deliver(box, message);
    if (box.queue.empty()) {
        set_timer(box);
        settle(box);
    } else {
        make_ready(box);
    }
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
