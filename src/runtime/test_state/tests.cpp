#include "runtime/test_state/tests.h"

#include "async/deadline.h"
#include "async/promise.h"
#include "async/run_on.h"
#include "base/overloaded.h"
#include "encoding/uuid.h"
#include "runtime/evaluation_meter.h"
#include "runtime/names.h"
#include "runtime/worker.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace weft::runtime {

namespace {

using Progress = engine::StateTest::Progress;

std::string some_uuid(async::Loop& loop)
{
    Entropy entropy(loop.random());
    return encoding::uuid_v4(entropy);
}

// A test under way. What the compute pool works on is kept alive by the job itself.
struct Test {
    TestStateRequest request;
    PreparedTest prepared;
    std::optional<engine::StateTest> steps;
};

// AWS: the state seems to be in an Express execution of a machine, both with names made up.
history::ExecutionStarted made_up_execution(async::Loop& home, const TestStateRequest& request)
{
    history::ExecutionStarted started;
    started.type = history::ExecutionType::Express;
    started.input = request.input;
    started.role_arn = request.role_arn.value_or(std::string());
    started.machine_name = some_uuid(home);
    started.name = some_uuid(home);
    started.machine_arn = machine_arn(request.scope, started.machine_name);
    started.execution_arn = express_test_arn(started.machine_arn, started.name);
    return started;
}

// One go on the compute pool. Without fuel even there, the test fails as an execution would.
async::Task<Progress> go_on(Shared& shared, async::Loop& home, std::shared_ptr<Test> test,
                            engine::Command command)
{
    auto work = [test, command = std::move(command), now = home.now(), seed = home.random(),
                 options = shared.options, &home]() mutable -> Result<Progress> {
        Entropy entropy(seed);
        EvaluationMeter meter = pool_meter(home, options);
        return test->steps->go_on(std::move(command), {now, entropy, meter, options.limits});
    };
    CO_TRY(Progress progress,
           co_await async::run_on<Progress>(shared.parts.compute, home, std::move(work)));
    if (std::holds_alternative<engine::StateTest::NoFuel>(progress)) {
        engine::TestedState stopped;
        stopped.error = json::String("States.Runtime");
        stopped.cause = json::String("An evaluation took more steps than allowed.");
        progress = std::move(stopped);
    }
    co_return progress;
}

integrations::Call describe(async::Loop& home, const Test& test,
                            const history::ExecutionStarted& started,
                            const engine::CallRequest& request)
{
    integrations::Call call;
    call.resource = request.resource;
    call.state = request.state;
    call.execution_arn = started.execution_arn;
    call.parameters = request.parameters;
    call.idempotency_key = some_uuid(home);
    call.region = test.request.scope.region;
    call.account = test.request.scope.account;
    call.attempt = request.attempt;
    call.deadline = request.deadline;
    return call;
}

// A permit held by a test; given back when it goes.
class Permit {
public:
    Permit(Shared& shared, std::string key) : m_shared(shared), m_key(std::move(key)) {}
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit()
    {
        if (!m_asked) return;
        // A wait that was given up, or a permit that was granted.
        if (!m_waiter || !m_shared.permits.forget(m_key, *m_waiter))
            m_shared.permits.release(m_key);
    }

