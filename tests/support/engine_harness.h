#pragma once

// Runs one execution of a definition in simulated time, as the shell would: answers calls from a
// script, fires timers when nothing else is left to do. After every slice it checks that the fold
// of the history is the live execution, at every event.

#include "asl/compile.h"
#include "base/limits.h"
#include "base/meter.h"
#include "engine/checkpoint.h"
#include "engine/engine.h"
#include "engine/refold.h"
#include "history/event_table.h"
#include "history/wire.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft::test {

class Harness {
public:
    struct Options {
        asl::MachineType type = asl::MachineType::Standard;
        Limits limits = limits_for(LimitsProfile::Aws);
        engine::SliceBudget budget{};
        std::uint64_t fuel = 10'000'000;
        std::uint64_t seed = 42;
        bool grant_permits = true;  // at once; else `grant` does
        // Folds every prefix of a slice and saves and loads: slow on long histories.
        bool check_prefixes = true;
        std::size_t slices_max = 100'000;
    };

    explicit Harness(std::string_view definition) : Harness(definition, Options()) {}
    Harness(std::string_view definition, Options options)
        : m_options(options), m_entropy(options.seed), m_meter(options.fuel)
    {
        asl::Compiled compiled = asl::compile(definition, {.type = options.type});
        for (const asl::Finding& finding : compiled.findings)
            if (finding.severity == asl::Severity::Error) FAIL(finding.fault());
        m_machine = compiled.machine;
        REQUIRE(m_machine != nullptr);
    }

    // What the calls of a state are answered with: {output | error, cause, delay_seconds, times},
    // in order; with `submitted`, what a call of a pattern that waits is answered with first.
    // Without a script a call stays open.
    void script(const json::Value& mocks)
    {
        for (const json::Member& member : mocks.members()) {
            std::deque<json::Value>& answers = m_script[std::string(member.key.view())];
            for (const json::Value& answer : member.value.items()) {
                const json::Value* times = answer.find("times");
                const std::int64_t count = times != nullptr ? times->as_int() : 1;
                for (std::int64_t i = 0; i < count; ++i) answers.push_back(answer);
            }
        }
    }

    void start(const json::Value& input)
    {
        history::ExecutionStarted started;
        started.input = input;
        started.role_arn = "arn:aws:iam::123456789012:role/r";
        started.key = 1;
        started.execution_arn = "arn:aws:states:us-east-1:123456789012:execution:m:e";
        started.name = "e";
        started.machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
        started.machine_name = "m";
        started.type = m_options.type == asl::MachineType::Express
                           ? history::ExecutionType::Express
                           : history::ExecutionType::Standard;
        if (m_machine->timeout_seconds)
            started.deadline =
                m_now + Seconds(static_cast<std::int64_t>(*m_machine->timeout_seconds));
        send(engine::Start{std::make_shared<const history::ExecutionStarted>(std::move(started))});
    }

    // One command and the slices it leads to; actions are done afterwards.
    void send(engine::Command command)
    {
        slice(command);
        std::size_t slices = 1;
        while (m_end != engine::SliceEnd::Settled) {
            if (++slices > m_options.slices_max) break;
            slice(engine::Continue{});
        }
        act();
    }

    // Goes on until the execution ends or nothing is left that could happen.
    void run()
    {
        while (!m_execution.ended() && next_step() != timestamp_max) step();
    }

    void run(const json::Value& input)
    {
        start(input);
        run();
    }

    // The same, but no longer than until `end`.
    void run_until(Timestamp end)
    {
        while (!m_execution.ended() && next_step() <= end) step();
        m_now = std::max(m_now, end);
    }

    // Asks for a redrive; `redriven` and `not_redrivable` say what came of it.
    void redrive(std::string_view client_token = {})
    {
        m_redriven.reset();
        m_not_redrivable.clear();
        send(engine::Redrive{json::String(client_token)});
    }
    std::optional<Timestamp> redriven() const { return m_redriven; }
    const std::string& not_redrivable() const { return m_not_redrivable; }

    void pass(Milliseconds time) { m_now += time; }
    // The crash: everything but the history is gone.
    void recover()
    {
        engine::Execution folded;
        for (const history::Event& event : m_history)
            REQUIRE(engine::refold(folded, event, *m_machine));
        CHECK(folded == m_execution);
        m_execution = folded;
        m_replies.clear();
        m_actions.clear();
        send(engine::Recovered{});
    }

