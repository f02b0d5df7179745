#pragma once

// The engine as Tasks of its own executions reach it, in a RuntimeWorld: startExecution in its
// patterns; whatever else is called is answered at once, and what it was sent is kept.

#include "async/task.h"
#include "integrations/states/start_execution.h"
#include "tests/support/runtime_world.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace weft::test {

class EngineTasks final : public integrations::Integration,
                          public integrations::ExecutionStarter,
                          public integrations::LocalService {
public:
    std::string permit_key(const integrations::Call&) const override { return {}; }
    std::uint32_t permits_max(std::string_view) const override { return 0; }
    async::Task<integrations::Outcome> invoke(async::Loop& loop, integrations::Call call) override
    {
        if (on_call) on_call(call);
        if (delay) {
            const Milliseconds there = delay();
            return delayed(loop, std::move(call), there, delay());
        }
        return perform(loop, std::move(call));
    }
    void start_child(async::Loop& home, integrations::ChildRequest request,
                     Function<void(Result<integrations::ChildStarted>)> reply) override
    {
        world->runtime->start_child(home, std::move(request), std::move(reply));
    }
    void call(async::Loop&, std::string_view, const json::Value&, integrations::ServiceScope,
              OnGone, Reply) override
    {
        FAIL("no operation is called here");
    }
    integrations::ServiceError describe(const Error& error) const override
    {
        return {error.code == ErrorCode::StateMachineDoesNotExist ? "StateMachineDoesNotExist"
                                                                  : "Other",
                400, error.message};
    }

    RuntimeWorld* world = nullptr;
    std::function<void(const integrations::Call&)> on_call;
    // How long a call is on its way there, and its answer on the way back. Empty: no time.
    std::function<Milliseconds()> delay;
    std::vector<integrations::Call> sent;

private:
    async::Task<integrations::Outcome> perform(async::Loop& loop, integrations::Call call)
    {
        const std::string resource(call.resource.view());
        if (resource.ends_with(".sync")) return m_sync.invoke(loop, std::move(call));
        if (resource.ends_with(".sync:2")) return m_sync2.invoke(loop, std::move(call));
        if (resource.ends_with("startExecution")) return m_plain.invoke(loop, std::move(call));
        return keep(std::move(call));
    }
    async::Task<integrations::Outcome> delayed(async::Loop& loop, integrations::Call call,
                                               Milliseconds there, Milliseconds back)
    {
        if (there.count() > 0) {
            CO_CHECK(co_await async::sleep_until(loop, loop.now() + there));
        }
        Result<integrations::Outcome> outcome = co_await perform(loop, std::move(call));
        if (back.count() > 0) {
            CO_CHECK(co_await async::sleep_until(loop, loop.now() + back));
        }
        co_return outcome;
    }
    async::Task<integrations::Outcome> keep(integrations::Call call)
    {
        sent.push_back(call);
        integrations::Success success;
        success.output = json::Value("sent");
        co_return integrations::Outcome(std::move(success));
    }

    integrations::states::StartExecution m_plain{*this, *this, asl::Pattern::RequestResponse};
    integrations::states::StartExecution m_sync{*this, *this, asl::Pattern::Sync};
    integrations::states::StartExecution m_sync2{*this, *this, asl::Pattern::Sync2};
};

}  // namespace weft::test
