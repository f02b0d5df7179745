#include "engine/checkpoint.h"

#include "engine/dataflow/data_flow.h"
#include "engine/history_rules.h"
#include "json/build.h"
#include "json/parse.h"
#include "json/write.h"

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weft::engine {

namespace {

constexpr std::int64_t format_version = 4;

json::Value time_value(Timestamp time)
{
    return std::int64_t{time.time_since_epoch().count()};
}

// -1 stands for no slot.
json::Value slot_value(std::uint32_t slot)
{
    return slot == no_slot ? std::int64_t{-1} : std::int64_t{slot};
}

json::Value text_value(const std::optional<json::String>& text)
{
    return text ? json::Value(*text) : json::Value();
}

json::Value integer_value(const std::optional<std::int64_t>& number)
{
    return number ? json::Value(*number) : json::Value();
}

json::Value numbers(const std::vector<std::uint32_t>& items)
{
    json::ArrayBuilder array(items.size());
    for (const std::uint32_t item : items) array.add(std::uint64_t{item});
    return std::move(array).build();
}

}  // namespace

// Rows of fields in a fixed order. Documents are written once each, by identity, and named by their
// position in one list.
class CheckpointWriter {
public:
    explicit CheckpointWriter(const Execution& execution) : m_execution(execution) {}

    std::string write()
    {
        json::ArrayBuilder top;
        top.add(format_version)
            .add(std::int64_t{static_cast<std::uint8_t>(m_execution.m_status)})
            .add(time_value(m_execution.m_start_time))
            .add(time_value(m_execution.m_last_time))
            .add(m_execution.m_last_id)
            .add(m_execution.m_event_count)
            .add(document(m_execution.m_output))
            .add(text_value(m_execution.m_failure.error))
            .add(text_value(m_execution.m_failure.cause))
            .add(time_value(m_execution.m_deadline))
            .add(m_execution.m_redrive_count)
            .add(redrives())
            .add(started())
            .add(table());
        top.add(json::Value::array(std::move(m_documents)));
        return json::write(std::move(top).build());
    }

private:
    json::Value document(const json::Value& value)
    {
        const auto next = static_cast<std::int64_t>(m_documents.size());
        if (value.identity() != nullptr) {
            const auto [found, added] = m_positions.emplace(value.identity(), next);
            if (!added) return found->second;
        }
        m_documents.push_back(value);
        return next;
    }

    json::Value redrives()
    {
        json::ArrayBuilder rows;
        for (const Redriven& one : m_execution.m_redrives) {
            json::ArrayBuilder row;
            row.add(one.client_token).add(time_value(one.time));
            rows.add(std::move(row).build());
        }
        return std::move(rows).build();
    }

    json::Value started()
    {
        if (!m_execution.m_started) return {};
        const history::ExecutionStarted& from = *m_execution.m_started;
        json::ArrayBuilder row;
        row.add(document(from.input))
            .add(from.role_arn)
            .add(from.version_arn)
            .add(from.alias_arn)
            .add(from.key)
            .add(from.execution_arn)
            .add(from.name)
            .add(from.machine_arn)
            .add(from.machine_name)
            .add(from.revision_hash)
            .add(std::int64_t{static_cast<std::uint8_t>(from.type)})
            .add(time_value(from.deadline))
            .add(std::int64_t{from.limits_profile})
            .add(std::uint64_t{from.semantics_version})
            .add(from.parent_key)
            .add(from.parent_event)
            .add(from.parent_waits);
        return std::move(row).build();
    }

    json::Value call(const history::Boxed<history::TaskScheduled>& from)
    {
        if (!from) return {};
        json::ArrayBuilder row;
        row.add(from->resource_type)
            .add(from->resource)
            .add(from->region)
            .add(document(from->parameters))
            .add(integer_value(from->timeout_seconds))
            .add(integer_value(from->heartbeat_seconds))
            .add(text_value(from->credentials_role_arn))
            .add(std::uint64_t{from->attempt})
            .add(time_value(from->timeout_due))
            .add(from->token_nonce);
        return std::move(row).build();
    }

    static json::Value failure(const history::Boxed<history::TaskFailure>& from)
    {
        if (!from) return {};
        json::ArrayBuilder row;
        row.add(from->resource_type)
            .add(from->resource)
            .add(text_value(from->error))
            .add(text_value(from->cause))
            .add(from->scheduled)
            .add(from->heartbeat);
        return std::move(row).build();
    }

    json::Value map(const history::Boxed<history::MapStarted>& from)
    {
        if (!from) return {};
        json::ArrayBuilder row;
        row.add(from->length)
            .add(document(from->items))
            .add(document(from->effective_input))
            .add(std::uint64_t{from->concurrency})
            .add(from->tolerated_percentage)
            .add(from->tolerated_count);
        return std::move(row).build();
    }

    json::Value frame(Slot slot, const Frame& from)
    {
        json::ArrayBuilder row;
        row.add(slot_value(slot))
            .add(std::uint64_t{from.id})
            .add(slot_value(from.owner))
            .add(std::uint64_t{from.index})
            .add(std::int64_t{static_cast<std::uint8_t>(from.phase)})
            .add(std::int64_t{static_cast<std::uint8_t>(from.resume)})
            .add(from.over)
            .add(from.state)
            .add(document(from.input))
            .add(document(from.value))
            .add(document(from.variables))
            .add(from.before)
            .add(from.entered)
            .add(from.last)
            .add(time_value(from.entered_time))
            .add(call(from.call))
            .add(from.scheduled)
            .add(std::uint64_t{from.dispatch})
            .add(from.parked)
            .add(failure(from.failure))
            .add(numbers(from.retries))
            .add(std::uint64_t{from.retries_total})
            .add(slot_value(from.fork))
            .add(time_value(from.due))
            .add(time_value(from.heartbeat_due))
            .add(std::uint64_t{from.streak})
            .add(slot_value(from.sibling_next))
            .add(slot_value(from.sibling_previous));
        return std::move(row).build();
    }

    json::Value fork(const Fork& from)
    {
        json::ArrayBuilder results(from.results.size());
        for (const json::Value& result : from.results) results.add(document(result));
        json::ArrayBuilder row;
        row.add(map(from.map))
            .add(std::move(results).build())
            .add(numbers(from.failed))
            .add(std::uint64_t{from.opened})
            .add(std::uint64_t{from.succeeded})
            .add(std::uint64_t{from.live})
            .add(from.link)
            .add(slot_value(from.first_child))
            .add(slot_value(from.last_child))
            .add(numbers(from.to_resume));
        return std::move(row).build();
    }

    json::Value table()
    {
        const FrameTable& from = m_execution.m_frames;
        json::ArrayBuilder frames;
        for (Slot slot = 0; slot < from.m_frames.size(); ++slot)
            if (from.m_frames[slot].phase != Phase::Closed)
                frames.add(frame(slot, from.m_frames[slot]));
        json::ArrayBuilder forks;
        for (const Fork& each : from.m_forks) forks.add(fork(each));
        std::vector<std::uint32_t> ready;
        for (Slot slot = from.m_ready_first; slot != no_slot; slot = from.m_frames[slot].ready_next)
            ready.push_back(slot);
        json::ArrayBuilder row;
        row.add(std::uint64_t{from.m_next_id})
            .add(std::uint64_t{from.m_frames.size()})
            .add(std::move(frames).build())
            .add(numbers(from.m_free))
            .add(std::move(forks).build())
            .add(numbers(from.m_free_forks))
            .add(numbers(ready));
        return std::move(row).build();
    }

    const Execution& m_execution;
    std::vector<json::Value> m_documents;
    std::unordered_map<const void*, std::int64_t> m_positions;
};

// Takes the fields of a row in order. Once something is not as it should be, `good` stays false and
// what is taken from then on means nothing.
class CheckpointReader {
public:
    Result<Execution> read(const json::Value& top)
    {
        Row row = open(&top);
        if (row.integer() != format_version)
            return m_good ? fail(ErrorCode::Unsupported, "a checkpoint of another version")
                          : corrupt();
        if (top.is_array() && top.size() > 0) m_documents = top.items().back();
        Execution execution;
        execution.m_status = static_cast<Status>(row.within(static_cast<int>(Status::Aborted)));
        execution.m_start_time = row.time();
        execution.m_last_time = row.time();
        execution.m_last_id = row.integer();
        execution.m_event_count = static_cast<std::uint64_t>(row.integer());
        execution.m_output = row.document();
        execution.m_failure.error = row.maybe_text();
        execution.m_failure.cause = row.maybe_text();
        execution.m_deadline = row.time();
        execution.m_redrive_count = row.integer();
        for (Row rows = open(row.next()); !rows.items.empty();) {
            Row one = open(rows.next());
            json::String token = one.text();
            execution.m_redrives.push_back({std::move(token), one.time()});
        }
        execution.m_started = started(row.next());
        table(row.next(), execution.m_frames);
        if (!m_good) return corrupt();
        return execution;
    }

private:
    static tl::unexpected<Error> corrupt()
    {
        return fail(ErrorCode::Corrupt, "a checkpoint is not readable: fold the history");
    }

    struct Row {
        CheckpointReader& reader;
        std::span<const json::Value> items;

        const json::Value* next()
        {
            if (items.empty()) {
                reader.m_good = false;
                return nullptr;
            }
            const json::Value* item = &items.front();
            items = items.subspan(1);
            return item;
        }
        std::int64_t integer()
        {
            const json::Value* item = next();
            if (item != nullptr && item->kind() == json::Kind::Int) return item->as_int();
            reader.m_good = false;
            return 0;
        }
        std::int64_t within(std::int64_t most)
        {
            const std::int64_t number = integer();
            if (number >= 0 && number <= most) return number;
            reader.m_good = false;
            return 0;
        }
        std::uint32_t number() { return static_cast<std::uint32_t>(within(UINT32_MAX)); }
        // Slots and positions of forks: below `m_slots`, or none.
        std::uint32_t slot()
        {
            const std::int64_t number = integer();
            if (number == -1) return no_slot;
            if (number >= 0 && number < reader.m_slots) return static_cast<std::uint32_t>(number);
            reader.m_good = false;
            return no_slot;
        }
        Timestamp time() { return Timestamp(Milliseconds(integer())); }
        double real()
        {
            const json::Value* item = next();
            if (item != nullptr && item->is_number()) return item->as_double();
            reader.m_good = false;
            return 0;
        }
        bool flag()
        {
            const json::Value* item = next();
            if (item != nullptr && item->is_bool()) return item->as_bool();
            reader.m_good = false;
            return false;
        }
        json::String text() { return maybe_text().value_or(json::String()); }
        std::optional<json::String> maybe_text()
        {
            const json::Value* item = next();
            if (item != nullptr && item->is_string()) return item->as_shared_string();
            if (item == nullptr || !item->is_null()) reader.m_good = false;
            return std::nullopt;
        }
        std::string string() { return std::string(text().view()); }
        std::optional<std::int64_t> maybe_integer()
        {
            if (!items.empty() && items.front().is_null()) {
                next();
                return std::nullopt;
            }
            return integer();
        }
        json::Value document()
        {
            const json::Value* found =
                reader.m_documents.at(static_cast<std::size_t>(within(INT64_MAX)));
            if (found != nullptr) return *found;
            reader.m_good = false;
            return {};
        }
        std::vector<std::uint32_t> numbers()
        {
            Row row = reader.open(next());
            std::vector<std::uint32_t> result;
            result.reserve(row.items.size());
            while (!row.items.empty()) result.push_back(row.number());
            return result;
        }
    };

    Row open(const json::Value* value)
    {
        if (value != nullptr && value->is_array()) return {*this, value->items()};
        m_good = false;
        return {*this, {}};
    }

    history::Boxed<history::ExecutionStarted> started(const json::Value* value)
    {
        if (value == nullptr || value->is_null()) return {};
        Row row = open(value);
        auto to = std::make_shared<history::ExecutionStarted>();
        to->input = row.document();
        to->role_arn = row.string();
        to->version_arn = row.string();
        to->alias_arn = row.string();
        to->key = row.integer();
        to->execution_arn = row.string();
        to->name = row.string();
        to->machine_arn = row.string();
        to->machine_name = row.string();
        to->revision_hash = row.string();
        to->type = static_cast<history::ExecutionType>(row.within(1));
        to->deadline = row.time();
        to->limits_profile = static_cast<std::uint8_t>(row.within(UINT8_MAX));
        to->semantics_version = row.number();
        to->parent_key = row.integer();
        to->parent_event = row.integer();
        to->parent_waits = row.flag();
        return to;
    }

    history::Boxed<history::TaskScheduled> call(const json::Value* value)
    {
        if (value == nullptr || value->is_null()) return {};
        Row row = open(value);
        auto to = std::make_shared<history::TaskScheduled>();
        to->resource_type = row.text();
        to->resource = row.text();
        to->region = row.text();
        to->parameters = row.document();
        to->timeout_seconds = row.maybe_integer();
        to->heartbeat_seconds = row.maybe_integer();
        to->credentials_role_arn = row.maybe_text();
        to->attempt = row.number();
        to->timeout_due = row.time();
        to->token_nonce = row.integer();
        return to;
    }

    history::Boxed<history::TaskFailure> failure(const json::Value* value)
    {
        if (value == nullptr || value->is_null()) return {};
        Row row = open(value);
        auto to = std::make_shared<history::TaskFailure>();
        to->resource_type = row.text();
        to->resource = row.text();
        to->error = row.maybe_text();
        to->cause = row.maybe_text();
        to->scheduled = row.integer();
        to->heartbeat = row.flag();
        return to;
    }

    history::Boxed<history::MapStarted> map(const json::Value* value)
    {
        if (value == nullptr || value->is_null()) return {};
        Row row = open(value);
        auto to = std::make_shared<history::MapStarted>();
        to->length = row.integer();
        to->items = row.document();
        to->effective_input = row.document();
        to->concurrency = row.number();
        to->tolerated_percentage = row.real();
        to->tolerated_count = row.integer();
        return to;
    }

    void frame(const json::Value& value, FrameTable& table)
    {
        Row row = open(&value);
        const Slot slot = row.slot();
        if (!m_good || slot == no_slot) {
            m_good = false;
            return;
        }
        Frame& to = table.m_frames[slot];
        to.id = row.number();
        to.owner = row.slot();
        to.index = row.number();
        to.phase = static_cast<Phase>(row.within(static_cast<int>(Phase::Submitted)));
        to.resume = static_cast<Phase>(row.within(static_cast<int>(Phase::Submitted)));
        if (!may_resume.contains(to.resume)) m_good = false;
        to.over = row.flag();
        to.state = row.text();
        to.input = row.document();
        to.value = row.document();
        const json::Value variables = row.document();
        if (variables.is_object()) {
            table.assign(slot, variables);
            if (to.phase == Phase::Stopped) table.m_variables_bytes -= to.variables_bytes;
        } else if (!variables.is_null()) {
            m_good = false;
        }
        to.before = row.integer();
        to.entered = row.integer();
        to.last = row.integer();
        to.entered_time = row.time();
        to.call = call(row.next());
        to.scheduled = row.integer();
        to.dispatch = row.number();
        const bool parked = row.flag();
        to.failure = failure(row.next());
        to.retries = row.numbers();
        to.retries_total = row.number();
        to.fork = row.slot();
        const Timestamp due = row.time();
        to.heartbeat_due = row.time();
        const std::uint32_t streak = row.number();
        to.sibling_next = row.slot();
        to.sibling_previous = row.slot();
        if (to.owner != no_slot) table.m_by_id.insert(to.id, slot);
        if (to.call) table.m_by_call.insert(static_cast<std::uint64_t>(to.scheduled), slot);
        table.park(slot, parked);
        table.set_timer(slot, due);
        m_streaks.emplace_back(slot, streak);
    }

    void fork(const json::Value& value, FrameTable& table)
    {
        Row row = open(&value);
        Fork& to = table.m_forks.emplace_back();
        to.map = map(row.next());
        Row results = open(row.next());
        while (!results.items.empty()) to.results.push_back(results.document());
        to.failed = row.numbers();
        to.opened = row.number();
        to.succeeded = row.number();
        to.live = row.number();
        to.link = row.integer();
        to.first_child = row.slot();
        to.last_child = row.slot();
        to.to_resume = row.numbers();
    }

    void table(const json::Value* value, FrameTable& to)
    {
        Row row = open(value);
        to.m_next_id = row.number();
        // Every frame ever open at one time has a slot; a fork belongs to a frame.
        m_slots = row.within(UINT32_MAX - 1);
        if (m_slots > to.m_next_id) m_good = false;
        if (!m_good) return;
        to.m_frames.resize(static_cast<std::size_t>(m_slots));
        const Row frames = open(row.next());
        for (const json::Value& each : frames.items) frame(each, to);
        to.m_free = row.numbers();
        const Row forks = open(row.next());
        for (const json::Value& each : forks.items) fork(each, to);
        to.m_free_forks = row.numbers();
        for (const std::uint32_t slot : row.numbers()) {
            if (slot >= to.m_frames.size()) m_good = false;
            if (!m_good) return;
            to.make_ready(slot);
        }
        for (const auto& [slot, streak] : m_streaks) to.m_frames[slot].streak = streak;
    }

    json::Value m_documents;
    std::int64_t m_slots = 0;
    std::vector<std::pair<Slot, std::uint32_t>> m_streaks;
    bool m_good = true;
};

std::string save(const Execution& execution)
{
    return CheckpointWriter(execution).write();
}

Result<Execution> load(std::string_view text)
{
    // A document of the execution may itself be as deep as documents go.
    Result<json::Value> top = json::parse(text, {.depth_max = document_depth_max + 16});
    if (!top) return fail(ErrorCode::Corrupt, "a checkpoint is not JSON: {}", top.error().message);
    return CheckpointReader().read(*top);
}

}  // namespace weft::engine