    const engine::Execution& execution() const { return m_execution; }
    const std::vector<history::Event>& history() const { return m_history; }
    std::vector<engine::Action>& actions() { return m_seen; }
    engine::SliceEnd last_end() const { return m_end; }
    std::size_t slices() const { return m_slices; }
    Timestamp now() const { return m_now; }
    double simulated_seconds() const
    {
        return static_cast<double>((m_now - m_begin).count()) / 1000.0;
    }
    void set_fuel(std::uint64_t fuel) { m_meter = StepMeter(fuel); }

    // Public events as GetExecutionHistory shows them.
    json::Value public_history() const
    {
        std::vector<json::Value> events;
        for (const history::Event& event : m_history)
            if (event.id > 0) events.push_back(history::to_wire(event));
        return json::Value::array(std::move(events));
    }

    // One line: "id<previous Type", private kinds without ids.
    std::vector<std::string> outline(bool with_private = false) const
    {
        std::vector<std::string> lines;
        for (const history::Event& event : m_history) {
            const std::string name(history::event_row(event.type).name);
            if (event.id > 0)
                lines.push_back(std::to_string(event.id) + "<" + std::to_string(event.previous) +
                                " " + name);
            else if (with_private)
                lines.push_back("-<" + std::to_string(event.previous) + " " + name);
        }
        return lines;
    }

private:
    struct Reply {
        Timestamp at{};
        engine::Command command;
    };

    // When something happens next; timestamp_max: nothing will.
    Timestamp next_step() const
    {
        Timestamp next = m_execution.next_due();
        for (const Reply& reply : m_replies) next = std::min(next, reply.at);
        return next;
    }
    void step()
    {
        m_now = std::max(m_now, next_step());
        const auto ready =
            std::ranges::find_if(m_replies, [&](const Reply& reply) { return reply.at <= m_now; });
        if (ready == m_replies.end()) return send(engine::TimersDue{});
        engine::Command command = ready->command;
        m_replies.erase(ready);
        send(std::move(command));
    }

    void slice(const engine::Command& command)
    {
        const engine::Execution before = m_execution;
        const engine::Turn turn{
            *m_machine,       m_now,        m_entropy, m_meter, m_options.limits,
            m_options.budget, {"secret", 7}};
        engine::Slice slice = engine::run_slice(m_execution, command, turn);
        ++m_slices;
        m_end = slice.end;
        if (slice.redriven) m_redriven = slice.redriven;
        if (!slice.not_redrivable.empty()) m_not_redrivable = slice.not_redrivable;
        check_fold(before, slice);
        m_history.insert(m_history.end(), slice.events.begin(), slice.events.end());
        m_actions.insert(m_actions.end(), slice.actions.begin(), slice.actions.end());
    }

    void check_fold(const engine::Execution& before, const engine::Slice& slice)
    {
        engine::Execution folded = before;
        history::EventId id = before.last_id();
        for (const history::Event& event : slice.events) {
            // The rules for what is read back hold for all that is written.
            const Result<> refolded = engine::refold(folded, event, *m_machine);
            REQUIRE_MESSAGE(refolded, (refolded ? "" : refolded.error().message));
            if (event.id > 0) CHECK(event.id == ++id);
            CHECK(event.previous <= (event.id > 0 ? id - 1 : id));
            if (!m_options.check_prefixes) continue;
            const Result<engine::Execution> loaded = engine::load(engine::save(folded));
            const std::string problem = loaded ? std::string() : loaded.error().message;
            CAPTURE(problem);
            REQUIRE(loaded);
            CHECK(*loaded == folded);
            const Result<> whole = engine::check(*loaded, *m_machine);
            REQUIRE_MESSAGE(whole, (whole ? "" : whole.error().message));
        }
        CHECK(folded == m_execution);
    }

    void act()
    {
        std::vector<engine::Action> actions;
        actions.swap(m_actions);
        for (engine::Action& action : actions) {
            m_seen.push_back(action);
            if (const auto* permit = std::get_if<engine::AcquirePermit>(&action)) {
                if (m_options.grant_permits)
                    m_replies.push_back({m_now, engine::PermitGranted{permit->call.scheduled}});
            } else if (const auto* dispatch = std::get_if<engine::Dispatch>(&action)) {
                answer(*dispatch);
            } else if (const auto* seek = std::get_if<engine::SeekWorker>(&action)) {
                if (m_options.grant_permits)
                    m_replies.push_back(
                        {m_now, engine::WorkerFound{seek->call.scheduled, seek->dispatch, {}, 1}});
            } else if (const auto* over = std::get_if<engine::HandOver>(&action)) {
                work(*over);
            }
        }
    }

