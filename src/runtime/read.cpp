#include "runtime/implementation.h"
#include "runtime/names.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace weft::runtime {

namespace {

constexpr std::size_t page_read_bytes = 1U << 20;

tl::unexpected<Error> bad_token()
{
    return fail(ErrorCode::InvalidToken, "Invalid Token: 'Invalid token'");
}

// The number that a page goes on from, as a sealed token has it.
Result<std::int64_t> read_number(std::string_view digits)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || number < 0)
        return bad_token();
    return number;
}

// That the version or alias of an ARN is there.
Result<> find_qualified(catalog::Catalog& catalog, const MachineName& name, const std::string& arn)
{
    if (name.qualifier.empty() && name.label.empty()) return {};
    bool found = false;
    if (!name.label.empty())
        found = false;
    else if (name.version() > 0)
        found = TRY(catalog.find_version(name.machine_arn, name.version())).has_value();
    else
        found = TRY(catalog.find_alias(name.machine_arn, name.qualifier)).has_value();
    if (found) return {};
    return fail(ErrorCode::StateMachineDoesNotExist, "State Machine Does Not Exist: '{}'", arn);
}

const history::ExecutionStarted* started_in(const journal::Batch& batch)
{
    for (const history::Event& event : batch.events)
        if (const auto* started =
                std::get_if<history::Boxed<history::ExecutionStarted>>(&event.details))
            return started->get();
    return nullptr;
}

Result<const history::ExecutionStarted*>
first_event(journal::Journal& journal, journal::StreamKey key, std::vector<journal::Batch>& keep)
{
    keep = TRY(journal.read(key, 0, 1));
    const history::ExecutionStarted* started = keep.empty() ? nullptr : started_in(keep.front());
    if (started == nullptr) return fail(ErrorCode::Corrupt, "execution {} has no first event", key);
    return started;
}

// What the last events say of an execution's end; false when it is not among them.
bool read_end(const journal::Batch& batch, ExecutionDescription& description)
{
    for (auto event = batch.events.rbegin(); event != batch.events.rend(); ++event) {
        if (const auto* succeeded = std::get_if<history::ExecutionSucceeded>(&event->details)) {
            description.output = succeeded->output;
            return true;
        }
        if (event->type != history::EventType::ExecutionFailed &&
            event->type != history::EventType::ExecutionAborted &&
            event->type != history::EventType::ExecutionTimedOut)
            continue;
        const auto& failure = std::get<history::Failure>(event->details);
        if (failure.error) description.error = std::string(failure.error->view());
        if (failure.cause) description.cause = std::string(failure.cause->view());
        return true;
    }
    return false;
}

Result<HistoryPage> forward(journal::Journal& journal, journal::StreamKey key,
                            history::EventId from, std::size_t limit)
{
    HistoryPage page;
    const std::optional<std::uint64_t> first = TRY(journal.batch_of(key, from));
    std::uint64_t number = first.value_or(UINT64_MAX);
    while (first) {
        const std::vector<journal::Batch> batches = TRY(journal.read(key, number, page_read_bytes));
        if (batches.empty()) return page;
        for (const journal::Batch& batch : batches) {
            for (const history::Event& event : batch.events) {
                if (event.id == 0 || event.id < from) continue;
                if (page.events.size() == limit) {
                    page.token = std::to_string(event.id);
                    return page;
                }
                page.events.push_back(event);
            }
            number = batch.number + 1;
        }
    }
    return page;
}

Result<HistoryPage> backward(journal::Journal& journal, journal::StreamKey key,
                             std::optional<history::EventId> from, std::size_t limit)
{
    HistoryPage page;
    std::optional<journal::Batch> batch;
    if (from) {
        const std::optional<std::uint64_t> number = TRY(journal.batch_of(key, *from));
        if (!number) return bad_token();
        std::vector<journal::Batch> one = TRY(journal.read(key, *number, 1));
        if (!one.empty()) batch = std::move(one.front());
    } else {
        batch = TRY(journal.last_batch(key));
    }
    while (batch) {
        for (auto event = batch->events.rbegin(); event != batch->events.rend(); ++event) {
            if (event->id == 0 || (from && event->id > *from)) continue;
            if (page.events.size() == limit) {
                page.token = std::to_string(event->id);
                return page;
            }
            page.events.push_back(*event);
        }
        if (batch->number == 0) break;
        std::vector<journal::Batch> one = TRY(journal.read(key, batch->number - 1, 1));
        if (one.empty())
            return fail(ErrorCode::Corrupt, "execution {}: batch {} is missing", key,
                        batch->number - 1);
        batch = std::move(one.front());
    }
    return page;
}

}  // namespace

Result<journal::IndexRow> find_row(journal::Journal& journal, const std::string& arn)
{
    const ExecutionName name = TRY(parse_execution_arn(arn));
    std::optional<journal::IndexRow> row = TRY(journal.find_by_name(name.machine_arn, name.name));
    if (!row || row->kind != journal::StreamKind::Execution)
        return fail(ErrorCode::ExecutionDoesNotExist, "Execution Does Not Exist: '{}'", arn);
    return *std::move(row);
}

