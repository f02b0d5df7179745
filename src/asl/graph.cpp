#include "asl/graph.h"

#include "base/suggest.h"

#include <fmt/format.h>

#include <unordered_map>
#include <vector>

namespace weft::asl {
namespace {

bool is_terminal(const State& state)
{
    if (std::holds_alternative<Succeed>(state.kind) || std::holds_alternative<Fail>(state.kind)) {
        return true;
    }
    return !std::holds_alternative<Choice>(state.kind) && state.next == no_state;
}

// Where a state stands, for findings about the state as a whole.
struct StatePlace {
    std::string location;
    std::string pointer;
};

class Graph {
public:
    Graph(Machine& machine, std::span<const Transition> transitions, Findings& findings)
        : m_machine(machine), m_findings(findings), m_led_to(machine.states.size(), false),
          m_dangling(machine.states.size(), false), m_by_scope(machine.scopes.size())
    {
        for (const Transition& transition : transitions) {
            m_by_scope[transition.scope].push_back(&transition);
        }
        m_names.reserve(machine.states.size());
        for (const State& state : machine.states) m_names.emplace(state.name.view(), state.index);
    }

    void check()
    {
        for (ScopeIndex scope = 0; scope < m_machine.scopes.size(); ++scope) check_scope(scope);
    }

private:
    void check_scope(ScopeIndex scope)
    {
        for (const Transition* transition : m_by_scope[scope]) resolve(*transition);
        const Scope& states = m_machine.scopes[scope];
        bool ends = false;
        for (const StateIndex index : states.states) {
            const State& state = m_machine.states[index];
            ends = ends || (is_terminal(state) && !m_dangling[index]);
        }
        if (!ends) {
            // AWS: without a location, and the only thing then said of the scope's shape.
            m_findings.add({.severity = Severity::Error,
                            .code = std::string(code::end_state),
                            .message = "Workflow has no terminal state",
                            .location = {},
                            .hint = "a state with \"End\": true, a Succeed or a Fail",
                            .pointer = place_of(scope)});
            return;
        }
        for (const StateIndex index : states.states) {
            if (m_led_to[index]) continue;
            const State& state = m_machine.states[index];
            const StatePlace place = place_of(state);
            m_findings.add(
                {.severity = Severity::Error,
                 .code = std::string(code::target),
                 .message = fmt::format("State \"{}\" is not reachable.", state.name.view()),
                 .location = place.location,
                 .hint = {},
                 .pointer = place.pointer});
        }
    }

    void resolve(const Transition& transition)
    {
        const auto found = m_names.find(transition.target);
        const bool here =
            found != m_names.end() && m_machine.states[found->second].scope == transition.scope;
        if (!here) {
            dangle(transition, found != m_names.end());
            return;
        }
        const StateIndex target = found->second;
        // A state that only leads to itself is not led to.
        if (target != transition.from) m_led_to[target] = true;
        switch (transition.kind) {
        case Transition::Kind::StartAt: m_machine.scopes[transition.scope].start = target; return;
        case Transition::Kind::Next: m_machine.states[transition.from].next = target; return;
        case Transition::Kind::Catcher:
            m_machine.states[transition.from].catchers[transition.slot].next = target;
            return;
        case Transition::Kind::Default: choice_of(transition).default_next = target; return;
        case Transition::Kind::Rule:
            choice_of(transition).rules[transition.slot].next = target;
            return;
        }
    }

    Choice& choice_of(const Transition& transition)
    {
        return std::get<Choice>(m_machine.states[transition.from].kind);
    }

    void dangle(const Transition& transition, bool elsewhere)
    {
        if (transition.kind == Transition::Kind::Next) m_dangling[transition.from] = true;
        std::string hint;
        if (elsewhere) {
            hint = fmt::format("state '{}' is in another scope: transitions do not cross the "
                               "border of a branch or of an item processor",
                               transition.target);
        } else {
            std::vector<std::string_view> names;
            for (const StateIndex index : m_machine.scopes[transition.scope].states) {
                names.push_back(m_machine.states[index].name.view());
            }
            const std::string_view near = suggest(transition.target, names);
            if (!near.empty()) hint = fmt::format("did you mean '{}'?", near);
        }
        // AWS: the word is 'Next' whatever the field's name.
        m_findings.add({.severity = Severity::Error,
                        .code = std::string(code::target),
                        .message = fmt::format("Missing 'Next' target: {}", transition.target),
                        .location = transition.location,
                        .hint = std::move(hint),
                        .pointer = transition.pointer});
    }

    StatePlace place_of(const State& state) const
    {
        StatePlace out = scope_place(state.scope);
        const Place top;
        const Place states = top.field("States");
        const Place at = states.field(state.name.view());
        out.location += at.location();
        out.pointer += at.pointer();
        return out;
    }

    std::string place_of(ScopeIndex scope) const { return scope_place(scope).pointer + "/States"; }

    // The object that has the scope's States: empty for the machine.
    StatePlace scope_place(ScopeIndex index) const
    {
        const Scope& scope = m_machine.scopes[index];
        if (scope.owner == no_state) return {};
        const State& owner = m_machine.states[scope.owner];
        StatePlace out = place_of(owner);
        if (const auto* map = std::get_if<Map>(&owner.kind)) {
            const std::string_view field = map->iterator_spelling ? "Iterator" : "ItemProcessor";
            out.location += fmt::format("/{}", field);
            out.pointer += fmt::format("/{}", field);
        } else {
            out.location += fmt::format("/Branches[{}]", scope.branch);
            out.pointer += fmt::format("/Branches/{}", scope.branch);
        }
        return out;
    }

    Machine& m_machine;
    Findings& m_findings;
    std::vector<bool> m_led_to;
    std::vector<bool> m_dangling;  // its Next leads nowhere, so that it is not terminal
    std::vector<std::vector<const Transition*>> m_by_scope;
    std::unordered_map<std::string_view, StateIndex> m_names;
};

}  // namespace

void resolve_transitions(Machine& machine, std::span<const Transition> transitions,
                         Findings& findings)
{
    Graph(machine, transitions, findings).check();
}

}  // namespace weft::asl