    // An activity's task: the script is its worker.
    void work(const engine::HandOver& over)
    {
        const engine::Slot slot = m_execution.frames().find_call(over.call.scheduled);
        if (slot == engine::no_slot) return;
        const engine::Frame& frame = m_execution.frames().at(slot);
        const std::optional<json::Value> answer = next_answer(frame.state);
        if (!answer) return;
        end_call(over.call.scheduled, frame.call->token_nonce, *answer);
    }

    // Whoever has the call's token answers with it; nobody does when the script says no end.
    void end_call(history::EventId scheduled, std::int64_t nonce, const json::Value& answer)
    {
        const json::Value* output = answer.find("output");
        if (output == nullptr && answer.find("error") == nullptr) return;
        engine::Ending ending;
        ending.failed = output == nullptr;
        if (output != nullptr) ending.output = *output;
        for (const auto& [key, into] :
             {std::pair{"error", &ending.error}, {"cause", &ending.cause}})
            if (const json::Value* text = answer.find(key);
                text != nullptr && !text->as_string().empty())
                *into = text->as_shared_string();
        Reply reply{m_now, engine::TaskAnswered{scheduled, nonce, ending}};
        if (const json::Value* delay = answer.find("delay_seconds"))
            reply.at += Milliseconds(static_cast<std::int64_t>(delay->as_double() * 1000));
        m_replies.push_back(std::move(reply));
    }

    std::optional<json::Value> next_answer(const json::String& state)
    {
        const auto found = m_script.find(std::string(state.view()));
        if (found == m_script.end() || found->second.empty()) return std::nullopt;
        const json::Value answer = found->second.front();
        found->second.pop_front();
        return answer;
    }

    void answer(const engine::Dispatch& dispatch)
    {
        const std::optional<json::Value> scripted = next_answer(dispatch.call.state);
        if (!scripted) return;
        const json::Value& answer = *scripted;
        if (const json::Value* submitted = answer.find("submitted")) {
            // What the call itself is answered with; the task ends later.
            m_replies.push_back(
                {m_now, engine::CallSucceeded{
                            dispatch.call.scheduled, dispatch.dispatch, *submitted, {}}});
            const engine::Slot slot = m_execution.frames().find_call(dispatch.call.scheduled);
            end_call(dispatch.call.scheduled, m_execution.frames().at(slot).call->token_nonce,
                     answer);
            return;
        }
        const auto text = [&](std::string_view key) {
            const json::Value* value = answer.find(key);
            return value != nullptr ? value->as_shared_string() : json::String();
        };
        Reply reply{m_now, engine::Continue{}};
        if (const json::Value* delay = answer.find("delay_seconds"))
            reply.at += Milliseconds(static_cast<std::int64_t>(delay->as_double() * 1000));
        if (const json::Value* output = answer.find("output"))
            // A script says what the task gives, whatever its pattern.
            reply.command = engine::CallSucceeded{
                dispatch.call.scheduled, dispatch.dispatch, *output, {}, true};
        else
            reply.command = engine::CallFailed{dispatch.call.scheduled, dispatch.dispatch,
                                               text("error"), text("cause")};
        m_replies.push_back(std::move(reply));
    }

    Options m_options;
    asl::MachinePtr m_machine;
    engine::Execution m_execution;
    Entropy m_entropy;
    StepMeter m_meter;
    Timestamp m_begin{Milliseconds(1'700'000'000'000)};
    Timestamp m_now{Milliseconds(1'700'000'000'000)};
    std::map<std::string, std::deque<json::Value>> m_script;
    std::vector<Reply> m_replies;
    std::vector<engine::Action> m_actions;
    std::vector<engine::Action> m_seen;
    std::vector<history::Event> m_history;
    engine::SliceEnd m_end = engine::SliceEnd::Settled;
    std::optional<Timestamp> m_redriven;
    std::string m_not_redrivable;
    std::size_t m_slices = 0;
};

inline json::Value parse_json(std::string_view text)
{
    Result<json::Value> value = json::parse(text);
    if (!value) FAIL(value.error().message);
    return *std::move(value);
}

}  // namespace weft::test
