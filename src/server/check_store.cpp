#include "server/check_store.h"

#include "catalog/sqlite/sqlite_catalog.h"
#include "encoding/hash.h"
#include "encoding/timestamp.h"
#include "engine/checkpoint.h"
#include "journal/sqlite/sqlite_journal.h"
#include "runtime/machine_cache.h"
#include "runtime/names.h"
#include "runtime/outbox.h"
#include "runtime/stream.h"
#include "storage/database.h"
#include "json/parse.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace weft::server {

namespace {

constexpr std::size_t page_rows = 1'000;
constexpr std::size_t read_bytes = std::size_t{4} << 20;
constexpr std::size_t file_faults_max = 20;

constexpr std::array status_names = {"?", "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"};

std::string_view name_of(journal::RunStatus status)
{
    return status_names[static_cast<std::size_t>(status)];
}

std::string name_of(const journal::Offer& offer)
{
    return fmt::format("the task on offer of event {} of stream {} for {}", offer.scheduled,
                       offer.key, offer.activity);
}

// What cannot be read because the disk fails, or is not Weft's doing, ends the whole check.
bool ends_check(const Error& error)
{
    return error.code == ErrorCode::Io || error.code == ErrorCode::Busy;
}

class StoreCheck {
public:
    StoreCheck(storage::Database& database, journal::SqliteJournal& journal,
               catalog::SqliteCatalog& catalog)
        : m_database(database), m_journal(journal), m_catalog(catalog), m_machines(catalog)
    {
    }

    Result<cli::StoreReport> run()
    {
        for (std::string& fault : TRY(m_database.faults_of_file(file_faults_max)))
            m_report.add(m_database.path(), std::move(fault));
        TRY(check_machines());
        TRY(read_offers());
        TRY(check_streams());
        for (const auto& [key, offer] : m_offers)
            m_report.add(name_of(offer), "its execution is not there");
        TRY(check_express());
        for (std::string& rows : TRY(m_journal.ownerless(file_faults_max)))
            m_report.add(std::move(rows), "there is no such stream");
        return std::move(m_report);
    }

private:
    Result<> check_machines();
    void check_machine(const catalog::StateMachine& machine);
    Result<> read_offers();
    void check_offers(const journal::IndexRow& row, const runtime::ExecutionStream& stream);
    Result<> check_streams();
    Result<> check_execution(const journal::IndexRow& row);
    Result<> fold(const journal::IndexRow& row, runtime::ExecutionStream& stream,
                  runtime::Outbox& outbox);
    Result<> check_checkpoint(const runtime::ExecutionStream& stream);
    void compare(const journal::IndexRow& row, const runtime::ExecutionStream& stream,
                 const runtime::Outbox& outbox);
    Result<> check_express();

