#pragma once

#include "asl/finding.h"
#include "asl/machine.h"
#include "asl/object.h"
#include "json/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace weft::asl {

// Scopes within one another. AWS refuses deep nesting (TOO_DEEPLY_NESTED) at a depth it does not
// publish.
constexpr std::size_t scope_depth_max = 64;

// A name that some field gives as the next state; resolved when its scope has been read.
struct Transition {
    enum class Kind : std::uint8_t { StartAt, Next, Default, Rule, Catcher };
    Kind kind = Kind::Next;
    ScopeIndex scope = 0;
    StateIndex from = no_state;
    std::size_t slot = 0;  // which rule or catcher
    std::string target;
    std::string location;
    std::string pointer;
};

// A variable that some Assign gives a value; looked at when all scopes have been read.
struct Assignment {
    ScopeIndex scope = 0;
    std::string variable;
    std::string location;
    std::string pointer;
};

// What reading a definition carries along: the machine under construction, the findings and the
// transitions to resolve.
class Reader {
public:
    Reader(Machine& machine, Findings& findings, MachineType type,
           NewerJsonata newer_jsonata = NewerJsonata::Accept)
        : m_machine(machine), m_findings(findings), m_type(type), m_newer_jsonata(newer_jsonata)
    {
    }

    void read_machine(const json::Value& definition);

    // For the readers of the single state types.
    // `sees_outer`: what runs in the scope can read the variables around it.
    ScopeIndex read_scope(const Object& object, StateIndex owner, std::uint32_t branch,
                          MachineType type, bool sees_outer = true);
    // `place` is the object that has the field (StartAt, Next or Default, by kind).
    void add_transition(Transition::Kind kind, std::string_view target, const Place& place,
                        std::size_t slot = 0);
    void read_retry(const Object& state, std::vector<Retrier>& out);
    void read_catch(const Object& state, std::vector<Catcher>& out);
    void add_label(const Object& map);
    // That the state being read refers to these variables, or assigns one.
    void reads(const std::vector<std::string>& variables);
    void assigns(std::string_view variable, const Place& place);

    // The field of the state being read that `place` is, as causes and EvaluationFailed name it:
    // Output/price, Choices[0]/Condition.
    std::string field_of(const Place& place) const;

    void schema_error(std::string message, const Place& place, std::string hint = {});
    // AWS, NO_PATH: `text`, the value of a field of a JSONPath state, looks like a path, but the
    // name of the field does not end with 'Path'.
    void warn_of_path(std::string_view text, std::string_view field, const Place& object);
    // A fault within an expression, `offset` UTF-16 units into the text of the field.
    void query_error(std::string_view code, std::string message, const Place& place,
                     std::size_t offset, std::string hint = {});

    Findings& findings() { return m_findings; }
    Machine& machine() { return m_machine; }
    MachineType type() const { return m_type; }            // of the scope being read
    QueryLanguage language() const { return m_language; }  // of the state being read
    // The state being read names a language that its machine does not allow.
    bool language_refused() const { return m_language_refused; }
    NewerJsonata newer_jsonata() const { return m_newer_jsonata; }
    const std::vector<Transition>& transitions() const { return m_transitions; }

private:
    void read_states(const json::Value& states, const Place& place, ScopeIndex scope);
    void read_state(const json::Value& value, const Place& place, State& state);
    void read_common(const Object& object, State& state, bool has_result);
    QueryLanguage read_language(const json::Value& value, const Place& place);
    void read_transition(const Object& object);
    void check_name(std::string_view name, const Place& place);
    void check_assignments();
    std::vector<std::string> read_error_equals(const Object& object, bool last);

    Machine& m_machine;
    Findings& m_findings;
    std::vector<Transition> m_transitions;
    std::vector<Assignment> m_assignments;
    std::vector<std::string>* m_variables = nullptr;  // of the state being read
    std::unordered_set<std::string_view> m_names;     // views into the definition
    std::unordered_set<std::string_view> m_labels;    // likewise
    MachineType m_type = MachineType::Standard;
    NewerJsonata m_newer_jsonata = NewerJsonata::Accept;
    StateIndex m_state = no_state;
    ScopeIndex m_scope = 0;
    std::size_t m_depth = 0;
    QueryLanguage m_machine_language = QueryLanguage::JsonPath;
    QueryLanguage m_language = QueryLanguage::JsonPath;
    bool m_language_refused = false;
    const Place* m_state_place = nullptr;  // of the state being read
};

}  // namespace weft::asl