    async::Task<> acquire(async::Loop& home, std::uint32_t max)
    {
        if (m_key.empty()) co_return Result<>{};
        m_asked = true;
        async::Promise<> granted(home);
        // No stream has a negative key.
        m_waiter = Permits::Waiter{-static_cast<std::int64_t>(home.random() >> 2U) - 1, 1};
        const bool free =
            m_shared.permits.acquire(m_key, max, *m_waiter, [granted, &home]() mutable {
                home.post([granted]() mutable { granted.set({}); });
            });
        if (!free) {
            CO_CHECK(co_await granted.take());
        }
        m_waiter.reset();
        co_return Result<>{};
    }

private:
    Shared& m_shared;
    std::string m_key;
    bool m_asked = false;
    std::optional<Permits::Waiter> m_waiter;
};

async::Task<integrations::Outcome> perform(Shared& shared, async::Loop& home,
                                           integrations::Call call)
{
    integrations::Integration* target = shared.parts.integrations.find(call.resource);
    if (target == nullptr) {
        integrations::Failure unsupported = unsupported_resource(call.resource);
        co_return integrations::Outcome(std::move(unsupported));
    }
    const std::string key = target->permit_key(call);
    Permit permit(shared, key);
    CO_CHECK(co_await permit.acquire(home, key.empty() ? 0 : target->permits_max(key)));
    CO_TRY(integrations::Outcome outcome, co_await target->invoke(home, std::move(call)));
    co_return outcome;
}

engine::Command reply_to(const engine::Dispatch& dispatch, Result<integrations::Outcome> outcome)
{
    const history::EventId scheduled = dispatch.call.scheduled;
    if (!outcome)
        return engine::CallFailed{scheduled, dispatch.dispatch, json::String("States.TaskFailed"),
                                  json::String(outcome.error().message)};
    return std::visit(overloaded{[&](integrations::Success& success) -> engine::Command {
                                     return engine::CallSucceeded{scheduled, dispatch.dispatch,
                                                                  std::move(success.output),
                                                                  std::move(success.usage)};
                                 },
                                 [&](integrations::Failure& failure) -> engine::Command {
                                     return engine::CallFailed{scheduled, dispatch.dispatch,
                                                               json::String(failure.error),
                                                               json::String(failure.cause)};
                                 }},
                      *outcome);
}

engine::TestedState took_too_long()
{
    engine::TestedState out;
    out.error = json::String("States.Timeout");
    out.cause = json::String("The test of a state may take up to five minutes.");
    return out;
}

async::Task<engine::TestedState> step(Shared& shared, async::Loop& home, std::shared_ptr<Test> test,
                                      history::ExecutionStarted started)
{
    const Timestamp end = home.now() + test_state_time_max;
    engine::Command command = engine::Continue{};
    for (;;) {
        CO_TRY(Progress progress, co_await go_on(shared, home, test, std::move(command)));
        if (auto* done = std::get_if<engine::TestedState>(&progress)) co_return std::move(*done);
        command = engine::TimersDue{};
        if (auto* pause = std::get_if<engine::StateTest::Pause>(&progress)) {
            CO_CHECK(co_await async::sleep_until(home, std::min(pause->due, end)));
            if (pause->due > end) co_return took_too_long();
            continue;
        }
        auto& call = std::get<engine::StateTest::Call>(progress);
        integrations::Call request = describe(home, *test, started, call.dispatch.call);
        request.deadline = std::min({request.deadline, call.due, end});
        const Timestamp deadline = request.deadline;
        Result<integrations::Outcome> outcome =
            co_await async::with_deadline<integrations::Outcome>(
                home, deadline, perform(shared, home, std::move(request)));
        const bool late = !outcome && outcome.error().code == ErrorCode::Timeout;
        if (!outcome && outcome.error().code == ErrorCode::Cancelled)
            co_return tl::unexpected(std::move(outcome).error());
        if (late && home.now() >= end) co_return took_too_long();
        // The state's own time is up: its timer says so.
        if (late && home.now() >= call.due) continue;
        command = reply_to(call.dispatch, std::move(outcome));
    }
}

async::Task<TestStateReply> run_test(Shared& shared, async::Loop& home, TestStateRequest request)
{
    auto test = std::make_shared<Test>();
    test->request = std::move(request);
    history::ExecutionStarted started = made_up_execution(home, test->request);
    auto prepare = [test, options = shared.options, models = shared.parts.models,
                    started]() mutable -> Result<> {
        test->prepared = TRY(prepare_test(test->request, options, models));
        engine::StateUnderTest under_test = std::move(test->prepared.test);
        under_test.started = std::move(started);
        test->steps.emplace(*test->prepared.machine, std::move(under_test));
        return {};
    };
    CO_CHECK(co_await async::run_on<void>(shared.parts.compute, home, std::move(prepare)));
    CO_TRY(engine::TestedState tested, co_await step(shared, home, test, std::move(started)));
    const asl::State& state = *test->prepared.state;
    TestStateReply reply;
    reply.tested = std::move(tested);
    reply.kind = state.kind.index();
    reply.language = state.language;
    const auto* pass = std::get_if<asl::Pass>(&state.kind);
    reply.literal_result = pass != nullptr && pass->result.has_value();
    reply.input = test->request.input;
    co_return reply;
}

}  // namespace

void StateTests::run(async::Loop& home, TestStateRequest request, Callback<TestStateReply> reply)
{
    std::uint64_t id = 0;
    auto handle = std::make_shared<async::Spawned>();
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping)
            return reply(
                fail(ErrorCode::Throttled, "the service is shutting down and takes no new work"));
        if (m_open.size() >= open_max)
            return reply(fail(ErrorCode::Throttled,
                              "too many tests of states at once ({}); try again", open_max));
        id = m_next++;
        m_open.emplace(id, Open{&home, handle});
    }
    *handle = async::spawn<TestStateReply>(
        home, run_test(m_shared, home, std::move(request)),
        [this, id, reply = std::move(reply)](Result<TestStateReply> result) mutable {
            reply(std::move(result));
            ended(id);
        });
}

void StateTests::ended(std::uint64_t id)
{
    Function<void()> idle;
    {
        const std::lock_guard lock(m_mutex);
        m_open.erase(id);
        if (m_stopping && m_open.empty()) idle = std::exchange(m_idle, {});
    }
    if (idle) idle();
}

void StateTests::shut_down(async::Loop& home, Function<void()> idle)
{
    auto told = std::make_shared<Function<void()>>(std::move(idle));
    Function<void()> at_home = [&home, told] { home.post([told] { (*told)(); }); };
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        for (const auto& [id, test] : m_open)
            test.loop->post([handle = test.handle] { handle->cancel(); });
        if (!m_open.empty()) {
            m_idle = std::move(at_home);
            return;
        }
    }
    at_home();
}

}  // namespace weft::runtime
