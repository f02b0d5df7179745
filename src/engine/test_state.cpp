#include "engine/test_state.h"

#include "base/assert.h"
#include "base/overloaded.h"
#include "engine/decider.h"
#include "engine/map/batch.h"
#include "engine/map/map.h"
#include "engine/retry/failure.h"
#include "engine/states/states.h"

#include <memory>
#include <utility>
#include <vector>

namespace weft::engine {

using history::EventType;

namespace {

constexpr Slot root = 0;

// The inputs of all iterations, which only TestState wants to see together; nothing when they are
// larger than the member that shows them may be.
Flow<std::optional<std::vector<json::Value>>> all_inputs(Decider& decider, const asl::State& state,
                                                         const asl::Map& map)
{
    const auto bytes_max = static_cast<std::size_t>(decider.limits().payload_bytes_max);
    std::vector<json::Value> inputs;
    std::size_t bytes = 0;
    const std::size_t length = decider.frames().fork(root).results.size();
    for (std::uint32_t index = 0; index < length; ++index) {
        Flow<json::Value> input = iteration_input(decider, root, state, map, index);
        if (!input) return tl::unexpected(std::move(input).error());
        bytes += input->written_size(bytes_max) + 1;
        if (bytes > bytes_max) return std::optional<std::vector<json::Value>>();
        inputs.push_back(*std::move(input));
    }
    return std::optional(std::move(inputs));
}

// Shows what ItemSelector and ItemBatcher make of the items; gives the number of iterations.
Flow<std::size_t> select_and_batch(Decider& decider, const asl::State& state, const asl::Map& map)
{
    const Fork& fork = decider.frames().fork(root);
    if (!map.item_selector && !map.item_batcher) return fork.results.size();
    Flow<std::optional<std::vector<json::Value>>> inputs = all_inputs(decider, state, map);
    if (!inputs) return tl::unexpected(std::move(inputs).error());
    if (!*inputs) return fork.results.size();
    Inspection& inspection = *decider.inspection();
    if (map.item_selector) inspection.after_item_selector = json::Value::array(**inputs);
    if (!map.item_batcher) return fork.results.size();
    Evaluation evaluation = decider.evaluation(state, root);
    Flow<json::Value> batches =
        batch_items(*map.item_batcher, **inputs, fork.map->effective_input, evaluation);
    if (!batches) return tl::unexpected(std::move(batches).error());
    inspection.after_item_batcher = *batches;
    return batches->size();
}

}  // namespace

StateTest::StateTest(const asl::Machine& machine, StateUnderTest test)
    : m_machine(machine), m_test(std::move(test))
{
    WEFT_ASSERT(m_machine.find(m_test.state) != nullptr);
    m_inspection.context = m_test.context;
    m_inspection.reader_data = m_test.reader_data;
    if (m_test.items_pointed) m_inspection.after_items_pointer = m_test.reader_data;
}

Turn StateTest::turn(const World& world)
{
    // One step at a time, so that nothing happens beyond the state.
    return {.machine = m_machine,
            .now = world.now,
            .entropy = world.entropy,
            .meter = world.meter,
            .limits = world.limits,
            .budget = {.events_max = 1},
            .inspection = &m_inspection};
}

// A history that ends just before the state is entered.
void StateTest::begin(Timestamp now)
{
    history::Event started;
    started.id = 1;
    started.time = now;
    started.type = EventType::ExecutionStarted;
    const json::Value input = m_test.started.input;
    started.details = std::make_shared<const history::ExecutionStarted>(m_test.started);
    evolve(m_execution, started);
    history::Event before;
    before.id = 2;
    before.time = now;
    before.type = EventType::PassStateExited;
    const bool variables = m_test.variables.size() > 0;
    before.details =
        history::StateExited{{}, input, variables ? m_test.variables : json::Value(), m_test.state};
    evolve(m_execution, before);
}

// The state's earlier attempts. Which retrier will take the error is not known yet; whichever it
// is, it has retried as often as the test says.
void StateTest::repeat(Timestamp now)
{
    const auto& retriers = m_machine.find(m_test.state)->retry;
    for (std::uint32_t i = 0; i < retriers.size(); ++i) {
        history::RetryScheduled retry;
        retry.retrier = i;
        retry.attempt = m_test.retries;
        retry.attempt_total = m_test.retries;
        retry.due = now;
        history::Event event;
        event.previous = m_execution.frames().at(root).last;
        event.time = now;
        event.type = EventType::RetryScheduled;
        event.details = std::make_shared<const history::RetryScheduled>(std::move(retry));
        evolve(m_execution, event);
    }
}

Result<StateTest::Progress> StateTest::go_on(Command command, const World& world)
{
    if (!m_execution.has_started()) begin(world.now);
    for (;;) {
        Slice slice = run_slice(m_execution, command, turn(world));
        if (slice.end == SliceEnd::OutOfFuel && slice.events.empty()) return NoFuel{};
        if (std::optional<TestedState> done = look(slice)) return *std::move(done);
        command = Continue{};
        if (std::optional<Progress> waits = act(slice, command)) return *std::move(waits);
        if (!slice.actions.empty()) continue;
        const Frame& frame = m_execution.frames().at(root);
        if (frame.phase == Phase::Entered && m_test.retries > 0 && !m_repeated) {
            m_repeated = true;
            repeat(world.now);
        } else if (frame.phase == Phase::Forked) {
            Slice rest;
            if (TRY(finish_fork(rest, world)) == SliceEnd::OutOfFuel) return NoFuel{};
            std::optional<TestedState> done = look(rest);
            WEFT_ASSERT(done.has_value());
            return *std::move(done);
        } else if (slice.end == SliceEnd::Settled && m_execution.next_due() > world.now) {
            return Pause{m_execution.next_due()};
        }
    }
}

// A Map or Parallel whose iterations or branches are not run: the mock is what came of them.
Result<SliceEnd> StateTest::finish_fork(Slice& slice, const World& world)
{
    const Turn now = turn(world);
    Decider decider(m_execution, now, slice);
    const asl::State& state = decider.state_of(root);
    const auto done = [](Outcome outcome) {
        return outcome == Outcome::Done ? SliceEnd::Settled : SliceEnd::OutOfFuel;
    };
    if (const auto* map = std::get_if<asl::Map>(&state.kind)) {
        const Flow<std::size_t> iterations = select_and_batch(decider, state, *map);
        if (!iterations) return done(fail_state(decider, root, state, iterations.error()));
        const Fork& fork = decider.frames().fork(root);
        if (m_test.failed_iterations > *iterations)
            return fail(ErrorCode::ValidationFailed,
                        "Map iteration failure count must be less than or equal to the number of "
                        "Map iterations");
        const bool exceeded = m_test.failed_iterations > 0 &&
                              tolerance_of(fork, m_test.failed_iterations) != Tolerance::Within;
        if (exceeded && std::holds_alternative<MockedResult>(m_test.mock))
            return done(fail_state(decider, root, state, tolerance_trouble()));
    }
    return std::visit(
        overloaded{[&](const MockedError& error) {
                       return done(fail_state(decider, root, state,
                                              Trouble{error.error, error.cause, false}));
                   },
                   [&](const MockedResult& result) {
                       return done(complete_fork(decider, root, state, result.value));
                   },
                   [&](std::monostate) {
                       return done(fail_state(decider, root, state,
                                              Fault{.cause = "A Map or Parallel is tested with a "
                                                             "mock.",
                                                    .names_state = false}));
                   }},
        m_test.mock);
}

// The mock is the activity's worker. (Without one, activities are not tested.)
Command StateTest::work(const HandOver& over) const
{
    Ending ending;
    if (const auto* result = std::get_if<MockedResult>(&m_test.mock)) {
        ending.output = result->value;
    } else if (const auto* error = std::get_if<MockedError>(&m_test.mock)) {
        ending = {true, {}, error->error, error->cause};
    }
    const Slot slot = m_execution.frames().find_call(over.call.scheduled);
    WEFT_ASSERT(slot != no_slot);
    return TaskAnswered{over.call.scheduled, m_execution.frames().at(slot).call->token_nonce,
                        std::move(ending)};
}

// What a call needs of the outside: permits are given, a mock answers; else somebody has to call.
std::optional<StateTest::Progress> StateTest::act(const Slice& slice, Command& next) const
{
    for (const Action& action : slice.actions) {
        if (const auto* acquire = std::get_if<AcquirePermit>(&action))
            next = PermitGranted{acquire->call.scheduled};
        else if (const auto* seek = std::get_if<SeekWorker>(&action))
            next = WorkerFound{seek->call.scheduled, seek->dispatch, {}, 1};
        else if (const auto* over = std::get_if<HandOver>(&action))
            next = work(*over);
        const auto* dispatch = std::get_if<Dispatch>(&action);
        if (dispatch == nullptr) continue;
        const history::EventId scheduled = dispatch->call.scheduled;
        if (const auto* result = std::get_if<MockedResult>(&m_test.mock)) {
            // What the task gives, whatever its pattern.
            next = CallSucceeded{scheduled, dispatch->dispatch, result->value, {}, true};
        } else if (const auto* error = std::get_if<MockedError>(&m_test.mock)) {
            next = CallFailed{scheduled, dispatch->dispatch, error->error.value_or(json::String()),
                              error->cause.value_or(json::String())};
        } else {
            return Call{*dispatch, m_execution.next_due()};
        }
    }
    return std::nullopt;
}

// Whether the visit has come to its end.
std::optional<TestedState> StateTest::look(const Slice& slice)
{
    for (const history::Event& event : slice.events) {
        if (const auto* left = std::get_if<history::StateExited>(&event.details)) {
            TestedState out = report();
            out.status = m_inspection.failed ? TestedState::Status::CaughtError
                                             : TestedState::Status::Succeeded;
            out.output = left->output;
            out.next = left->next;
            return out;
        }
        if (event.type == EventType::RetryScheduled) {
            const auto& retry = *std::get<history::Boxed<history::RetryScheduled>>(event.details);
            TestedState out = report();
            out.status = TestedState::Status::Retriable;
            out.backoff = retry.due - event.time;
            return out;
        }
        if (event.type == EventType::ExecutionFailed ||
            event.type == EventType::ExecutionTimedOut) {
            TestedState out = report();
            out.error = m_execution.failure().error;
            out.cause = m_execution.failure().cause;
            return out;
        }
    }
    return std::nullopt;
}

TestedState StateTest::report()
{
    TestedState out;
    out.error = m_inspection.error;
    out.cause = m_inspection.cause;
    // A failed execution has no frames any more; its variables are those it began with.
    out.variables =
        m_execution.ended() ? m_test.variables : m_execution.frames().at(root).variables;
    if (out.variables.size() == 0) out.variables = {};
    out.inspection = m_inspection;
    return out;
}

}  // namespace weft::engine
