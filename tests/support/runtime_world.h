#pragma once

// The real runtime over a memory journal in simulated time, on one thread. Crashes drop what was
// not flushed and start again.

#include "async/pool.h"
#include "async/virtual_loop.h"
#include "catalog/memory/memory_catalog.h"
#include "journal/memory/memory_journal.h"
#include "runtime/runtime.h"
#include "json/parse.h"

#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::test {

// Answers calls by the state's name, after a while of simulated time; remembers every call that
// reached it.
class ScriptedIntegration final : public integrations::Integration {
public:
    struct Answer {
        Milliseconds delay{0};
        integrations::Outcome outcome;
    };

    void script(const std::string& state, Answer answer)
    {
        m_answers[state].push_back(std::move(answer));
    }
    const std::vector<integrations::Call>& calls() const { return m_calls; }
    std::uint32_t permits = 1'000;

    std::string permit_key(const integrations::Call&) const override { return "scripted"; }
    std::uint32_t permits_max(std::string_view) const override { return permits; }
    async::Task<integrations::Outcome> invoke(async::Loop& loop, integrations::Call call) override
    {
        m_calls.push_back(call);
        std::deque<Answer>& answers = m_answers[std::string(call.state.view())];
        if (answers.empty())
            co_return integrations::Outcome(integrations::Success{call.parameters, {}});
        Answer answer = answers.front();
        if (answers.size() > 1) answers.pop_front();  // the last one stays
        const Timestamp until = loop.now() + answer.delay;
        CO_CHECK(co_await async::sleep_until(loop, until));
        co_return answer.outcome;
    }

private:
    std::map<std::string, std::deque<Answer>> m_answers;
    std::vector<integrations::Call> m_calls;
};

class ScriptedTable final : public integrations::Table {
public:
    explicit ScriptedTable(integrations::Integration& target) : m_target(target) {}
    integrations::Integration* find(std::string_view resource) const override
    {
        // Activities' tasks wait for workers.
        const bool none = resource.ends_with("unsupported") ||
                          resource.find(":activity:") != std::string_view::npos;
        return none ? nullptr : &m_target;
    }

private:
    integrations::Integration& m_target;
};

// Work is a later job of the home loop, as with InlinePool; says that as many pairs wait as a test
// wants.
class WorldPool final : public async::Pool {
public:
    void run(async::Loop& home, Function<void()> work, Function<void()> done) override
    {
        m_target.run(home, std::move(work), std::move(done));
    }
    std::size_t waiting() const override { return pretended; }
    std::size_t pretended = 0;

private:
    async::InlinePool m_target;
};

class RuntimeWorld {
public:
    struct Faults {
        journal::MemoryOptions::Flush flush = journal::MemoryOptions::Flush::Posted;
        integrations::Integration* integration = nullptr;  // instead of the scripted one
        // A journal put before the memory journal.
        std::function<std::unique_ptr<journal::Journal>(journal::Journal&)> decorate = {};
        // Of every runtime before it recovers: kinds of streams that only tests have.
        std::function<void(runtime::Runtime&)> prepare = {};
        runtime::RuntimeOptions options = {};
        integrations::ServiceModelCache* models = nullptr;
    };

    explicit RuntimeWorld(std::uint64_t seed = 1, std::size_t loops = 2)
        : RuntimeWorld(seed, loops, Faults())
    {
    }
    RuntimeWorld(std::uint64_t seed, std::size_t loops, Faults faults)
        : world(options_of(seed)), runtime_options(faults.options),
          m_prepare(std::move(faults.prepare)), m_models(faults.models), m_loops_count(loops),
          table(faults.integration != nullptr ? *faults.integration : integration)
    {
        journal::MemoryOptions options;
        options.flush = faults.flush;
        options.post = [this](Function<void()> job) { m_loops.front()->post(std::move(job)); };
        options.secret = std::string(32, 's');
        options.encode = true;
        journal = std::make_unique<journal::MemoryJournal>(std::move(options));
        m_target = journal.get();
        if (faults.decorate) {
            m_decorated = faults.decorate(*journal);
            m_target = m_decorated.get();
        }
        begin();
    }
    ~RuntimeWorld()
    {
        end();
        journal->crash();  // nobody is left to hear of what is queued
    }

