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

// A page token: what the page belongs to and where it goes on. Opaque to clients.
std::string token_of(char kind, std::int64_t owner, std::int64_t next)
{
    return fmt::format("{}{:x}.{:x}", kind, owner, next);
}

Result<std::int64_t> read_token(std::string_view token, char kind, std::int64_t owner)
{
    if (token.size() < 4 || token.front() != kind) return bad_token();
    const std::size_t dot = token.find('.');
    if (dot == std::string_view::npos) return bad_token();
    const auto number = [](std::string_view digits, std::int64_t& out) {
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), out, 16);
        return error == std::errc{} && end == digits.data() + digits.size() && out >= 0;
    };
    std::int64_t of = 0;
    std::int64_t next = 0;
    if (!number(token.substr(1, dot - 1), of) || !number(token.substr(dot + 1), next) ||
        of != owner)
        return bad_token();
    return next;
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
                    page.token = token_of('f', key, event.id);
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
                page.token = token_of('r', key, event->id);
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

Result<ExecutionDescription> describe_row(journal::Journal& journal, const journal::IndexRow& row)
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

Result<HistoryPage> read_history(journal::Journal& journal, const HistoryRequest& request)
{
    const journal::IndexRow row = TRY(find_row(journal, request.execution_arn));
    const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, 1'000);
    if (request.reverse) {
        std::optional<history::EventId> from;
        if (!request.token.empty()) from = TRY(read_token(request.token, 'r', row.key));
        return backward(journal, row.key, from, limit);
    }
    const history::EventId from =
        request.token.empty() ? 1 : TRY(read_token(request.token, 'f', row.key));
    return forward(journal, row.key, from, limit);
}

void Runtime::list(async::Loop& home, ListRequest request, Callback<ListPage> reply)
{
    m_impl->blocking<ListPage>(
        home,
        [this, request = std::move(request)]() -> Result<ListPage> {
            TRY(parse_machine_arn(request.machine_arn));
            const RegisteredPtr machine = TRY(m_impl->shared.machines.load(request.machine_arn));
            if (machine->row.type == catalog::MachineType::Express)
                return fail(ErrorCode::StateMachineTypeNotSupported,
                            "This operation is not supported by this type of state machine");
            const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, 1'000);
            journal::ListQuery query{request.machine_arn, request.status, std::nullopt, limit + 1};
            if (!request.token.empty()) query.before = TRY(read_token(request.token, 'l', 0));
            std::vector<journal::IndexRow> rows = TRY(m_impl->shared.parts.journal.list(query));
            ListPage page;
            if (rows.size() > limit) {
                rows.resize(limit);
                page.token = token_of('l', 0, rows.back().key);
            }
            for (journal::IndexRow& row : rows)
                page.executions.push_back({execution_arn(row.machine_arn, row.name),
                                           row.machine_arn, row.name, row.status, row.start,
                                           row.stop, row.version_arn, row.alias_arn});
            return page;
        },
        std::move(reply));
}

}  // namespace weft::runtime
