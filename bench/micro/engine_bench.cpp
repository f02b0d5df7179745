// Layers: engine
// What the interpreter costs: a transition, an execution of ten Pass states (22 events), a Map of a
// thousand Pass items (4,006 events).
#include "asl/compile.h"
#include "base/limits.h"
#include "base/meter.h"
#include "bench/micro/pass_states.h"
#include "engine/engine.h"
#include "json/parse.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft {
namespace {

asl::MachinePtr compiled(std::string_view definition)
{
    asl::Compiled result = asl::compile(definition);
    if (!result.machine) std::abort();
    return result.machine;
}

engine::Start start_with(const json::Value& input)
{
    history::ExecutionStarted started;
    started.input = input;
    started.role_arn = "arn:aws:iam::123456789012:role/service-role/StepFunctions-role";
    started.execution_arn =
        "arn:aws:states:us-east-1:123456789012:execution:machine:0b2f4a2e-6d7c-4c55-9e0c";
    started.name = "0b2f4a2e-6d7c-4c55-9e0c";
    started.machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:machine";
    started.machine_name = "machine";
    started.revision_hash = std::string(64, 'a');
    return {std::make_shared<const history::ExecutionStarted>(std::move(started))};
}

// Runs to the end and gives the number of events.
std::size_t run(const asl::Machine& machine, const json::Value& input, const Limits& limits)
{
    Entropy entropy(1);
    StepMeter meter(1'000'000'000);
    const engine::Turn turn{machine, Timestamp(Milliseconds(1'700'000'000'000)), entropy, meter,
                            limits};
    engine::Execution execution;
    engine::Slice slice = engine::run_slice(execution, start_with(input), turn);
    std::size_t events = slice.events.size();
    while (slice.end == engine::SliceEnd::Budget) {
        slice = engine::run_slice(execution, engine::Continue{}, turn);
        events += slice.events.size();
    }
    if (execution.status() != engine::Status::Succeeded) std::abort();
    return events;
}

// A hundred Pass states that each make an object of six members from their input, in JSONPath and
// in JSONata. The members hold the input again, so that every state does the same work.
std::string computing_states(bool jsonata)
{
    constexpr std::string_view paths =
        R"("Parameters":{"id.$":"$.id","customer.$":"$.customer",)"
        R"("items.$":"$.items","first.$":"$.items[0].name","at.$":"$.address.city",)"
        R"("address.$":"$.address"})";
    constexpr std::string_view queries =
        R"("Output":{"id":"{% $states.input.id %}","customer":"{% $states.input.customer %}",)"
        R"("items":"{% $states.input.items %}",)"
        R"("first":"{% $states.input.items[0].name %}","at":"{% $states.input.address.city %}",)"
        R"("address":"{% $states.input.address %}"})";
    constexpr int count = 100;
    std::string states;
    for (int i = 0; i < count; ++i) {
        const std::string next =
            i + 1 < count ? "\"Next\":\"S" + std::to_string(i + 1) + "\"" : "\"End\":true";
        states += (i > 0 ? "," : "") + ("\"S" + std::to_string(i)) + "\":{\"Type\":\"Pass\",";
        states += jsonata ? queries : paths;
        states += "," + next + "}";
    }
    return std::string(jsonata ? R"({"QueryLanguage":"JSONata",)" : "{") +
           R"("StartAt":"S0","States":{)" + states + "}}";
}

void report(benchmark::State& state, std::size_t events)
{
    const auto total = static_cast<double>(events) * static_cast<double>(state.iterations());
    state.counters["events"] = static_cast<double>(events);
    state.counters["events/s"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
}

// range(0): whether in JSONata.
void pass_computing(benchmark::State& state)
{
    const asl::MachinePtr machine = compiled(computing_states(state.range(0) != 0));
    const json::Value input = *json::parse(
        R"({"id":"o-17","customer":{"name":"Ada","tier":"gold"},"total":129.5,"items":[)"
        R"({"name":"lamp","price":79.5},{"name":"desk","price":50}],)"
        R"("address":{"city":"Lund","street":"Bredgatan 1"}})");
    const Limits limits;
    std::size_t events = 0;
    for (auto _ : state) events = run(*machine, input, limits);
    report(state, events);
}

void pass_chain(benchmark::State& state)
{
    const asl::MachinePtr machine = compiled(pass_states(static_cast<int>(state.range(0))));
    const json::Value input = *json::parse(R"({"question":"what does it cost?","tags":["a","b"]})");
    const Limits limits = limits_for(LimitsProfile::Weft);
    std::size_t events = 0;
    for (auto _ : state) events = run(*machine, input, limits);
    report(state, events);
    state.counters["executions/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(pass_computing)->ArgName("jsonata")->Arg(0)->Arg(1);
BENCHMARK(pass_chain)->Arg(1)->Arg(10)->Arg(400);

void map_of_pass(benchmark::State& state)
{
    const asl::MachinePtr machine = compiled(R"({"StartAt":"M","States":{"M":{"Type":"Map",
        "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}})");
    std::vector<json::Value> items;
    for (std::int64_t i = 0; i < state.range(0); ++i) items.emplace_back(i);
    const json::Value input = json::Value::array(std::move(items));
    const Limits limits = limits_for(LimitsProfile::Weft);
    std::size_t events = 0;
    for (auto _ : state) events = run(*machine, input, limits);
    report(state, events);
}
BENCHMARK(map_of_pass)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void map_with_selector(benchmark::State& state)
{
    const asl::MachinePtr machine = compiled(R"asl({"StartAt":"M","States":{"M":{"Type":"Map",
        "ItemsPath":"$.items","ItemSelector":{"item.$":"$$.Map.Item.Value",
        "text.$":"States.Format('{} of {}', $$.Map.Item.Index, $.company)"},
        "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}})asl");
    std::vector<json::Value> items;
    for (std::int64_t i = 0; i < state.range(0); ++i) items.emplace_back(i);
    const json::Value input = json::Value::object(
        {{"company", "Example"}, {"items", json::Value::array(std::move(items))}});
    const Limits limits = limits_for(LimitsProfile::Weft);
    std::size_t events = 0;
    for (auto _ : state) events = run(*machine, input, limits);
    report(state, events);
}
BENCHMARK(map_with_selector)->Arg(1'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace weft

BENCHMARK_MAIN();
