#include "server/execution_log.h"

#include "encoding/timestamp.h"
#include "encoding/uuid.h"
#include "engine/redrive.h"
#include "history/log_record.h"
#include "journal/event_fields.h"
#include "observability/log.h"
#include "runtime/names.h"
#include "server/record_output.h"
#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <string_view>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace weft::server {

namespace {

using history::EventType;

constexpr std::size_t events_queued_max = 100'000;
constexpr std::size_t event_bytes_queued_max = std::size_t{64} << 20;
constexpr Milliseconds close_time{2'000};             // for what waits at the end
constexpr std::size_t begun_max = 10'000;             // executions whose first event is remembered,
constexpr std::size_t begun_bytes_max = 16U << 10;    // if its input is small: else it is read back
constexpr std::chrono::seconds configuration_age{1};  // a changed log configuration counts after it

struct Logged {
    history::LogLevel level = history::LogLevel::Off;
    history::Data data = history::Data::Leave;
    std::chrono::steady_clock::time_point known{};
};

// AWS: an Express execution's machine is named in its ARN as a Standard one's is.
std::string machine_of(std::string_view execution_arn)
{
    for (const std::string_view word : {":execution:", ":express:"}) {
        const std::size_t at = execution_arn.find(word);
        if (at == std::string_view::npos) continue;
        const std::string_view rest = execution_arn.substr(at + word.size());
        return fmt::format("{}:stateMachine:{}", execution_arn.substr(0, at),
                           rest.substr(0, rest.find(':')));
    }
    return {};
}

std::string_view part_of(std::string_view arn, std::size_t index)
{
    for (; index > 0; --index) {
        const std::size_t colon = arn.find(':');
        if (colon == std::string_view::npos) return {};
        arn.remove_prefix(colon + 1);
    }
    return arn.substr(0, arn.find(':'));
}

std::string_view status_of(EventType type)
{
    switch (type) {
    case EventType::ExecutionStarted:
    case EventType::ExecutionRedriven: return "RUNNING";
    case EventType::ExecutionSucceeded: return "SUCCEEDED";
    case EventType::ExecutionFailed: return "FAILED";
    case EventType::ExecutionTimedOut: return "TIMED_OUT";
    case EventType::ExecutionAborted: return "ABORTED";
    default: return {};
    }
}

// What an event holds on to until its record is written: its documents, as far as a record has
// room for them.
std::size_t bytes_of(const history::Event& event)
{
    std::size_t bytes = sizeof event;
    const auto add = [&bytes](unsigned, const auto& member) {
        using Member = std::remove_cvref_t<decltype(member)>;
        if constexpr (std::is_same_v<Member, json::Value>)
            bytes += member.written_size(history::log_document_bytes_max);
    };
    std::visit(
        [&add](const auto& details) {
            if constexpr (requires { *details; })
                journal::visit_fields(*details, add);
            else
                journal::visit_fields(details, add);
        },
        event.details);
    return bytes;
}

engine::Status engine_status(EventType type)
{
    switch (type) {
    case EventType::ExecutionSucceeded: return engine::Status::Succeeded;
    case EventType::ExecutionFailed: return engine::Status::Failed;
    case EventType::ExecutionTimedOut: return engine::Status::TimedOut;
    case EventType::ExecutionAborted: return engine::Status::Aborted;
    default: return engine::Status::Running;
    }
}

void count_redrive(journal::Redrives& redrives, const history::Event& event)
{
    if (const auto* redriven = std::get_if<history::ExecutionRedriven>(&event.details))
        redrives = {static_cast<std::uint32_t>(redriven->redrive_count), event.time};
}

json::Value text_or_null(const std::optional<json::String>& text)
{
    return text ? json::Value(*text) : json::Value();
}

// AWS: a document that is too large for an event is left out, and said to be.
void put_document(std::vector<json::Member>& members, const char* name, const char* details,
                  const json::Value* document)
{
    if (document == nullptr) {
        members.push_back({name, json::Value()});
        members.push_back({details, json::Value()});
        return;
    }
    std::string text = json::write(*document);
    const bool fits = text.size() <= history::log_document_bytes_max;
    members.push_back({name, fits ? json::Value(text) : json::Value()});
    members.push_back({details, json::Value::object({{"included", fits}})});
}

}  // namespace

struct ExecutionLog::State {
    State(catalog::Catalog& the_catalog, const Limits& the_limits, FirstEvent the_first)
        : catalog(the_catalog), limits(the_limits), first(std::move(the_first))
    {
    }