    storage::Database& m_database;
    journal::SqliteJournal& m_journal;
    catalog::SqliteCatalog& m_catalog;
    runtime::MachineCache m_machines;
    cli::StoreReport m_report;
    std::string m_where;  // the stream being looked at
    std::optional<journal::Checkpoint> m_checkpoint;
    std::multimap<journal::StreamKey, journal::Offer> m_offers;  // of executions not looked at yet
};

// Tasks on offer are a projection: each is one that its execution has scheduled and nobody has.
Result<> StoreCheck::read_offers()
{
    std::int64_t after = 0;
    while (true) {
        Result<std::vector<journal::Offer>> page = m_journal.offers(after, page_rows);
        if (!page && ends_check(page.error())) return tl::unexpected(std::move(page).error());
        if (!page) {
            m_report.add("offers", page.error().message);
            return {};
        }
        for (const journal::Offer& offer : *page) m_offers.emplace(offer.key, offer);
        if (page->size() < page_rows) return {};
        after = page->back().order;
    }
}

void StoreCheck::check_offers(const journal::IndexRow& row, const runtime::ExecutionStream& stream)
{
    const auto [begin, end] = m_offers.equal_range(row.key);
    for (auto at = begin; at != end; ++at) {
        const journal::Offer& offer = at->second;
        const engine::FrameTable& frames = stream.execution().frames();
        const engine::Slot slot = frames.find_call(offer.scheduled);
        if (slot == engine::no_slot || !stream.offers(offer.scheduled, offer.dispatch) ||
            frames.at(slot).call->resource.view() != offer.activity || offer.shard != row.shard)
            m_report.add(m_where, name_of(offer) + ": its history has no such task waiting");
    }
    m_offers.erase(begin, end);
}

Result<> StoreCheck::check_machines()
{
    std::string after;
    while (true) {
        Result<std::vector<catalog::StateMachine>> page = m_catalog.list("arn:", after, page_rows);
        if (!page && ends_check(page.error())) return tl::unexpected(std::move(page).error());
        if (!page) {
            // The rows behind a damaged one are out of reach.
            m_report.add("machines", page.error().message);
            return {};
        }
        for (const catalog::StateMachine& machine : *page) check_machine(machine);
        if (page->size() < page_rows) return {};
        after = page->back().arn;
    }
}

void StoreCheck::check_machine(const catalog::StateMachine& machine)
{
    ++m_report.machines;
    if (encoding::sha256_hex(machine.definition) != machine.definition_hash)
        return m_report.add("machine " + machine.arn,
                            "its definition does not have the hash it is kept under");
    const Result<asl::MachinePtr> compiled = m_machines.revision(machine.definition_hash);
    if (!compiled) m_report.add("machine " + machine.arn, compiled.error().message);
}

Result<> StoreCheck::check_streams()
{
    journal::StreamKey after = 0;
    while (true) {
        Result<std::vector<journal::IndexRow>> page = m_journal.all(after, page_rows);
        if (!page && ends_check(page.error())) return tl::unexpected(std::move(page).error());
        if (!page) {
            m_report.add("index", page.error().message);
            return {};
        }
        for (const journal::IndexRow& row : *page) {
            if (row.kind != journal::StreamKind::Execution) continue;
            m_where = fmt::format("execution {} (stream {})",
                                  runtime::execution_arn(row.machine_arn, row.name), row.key);
            Result<> checked = check_execution(row);
            if (!checked && ends_check(checked.error())) return checked;
            if (!checked) m_report.add(m_where, checked.error().message);
        }
        if (page->size() < page_rows) return {};
        after = page->back().key;
    }
}

// An error is what stops looking at this execution; what does not is added on the way.
Result<> StoreCheck::check_execution(const journal::IndexRow& row)
{
    ++m_report.executions;
    if (row.status == journal::RunStatus::Running) ++m_report.running;
    runtime::ExecutionStream stream(TRY(m_machines.revision(row.revision_hash)));
    runtime::Outbox outbox;
    m_checkpoint.reset();
    Result<std::optional<journal::Checkpoint>> checkpoint = m_journal.checkpoint(row.key);
    if (!checkpoint && ends_check(checkpoint.error()))
        return tl::unexpected(std::move(checkpoint).error());
    if (!checkpoint) {
        m_report.add(m_where, checkpoint.error().message);
    } else {
        m_checkpoint = *std::move(checkpoint);
    }
    if (m_checkpoint) ++m_report.checkpoints;
    TRY(fold(row, stream, outbox));
    compare(row, stream, outbox);
    check_offers(row, stream);
    return {};
}

Result<> StoreCheck::fold(const journal::IndexRow& row, runtime::ExecutionStream& stream,
                          runtime::Outbox& outbox)
{
    std::uint64_t next_batch = 0;
    history::EventId next_public = 1;
    while (true) {
        const std::vector<journal::Batch> batches =
            TRY(m_journal.read(row.key, next_batch, read_bytes));
        if (batches.empty()) break;
        for (const journal::Batch& batch : batches) {
            if (m_checkpoint && m_checkpoint->next_batch == batch.number)
                TRY(check_checkpoint(stream));
            history::EventId next = next_public;
            for (const history::Event& event : batch.events) {
                if (event.id != 0 && event.id != next++)
                    return fail(ErrorCode::Corrupt, "event {} stands where {} should", event.id,
                                next - 1);
                TRY(stream.refold(event));
                TRY(outbox.refold(event));
            }
            if (batch.first_public != next_public ||
                batch.public_count != static_cast<std::uint64_t>(next - next_public))
                m_report.add(m_where,
                             fmt::format("batch {} says it begins with event {} and has {}; it "
                                         "begins with {} and has {}",
                                         batch.number, batch.first_public, batch.public_count,
                                         next_public, next - next_public));
            next_public = next;
            next_batch = batch.number + 1;
            ++m_report.batches;
            m_report.events += batch.events.size();
        }
    }
    if (next_batch == 0) return fail(ErrorCode::Corrupt, "it has no first event");
    if (!m_checkpoint) return {};
    if (m_checkpoint->next_batch == next_batch) return check_checkpoint(stream);
    if (m_checkpoint->next_batch > next_batch)
        m_report.add(m_where, fmt::format("its checkpoint comes after batch {}, which is missing",
                                          m_checkpoint->next_batch - 1));
    return {};
}

Result<> StoreCheck::check_checkpoint(const runtime::ExecutionStream& stream)
{
    const Result<engine::Execution> loaded = engine::load(m_checkpoint->state);
    if (!loaded && loaded.error().code == ErrorCode::Unsupported) return {};  // passed over
    if (!loaded) {
        m_report.add(m_where, fmt::format("its checkpoint: {}", loaded.error().message));
    } else if (!(*loaded == stream.execution())) {
        m_report.add(m_where, fmt::format("its checkpoint before batch {} is not what its events "
                                          "give",
                                          m_checkpoint->next_batch));
    }
    return {};
}

void StoreCheck::compare(const journal::IndexRow& row, const runtime::ExecutionStream& stream,
                         const runtime::Outbox& outbox)
{
    const engine::Execution& execution = stream.execution();
    const auto differs = [&](std::string_view what, std::string_view index,
                             std::string_view history) {
        m_report.add(m_where, fmt::format("the index says its {} is {}, its history says {}", what,
                                          index, history));
    };
    const auto time = [](const std::optional<Timestamp>& moment) {
        if (!moment) return std::string("none");
        if (*moment == timestamp_max) return std::string("never");
        return encoding::format_timestamp(*moment);
    };
    if (row.status != stream.status())
        differs("status", name_of(row.status), name_of(stream.status()));
    if (row.start != execution.start_time())
        differs("start", time(row.start), time(execution.start_time()));
    const std::optional<Timestamp> stop =
        stream.ended() ? std::optional(execution.last_time()) : std::nullopt;
    if (row.stop != stop) differs("end", time(row.stop), time(stop));
    if (row.redrives.count != stream.redrives().count)
        differs("count of redrives", fmt::to_string(row.redrives.count),
                fmt::to_string(stream.redrives().count));
    if (row.redrives.last != stream.redrives().last)
        differs("last redrive", time(row.redrives.last), time(stream.redrives().last));
    if (row.wake_at && (stream.ended() || !stream.only_waits()))
        differs("state", "waiting until " + time(row.wake_at), "not waiting");
    else if (row.wake_at && *row.wake_at != stream.next_due())
        differs("next due time", time(row.wake_at), time(stream.next_due()));
    if (row.outbox != !outbox.empty())
        differs("messages", row.outbox ? "waiting" : "none", row.outbox ? "none" : "waiting");
    const history::ExecutionStarted& started = execution.started();
    if (started.key != row.key)
        differs("stream", fmt::to_string(row.key), fmt::to_string(started.key));
    if (started.machine_arn != row.machine_arn)
        differs("machine", row.machine_arn, started.machine_arn);
    if (started.name != row.name) differs("name", row.name, started.name);
    if (row.shard != journal::shard_of(row.machine_arn, row.name))
        differs("shard", fmt::to_string(row.shard),
                fmt::to_string(journal::shard_of(row.machine_arn, row.name)));
    if (started.version_arn != row.version_arn)
        differs("version", row.version_arn, started.version_arn);
    if (started.alias_arn != row.alias_arn) differs("alias", row.alias_arn, started.alias_arn);
    if (started.revision_hash != row.revision_hash)
        differs("definition", row.revision_hash, started.revision_hash);
}

Result<> StoreCheck::check_express()
{
    journal::StreamKey after = 0;
    while (true) {
        Result<std::vector<journal::ExpressStart>> page =
            m_journal.express_starts(after, page_rows);
        if (!page && ends_check(page.error())) return tl::unexpected(std::move(page).error());
        if (!page) {
            m_report.add("Express starts", page.error().message);
            return {};
        }
        for (const journal::ExpressStart& start : *page) {
            ++m_report.express_starts;
            const Result<json::Value> body = json::parse(start.body);
            if (!body || !body->is_object())
                m_report.add(fmt::format("Express start {}", start.key), "it is no JSON object");
        }
        if (page->size() < page_rows) return {};
        after = page->back().key;
    }
}

}  // namespace

Result<cli::StoreReport> check_store(const std::string& folder)
{
    const std::unique_ptr<storage::Database> database =
        TRY(storage::Database::open_for_reading(folder));
    const std::unique_ptr<journal::SqliteJournal> journal =
        TRY(journal::SqliteJournal::open_for_reading(*database));
    const std::unique_ptr<catalog::SqliteCatalog> catalog =
        TRY(catalog::SqliteCatalog::open_for_reading(*database));
    return StoreCheck(*database, *journal, *catalog).run();
}

}  // namespace weft::server