namespace {

// Whether the row of an execution went while it was read: what is missing is then no fault.
Result<> still_there(journal::Journal& journal, const journal::IndexRow& row)
{
    if (TRY(journal.find(row.key))) return {};
    return fail(ErrorCode::ExecutionDoesNotExist, "Execution Does Not Exist: '{}'",
                execution_arn(row.machine_arn, row.name));
}

Result<ExecutionDescription> describe_kept(journal::Journal& journal, const journal::IndexRow& row)
{
    ExecutionDescription description;
    description.execution_arn = execution_arn(row.machine_arn, row.name);
    description.machine_arn = row.machine_arn;
    description.name = row.name;
    description.status = row.status;
    description.start = row.start;
    description.stop = row.stop;
    description.revision_hash = row.revision_hash;
    description.version_arn = row.version_arn;
    description.alias_arn = row.alias_arn;
    description.redrives = row.redrives;

    std::vector<journal::Batch> keep;
    const history::ExecutionStarted* started = TRY(first_event(journal, row.key, keep));
    description.role_arn = started->role_arn;
    description.input = started->input;
    if (row.status == journal::RunStatus::Running) return description;

    // Messages may come and go after the end.
    std::optional<journal::Batch> last = TRY(journal.last_batch(row.key));
    while (last && !read_end(*last, description)) {
        if (last->number == 0)
            return fail(ErrorCode::Corrupt, "execution {} has ended without an event", row.key);
        std::vector<journal::Batch> before = TRY(journal.read(row.key, last->number - 1, 1));
        last = before.empty() ? std::nullopt : std::optional(std::move(before.front()));
    }
    if (!last) return fail(ErrorCode::Corrupt, "execution {} has no last event", row.key);
    return description;
}

}  // namespace

Result<ExecutionDescription> describe_row(journal::Journal& journal, const journal::IndexRow& row)
{
    Result<ExecutionDescription> description = describe_kept(journal, row);
    if (!description && description.error().code == ErrorCode::Corrupt)
        TRY(still_there(journal, row));
    return description;
}

Result<StartReply> earlier_start(journal::Journal& journal, const std::string& machine_arn,
                                 const std::string& name, const json::Value& input,
                                 const std::optional<Parent>& parent)
{
    const std::string arn = execution_arn(machine_arn, name);
    const std::optional<journal::IndexRow> row = TRY(journal.find_by_name(machine_arn, name));
    if (row && (row->status == journal::RunStatus::Running || parent)) {
        std::vector<journal::Batch> keep;
        const history::ExecutionStarted* started = TRY(first_event(journal, row->key, keep));
        if (parent && started->parent_key == parent->key && started->parent_event == parent->event)
            return StartReply{arn, row->start};
        const bool waits = parent && parent->waits;
        if (row->status == journal::RunStatus::Running && !waits && started->input == input)
            return StartReply{arn, row->start};
    }
    return fail(ErrorCode::ExecutionAlreadyExists, "Execution Already Exists: '{}'", arn);
}

Result<HistoryPage> read_history(journal::Journal& journal, const PageTokens& tokens,
                                 const HistoryRequest& request, Timestamp now)
{
    const journal::IndexRow row = TRY(find_row(journal, request.execution_arn));
    const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, 1'000);
    const std::string asked = fmt::format("{} {}", row.key, request.reverse ? 'r' : 'f');
    const PageOwner owner{"history", asked};
    std::optional<history::EventId> from;
    if (!request.token.empty()) {
        const std::string position = TRY(tokens.open(owner, request.token, now));
        from = TRY(read_number(position));
    }
    Result<HistoryPage> read = request.reverse ? backward(journal, row.key, from, limit)
                                               : forward(journal, row.key, from.value_or(1), limit);
    if (!read || read->events.empty()) TRY(still_there(journal, row));
    HistoryPage page = TRY(std::move(read));
    if (!page.token.empty()) page.token = tokens.seal(owner, page.token, now);
    return page;
}

void Runtime::list(async::Loop& home, ListRequest request, Callback<ListPage> reply)
{
    m_impl->blocking<ListPage>(
        home,
        [this, now = home.now(), request = std::move(request)]() -> Result<ListPage> {
            const MachineName name = TRY(parse_qualified_arn(request.machine_arn));
            const RegisteredPtr machine = TRY(m_impl->shared.machines.load(name.machine_arn));
            if (machine->row.type == catalog::MachineType::Express)
                return fail(ErrorCode::StateMachineTypeNotSupported,
                            "This operation is not supported by this type of state machine");
            TRY(find_qualified(m_impl->shared.parts.catalog, name, request.machine_arn));
            const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, 1'000);
            journal::ListQuery query{name.machine_arn, request.status, std::nullopt, limit + 1};
            if (name.version() > 0)
                query.version_arn = request.machine_arn;
            else if (!name.qualifier.empty())
                query.alias_arn = request.machine_arn;
            const std::string asked =
                fmt::format("{} {}", request.machine_arn,
                            request.status ? static_cast<int>(*request.status) : 0);
            const PageOwner owner{"executions", asked};
            if (!request.token.empty()) {
                const std::string position =
                    TRY(m_impl->page_tokens.open(owner, request.token, now));
                query.before = TRY(read_number(position));
            }
            std::vector<journal::IndexRow> rows = TRY(m_impl->shared.parts.journal.list(query));
            ListPage page;
            if (rows.size() > limit) {
                rows.resize(limit);
                page.token = m_impl->page_tokens.seal(owner, std::to_string(rows.back().key), now);
            }
            for (journal::IndexRow& row : rows)
                page.executions.push_back({execution_arn(row.machine_arn, row.name),
                                           row.machine_arn, row.name, row.status, row.start,
                                           row.stop, row.version_arn, row.alias_arn, row.redrives});
            return page;
        },
        std::move(reply));
}

}  // namespace weft::runtime