    struct Entry {
        std::string arn;
        journal::Redrives redrives;  // before the first event
        std::vector<history::Event> events;
    };

    catalog::Catalog& catalog;
    Limits limits;
    FirstEvent first;
    std::unique_ptr<RecordWay> way;  // null: there is no endpoint
    RecordOutput executions;
    RecordOutput status_changes;
    observability::Counter dropped;

    std::mutex mutex;
    std::condition_variable come;
    std::vector<Entry> queue;       // guarded by mutex
    std::size_t events_queued = 0;  // guarded by mutex
    std::size_t bytes_queued = 0;   // guarded by mutex
    bool ending = false;            // guarded by mutex
    std::thread thread;

    // On the thread.
    std::map<std::string, Logged, std::less<>> logged;
    std::unordered_map<std::string, history::Event> begun;
    std::mt19937_64 random{std::random_device{}()};

    void run();
    void write(const Entry& entry);
    const Logged& logged_of(const std::string& machine_arn);
    std::string status_change(const std::string& arn, const history::Event& event,
                              const journal::Redrives& redrives);
    std::optional<history::Event> first_of(const std::string& arn);
};

void ExecutionLog::State::run()
{
    std::vector<Entry> entries;
    std::unique_lock lock(mutex);
    while (true) {
        come.wait(lock, [this] { return ending || !queue.empty(); });
        if (queue.empty()) return;
        entries.swap(queue);
        events_queued = 0;
        bytes_queued = 0;
        lock.unlock();
        for (const Entry& entry : entries) write(entry);
        entries.clear();
        lock.lock();
    }
}

void ExecutionLog::State::write(const Entry& entry)
{
    if (executions.is_open()) {
        const Logged& configured = logged_of(machine_of(entry.arn));
        std::vector<std::string> records;
        journal::Redrives redrives = entry.redrives;
        for (const history::Event& event : entry.events) {
            count_redrive(redrives, event);
            if (event.id != 0 && history::is_logged(configured.level, event.type))
                records.push_back(
                    history::log_record(event, entry.arn, redrives.count, configured.data));
        }
        executions.write(std::move(records));
    }
    if (!status_changes.is_open() || entry.arn.find(":execution:") == std::string::npos) return;
    std::vector<std::string> records;
    journal::Redrives redrives = entry.redrives;
    for (const history::Event& event : entry.events) {
        count_redrive(redrives, event);
        if (!status_of(event.type).empty())
            records.push_back(status_change(entry.arn, event, redrives));
    }
    status_changes.write(std::move(records));
}

const Logged& ExecutionLog::State::logged_of(const std::string& machine_arn)
{
    const auto now = std::chrono::steady_clock::now();
    if (logged.size() > begun_max) logged.clear();
    Logged& known = logged[machine_arn];
    if (known.known != std::chrono::steady_clock::time_point() &&
        now - known.known < configuration_age)
        return known;
    known = {};
    known.known = now;
    const Result<std::optional<catalog::StateMachine>> machine = catalog.find(machine_arn);
    if (!machine || !*machine || !(*machine)->logging.is_object()) return known;
    const json::Value* level = (*machine)->logging.find("level");
    const json::Value* data = (*machine)->logging.find("includeExecutionData");
    if (level != nullptr && level->is_string())
        known.level = history::log_level_of(level->as_string()).value_or(history::LogLevel::Off);
    if (data != nullptr && data->is_bool() && data->as_bool()) known.data = history::Data::Include;
    return known;
}

std::optional<history::Event> ExecutionLog::State::first_of(const std::string& arn)
{
    if (const auto found = begun.find(arn); found != begun.end()) {
        history::Event event = std::move(found->second);
        begun.erase(found);
        return event;
    }
    return first(arn);
}

// AWS: "Automating Step Functions event delivery with EventBridge".
std::string ExecutionLog::State::status_change(const std::string& arn, const history::Event& event,
                                               const journal::Redrives& redrives)
{
    const bool runs = status_of(event.type) == "RUNNING";
    const bool starts = event.type == EventType::ExecutionStarted;
    std::optional<history::Event> begin = starts ? std::optional(event) : first_of(arn);
    const auto* started =
        begin ? std::get_if<history::Boxed<history::ExecutionStarted>>(&begin->details) : nullptr;
    if (starts && begun.size() < begun_max && started != nullptr &&
        (*started)->input.written_size(begun_bytes_max) < begun_bytes_max)
        begun.emplace(arn, event);
    const auto* output = std::get_if<history::ExecutionSucceeded>(&event.details);
    const auto* failure = std::get_if<history::Failure>(&event.details);
    const auto milliseconds = [](Timestamp time) {
        return json::Value(std::int64_t{time.time_since_epoch().count()});
    };
    std::vector<json::Member> detail{
        {"executionArn", arn},
        {"stateMachineArn", machine_of(arn)},
        {"name", arn.substr(arn.rfind(':') + 1)},
        {"status", status_of(event.type)},
        {"startDate", begin ? milliseconds(begin->time) : json::Value()},
        {"stopDate", runs ? json::Value() : milliseconds(event.time)}};
    put_document(detail, "input", "inputDetails", started ? &(*started)->input : nullptr);
    put_document(detail, "output", "outputDetails", output ? &output->output : nullptr);
    const auto arn_or_null = [&](std::string history::ExecutionStarted::* member) {
        if (started == nullptr || ((**started).*member).empty()) return json::Value();
        return json::Value((**started).*member);
    };
    detail.push_back({"error", failure ? text_or_null(failure->error) : json::Value()});
    detail.push_back({"cause", failure ? text_or_null(failure->cause) : json::Value()});
    detail.push_back(
        {"stateMachineVersionArn", arn_or_null(&history::ExecutionStarted::version_arn)});
    detail.push_back({"stateMachineAliasArn", arn_or_null(&history::ExecutionStarted::alias_arn)});
    detail.push_back({"redriveCount", std::uint64_t{redrives.count}});
    detail.push_back({"redriveDate", redrives.last ? milliseconds(*redrives.last) : json::Value()});
    const std::string_view refusal = engine::redrive_refusal(
        {engine_status(event.type), begin ? begin->time : event.time, event.time, event.id},
        event.time, limits);
    detail.push_back({"redriveStatus", refusal.empty() ? "REDRIVABLE" : "NOT_REDRIVABLE"});
    detail.push_back(
        {"redriveStatusReason", refusal.empty() ? json::Value() : json::Value(refusal)});
    Entropy entropy(random());
    return json::write(
        json::Value::object({{"version", "0"},
                             {"id", encoding::uuid_v4(entropy)},
                             {"detail-type", "Step Functions Execution Status Change"},
                             {"source", "aws.states"},
                             {"account", part_of(arn, 4)},
                             {"time", encoding::format_timestamp_seconds(event.time)},
                             {"region", part_of(arn, 3)},
                             {"resources", json::Value::array({json::Value(arn)})},
                             {"detail", json::Value::object(std::move(detail))}}));
}

ExecutionLog::ExecutionLog(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Result<std::unique_ptr<ExecutionLog>> ExecutionLog::open(const RecordSinks& sinks,
                                                         const gateway::Environment& environment,
                                                         catalog::Catalog& catalog,
                                                         const Limits& limits, FirstEvent first)
{
    auto state = std::make_unique<State>(catalog, limits, std::move(first));
    if (sinks.executions.any())
        TRY(state->executions.open(sinks.executions, environment, state->way));
    if (sinks.status_changes.any())
        TRY(state->status_changes.open(sinks.status_changes, environment, state->way));
    state->thread = std::thread([raw = state.get()] { raw->run(); });
    return std::unique_ptr<ExecutionLog>(new ExecutionLog(std::move(state)));
}

ExecutionLog::~ExecutionLog()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->ending = true;
        m_state->come.notify_one();
    }
    m_state->thread.join();
    if (m_state->way) m_state->way->close(close_time);
}

void ExecutionLog::put(const std::string& execution_arn, const journal::Redrives& redrives,
                       std::vector<history::Event> events)
{
    std::size_t bytes = 0;
    for (const history::Event& event : events) bytes += bytes_of(event);
    const std::lock_guard lock(m_state->mutex);
    if (m_state->events_queued + events.size() > events_queued_max ||
        m_state->bytes_queued + bytes > event_bytes_queued_max) {
        m_state->dropped.add(events.size());
        return;
    }
    m_state->events_queued += events.size();
    m_state->bytes_queued += bytes;
    m_state->queue.push_back({execution_arn, redrives, std::move(events)});
    if (m_state->queue.size() == 1) m_state->come.notify_one();
}

std::uint64_t ExecutionLog::dropped() const
{
    return m_state->dropped.value() + (m_state->way ? m_state->way->dropped() : 0);
}

std::uint64_t ExecutionLog::waiting() const
{
    return m_state->way ? m_state->way->waiting() : 0;
}

std::uint64_t ExecutionLog::failures() const
{
    return m_state->way ? m_state->way->failures() : 0;
}

}  // namespace weft::server
