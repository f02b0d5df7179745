// Layers: asl
// A definition, as JSON and as YAML: whatever it is, it is either refused with findings that have a
// place, or compiles to a machine in which every transition leads to a state of its own scope.
#include "asl/choice_operators.h"
#include "asl/compile.h"
#include "asl/render.h"
#include "base/assert.h"
#include "json/parse.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace weft;

namespace {

void check_target(const asl::Machine& machine, const asl::State& from, asl::StateIndex target)
{
    WEFT_ASSERT(target < machine.states.size());
    WEFT_ASSERT(machine.states[target].scope == from.scope);
}

void check_choice(const asl::Machine& machine, const asl::State& state, const asl::Choice& choice)
{
    const auto input = json::parse(R"({"a":1,"b":"x","c":[true,null]})");
    const jsonpath::Roots roots{&*input, &*input, nullptr};
    if (choice.default_next != asl::no_state) check_target(machine, state, choice.default_next);
    for (const asl::ChoiceRule& rule : choice.rules) {
        check_target(machine, state, rule.next);
        StepMeter meter(10'000);
        const auto result = asl::matches(rule, roots, meter);
        WEFT_ASSERT(result || !result.error().message.empty());
    }
}

void check_state(const asl::Machine& machine, const asl::State& state)
{
    WEFT_ASSERT(machine.find(state.name.view()) == &state);
    WEFT_ASSERT(state.scope < machine.scopes.size());
    if (state.next != asl::no_state) check_target(machine, state, state.next);
    for (const asl::Catcher& catcher : state.catchers) check_target(machine, state, catcher.next);
    if (const auto* choice = std::get_if<asl::Choice>(&state.kind)) {
        check_choice(machine, state, *choice);
    }
    if (const auto* parallel = std::get_if<asl::Parallel>(&state.kind)) {
        WEFT_ASSERT(!parallel->branches.empty());
        for (const asl::ScopeIndex scope : parallel->branches) {
            WEFT_ASSERT(machine.scopes[scope].owner == state.index);
        }
    }
    if (const auto* map = std::get_if<asl::Map>(&state.kind)) {
        WEFT_ASSERT(machine.scopes[map->processor].owner == state.index);
    }
}

void check_definition(std::string_view text)
{
    asl::CompileOptions options;
    options.with_positions = true;
    const asl::Compiled compiled = asl::compile(text, options);
    bool refused = false;
    for (const asl::Finding& finding : compiled.findings) {
        refused = refused || finding.severity == asl::Severity::Error;
        WEFT_ASSERT(finding.line > 0 && finding.column > 0);
        WEFT_ASSERT(!finding.code.empty() && !finding.message.empty());
        WEFT_ASSERT(asl::render(finding, text, "f").ends_with('\n'));
    }
    WEFT_ASSERT((compiled.machine == nullptr) == refused);
    if (compiled.machine == nullptr) return;
    const asl::Machine& machine = *compiled.machine;
    for (const asl::Scope& scope : machine.scopes) {
        WEFT_ASSERT(scope.start < machine.states.size());
        WEFT_ASSERT(!scope.states.empty());
    }
    for (const asl::State& state : machine.states) check_state(machine, state);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_definition(text);
    const Result<std::string> compact = asl::yaml_to_json(text);
    const Result<std::string> laid_out = asl::yaml_to_json(text, asl::YamlLayout::AsWritten);
    WEFT_ASSERT(compact.has_value() == laid_out.has_value());
    if (!compact) return 0;
    const auto value = json::parse(*compact);
    const auto same = json::parse(*laid_out);
    WEFT_ASSERT(value.has_value() && same.has_value() && *value == *same);
    check_definition(*laid_out);
    return 0;
}