    void begin()
    {
        for (std::size_t i = 0; i < m_loops_count; ++i) m_loops.push_back(world.make_loop());
        std::vector<async::Loop*> loops;
        for (auto& loop : m_loops) loops.push_back(loop.get());
        runtime = std::make_unique<runtime::Runtime>(
            runtime::RuntimeParts{loops, *m_target, catalog, table, pool, pool, nullptr,
                                  [this](const Error& error) { failures.push_back(error); },
                                  m_models},
            runtime_options);
        if (m_prepare) m_prepare(*runtime);
        const Result<> recovered = ask<void>(
            [&](runtime::Callback<void> done) { runtime->recover(home(), std::move(done)); });
        REQUIRE(recovered);
    }
    void end()
    {
        m_loops.clear();
        runtime.reset();
    }
    // As if the process had died now.
    void crash()
    {
        end();
        journal->crash();
        begin();
    }

    async::Loop& home() { return *m_loops.front(); }

    // Calls an operation on the home loop and lets time pass until it has answered.
    template <class T, class Operation> Result<T> ask(Operation operation)
    {
        auto answer = std::make_shared<std::optional<Result<T>>>();
        home().post([&operation, answer] {
            operation([answer](Result<T> result) { answer->emplace(std::move(result)); });
        });
        REQUIRE(world.run_while_not([&] { return answer->has_value(); }, 50'000'000));
        return std::move(**answer);
    }

    std::string create(const std::string& name, const std::string& definition,
                       catalog::MachineType type = catalog::MachineType::Standard)
    {
        runtime::CreateMachine request;
        request.name = name;
        request.definition = definition;
        request.role_arn = "arn:aws:iam::123456789012:role/r";
        request.type = type;
        const auto created =
            ask<catalog::StateMachine>([&](runtime::Callback<catalog::StateMachine> reply) {
                runtime->create_machine(home(), request, std::move(reply));
            });
        REQUIRE_MESSAGE(created, (created ? "" : created.error().message));
        return created->arn;
    }
    Result<runtime::StartReply> start(const std::string& machine, const std::string& input = "{}",
                                      const std::string& name = {})
    {
        runtime::StartRequest request{machine, name, *json::parse(input), {}};
        return ask<runtime::StartReply>([&](runtime::Callback<runtime::StartReply> reply) {
            runtime->start(home(), request, std::move(reply));
        });
    }
    Result<runtime::ExecutionDescription> wait(const std::string& arn)
    {
        return ask<runtime::ExecutionDescription>(
            [&](runtime::Callback<runtime::ExecutionDescription> reply) {
                runtime->wait(home(), arn, std::move(reply));
            });
    }
    Result<runtime::ExecutionDescription> describe(const std::string& arn)
    {
        return ask<runtime::ExecutionDescription>(
            [&](runtime::Callback<runtime::ExecutionDescription> reply) {
                runtime->describe(home(), arn, std::move(reply));
            });
    }
    Result<Timestamp> redrive(const std::string& arn, const std::string& client_token = {})
    {
        return ask<Timestamp>([&](runtime::Callback<Timestamp> reply) {
            runtime->redrive(home(), {arn, client_token}, std::move(reply));
        });
    }
    Result<Timestamp> stop(const std::string& arn)
    {
        return ask<Timestamp>([&](runtime::Callback<Timestamp> reply) {
            runtime->stop(home(), {arn, std::nullopt, std::nullopt}, std::move(reply));
        });
    }
    std::vector<history::Event> history(const std::string& arn)
    {
        std::vector<history::Event> events;
        runtime::HistoryRequest request;
        request.execution_arn = arn;
        do {
            Result<runtime::HistoryPage> page =
                ask<runtime::HistoryPage>([&](runtime::Callback<runtime::HistoryPage> reply) {
                    runtime->history(home(), request, std::move(reply));
                });
            REQUIRE(page);
            events.insert(events.end(), page->events.begin(), page->events.end());
            request.token = page->token;
        } while (!request.token.empty());
        for (std::size_t i = 0; i < events.size(); ++i)
            REQUIRE(events[i].id == static_cast<std::int64_t>(i + 1));
        return events;
    }

    async::VirtualWorld world;
    catalog::MemoryCatalog catalog;
    std::unique_ptr<journal::MemoryJournal> journal;
    ScriptedIntegration integration;
    runtime::RuntimeOptions runtime_options;
    std::unique_ptr<runtime::Runtime> runtime;
    std::vector<Error> failures;  // what the runtime said must end the process

private:
    static async::WorldOptions options_of(std::uint64_t seed)
    {
        async::WorldOptions options;
        options.seed = seed;
        return options;
    }

    std::function<void(runtime::Runtime&)> m_prepare;
    integrations::ServiceModelCache* m_models;
    std::size_t m_loops_count;

public:
    ScriptedTable table;
    WorldPool pool;

private:
    std::unique_ptr<journal::Journal> m_decorated;
    journal::Journal* m_target = nullptr;
    std::vector<std::unique_ptr<async::VirtualLoop>> m_loops;
};

}  // namespace weft::test
