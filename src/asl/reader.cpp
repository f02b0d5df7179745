#include "asl/reader.h"

#include "asl/states/states.h"
#include "asl/template_compile.h"
#include "base/limits.h"
#include "base/suggest.h"
#include "encoding/utf8.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace weft::asl {
namespace {

// A row for each state type.
struct StateType {
    std::string_view name;
    const Rules& rules;
    void (*read)(const Object&, State&);
    bool has_next;    // Next or End
    bool has_result;  // of work that may fail, which Output and Assign can read
};

// In the order in which AWS lists them.
const std::array state_types = {
    StateType{"Task", rules::task, read_task, true, true},
    StateType{"Wait", rules::wait, read_wait, true, false},
    StateType{"Pass", rules::pass, read_pass, true, false},
    StateType{"Succeed", rules::succeed, read_succeed, false, false},
    StateType{"Fail", rules::fail, read_fail, false, false},
    StateType{"Choice", rules::choice, read_choice, false, false},
    StateType{"Parallel", rules::parallel, read_parallel, true, true},
    StateType{"Map", rules::map, read_map, true, true},
};

constexpr std::array<std::string_view, 2> query_languages = {"JSONPath", "JSONata"};

std::string_view target_field(Transition::Kind kind)
{
    switch (kind) {
    case Transition::Kind::StartAt: return "StartAt";
    case Transition::Kind::Default: return "Default";
    case Transition::Kind::Next:
    case Transition::Kind::Rule:
    case Transition::Kind::Catcher: break;
    }
    return "Next";
}

}  // namespace

void Reader::schema_error(std::string message, const Place& place, std::string hint)
{
    m_findings.error(code::schema, std::move(message), place, std::move(hint));
}

void Reader::query_error(std::string_view code, std::string message, const Place& place,
                         std::size_t offset, std::string hint)
{
    m_findings.add({.severity = Severity::Error,
                    .code = std::string(code),
                    .message = std::move(message),
                    .location = place.location(),
                    .hint = std::move(hint),
                    .pointer = place.pointer(),
                    .offset = offset});
}

void Reader::warn_of_path(std::string_view text, std::string_view field, const Place& object)
{
    if (m_language != QueryLanguage::JsonPath || !looks_like_expression(text)) return;
    const Place place = object.field(field);
    m_findings.warning(
        code::no_path,
        fmt::format("The value of the field '{}' looks like a JSONPath, but the name "
                    "of the field does not end with 'Path'",
                    field),
        place, fmt::format("write '{}Path' to have it evaluated", field));
}

std::string Reader::field_of(const Place& place) const
{
    const std::string location = place.location();
    if (m_state_place == nullptr) return location;
    return location.substr(std::min(location.size(), m_state_place->location().size() + 1));
}

void Reader::add_transition(Transition::Kind kind, std::string_view target, const Place& place,
                            std::size_t slot)
{
    const Place field = place.field(target_field(kind));
    m_transitions.push_back({.kind = kind,
                             .scope = m_scope,
                             .from = kind == Transition::Kind::StartAt ? no_state : m_state,
                             .slot = slot,
                             .target = std::string(target),
                             .location = field.location(),
                             .pointer = field.pointer()});
}

void Reader::read_machine(const json::Value& definition)
{
    const Place top;
    // The language decides what every other rule says: look at it first.
    if (const json::Value* language = definition.find("QueryLanguage");
        language != nullptr && language->is_string() && language->as_string() == "JSONata")
        m_machine_language = QueryLanguage::Jsonata;
    const Object object(*this, rules::machine, definition, top);
    object.choice("QueryLanguage", query_languages);
    m_machine.comment = std::string(object.text("Comment"));
    m_machine.timeout_seconds = object.count("TimeoutSeconds");
    if (object.written("Version") && object.text("Version") != "1.0") {
        const Place place = top.field("Version");
        schema_error("Value should be one of the following: [1.0]", place);
    }
    read_scope(object, no_state, 0, m_type);
    check_assignments();
}

ScopeIndex Reader::read_scope(const Object& object, StateIndex owner, std::uint32_t branch,
                              MachineType type, bool sees_outer)
{
    const auto index = static_cast<ScopeIndex>(m_machine.scopes.size());
    m_machine.scopes.push_back({.start = no_state,
                                .owner = owner,
                                .branch = branch,
                                .outer = owner != no_state && sees_outer ? m_scope : no_scope,
                                .states = {}});
    if (m_depth >= scope_depth_max) {
        m_findings.error(code::nested, "The states are too deeply nested", object.place());
        return index;
    }
    const ScopeIndex outer_scope = std::exchange(m_scope, index);
    const StateIndex outer_state = std::exchange(m_state, no_state);
    const MachineType outer_type = std::exchange(m_type, type);
    ++m_depth;
    if (object.has("StartAt")) {
        add_transition(Transition::Kind::StartAt, object.text("StartAt"), object.place());
    }
    if (const json::Value* states = object.find("States")) {
        const Place place = object.place().field("States");
        if (states->size() == 0) {
            schema_error("Value cannot be empty", place);
        } else {
            read_states(*states, place, index);
        }
    }
    --m_depth;
    m_type = outer_type;
    m_state = outer_state;
    m_scope = outer_scope;
    return index;
}

void Reader::read_states(const json::Value& states, const Place& place, ScopeIndex scope)
{
    for (const json::Member& member : states.members()) {
        const Place at = place.field(member.key);
        check_name(member.key, at);
        // Inner states are numbered while this one is read: its place is taken before.
        const auto index = static_cast<StateIndex>(m_machine.states.size());
        m_machine.states.emplace_back();
        m_machine.scopes[scope].states.push_back(index);
        State state;
        state.name = member.key;
        state.index = index;
        state.scope = scope;
        m_state = index;
        std::vector<std::string>* const outer = std::exchange(m_variables, &state.variables);
        read_state(member.value, at, state);
        m_variables = outer;
        std::ranges::sort(state.variables);
        const auto [first, last] = std::ranges::unique(state.variables);
        state.variables.erase(first, last);
        m_machine.states[index] = std::move(state);
    }
}

void Reader::check_name(std::string_view name, const Place& place)
{
    if (name.empty()) {
        m_findings.error(code::invalid_name, "State name cannot be empty", place);
    } else if (encoding::code_points(name) > name_characters_max) {
        m_findings.error(
            code::invalid_name,
            fmt::format("Invalid State name: State '{}' exceeds the {}-character limit allowed by "
                        "the service",
                        name, name_characters_max),
            place);
    }
    // ASL: names are unique in the whole machine, not in their scope alone.
    if (!m_names.insert(name).second) {
        m_findings.error(code::duplicate_name, fmt::format("Duplicate State name: {}", name),
                         place);
    }
}

void Reader::read_state(const json::Value& value, const Place& place, State& state)
{
    if (!value.is_object()) {
        schema_error("Expected value of type Object", place);
        return;
    }
    const json::Value* type = value.find("Type");
    if (type == nullptr) {
        schema_error("These fields are required: [Type]", place);
        return;
    }
    std::vector<std::string_view> names;
    for (const StateType& row : state_types) {
        names.push_back(row.name);
        if (!type->is_string() || type->as_string() != row.name) continue;
        // An outer state is not yet done when its inner ones are read.
        const bool outer_refused = std::exchange(m_language_refused, false);
        const QueryLanguage outer = std::exchange(m_language, read_language(value, place));
        const Place* const outer_place = std::exchange(m_state_place, &place);
        state.language = m_language;
        const Object object(*this, row.rules, value, place);
        object.choice("QueryLanguage", query_languages);
        if (row.has_next) read_transition(object);
        read_common(object, state, row.has_result);
        row.read(object, state);
        m_state_place = outer_place;
        m_language = outer;
        m_language_refused = outer_refused;
        return;
    }
    const Place at = place.field("Type");
    if (!type->is_string()) {
        schema_error("Expected value of type String", at);
        return;
    }
    const std::string_view near = suggest(type->as_string(), names);
    schema_error(fmt::format("The field 'Type' should have one of these values: [{}]",
                             fmt::join(names, ", ")),
                 at, near.empty() ? "" : fmt::format("did you mean '{}'?", near));
}

// AWS: a machine in JSONPath may have single states in JSONata, but not the other way round.
QueryLanguage Reader::read_language(const json::Value& value, const Place& place)
{
    const json::Value* language = value.find("QueryLanguage");
    if (language == nullptr) return m_machine_language;
    // AWS: whatever is not exactly JSONPath, even what is refused, has the fields of JSONata.
    if (!language->is_string() || language->as_string() != "JSONPath")
        return QueryLanguage::Jsonata;
    if (m_machine_language == QueryLanguage::Jsonata) {
        m_language_refused = true;
        schema_error(
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
            place);
    }
    return QueryLanguage::JsonPath;
}

void Reader::read_transition(const Object& object)
{
    // ASL: `End` may be false, which says nothing.
    const bool ends = object.flag("End");
    if (object.written("Next") && ends) {
        schema_error("There should only be one of the following fields: [Next, End]",
                     object.place());
    } else if (object.has("Next")) {
        add_transition(Transition::Kind::Next, object.text("Next"), object.place());
    } else if (!object.written("Next") && !ends) {
        schema_error("This object should have only one of the following fields: [Next, End]",
                     object.place());
    }
}

void Reader::read_common(const Object& object, State& state, bool has_result)
{
    const QueryScope scope{.result = has_result};
    state.comment = std::string(object.text("Comment"));
    state.input_path = object.data_path("InputPath");
    state.output_path = object.data_path("OutputPath");
    state.result_path = object.result_path("ResultPath");
    state.parameters = object.payload("Parameters");
    state.result_selector = object.payload("ResultSelector");
    state.arguments = object.payload("Arguments");
    state.output = object.payload("Output", scope);
    state.assign = object.assign(scope);
    read_retry(object, state.retry);
    read_catch(object, state.catchers);
}

void Reader::add_label(const Object& map)
{
    if (!map.has("Label")) return;
    const std::string_view label = map.text("Label");
    const Place place = map.place().field("Label");
    constexpr std::size_t label_characters_max = 40;
    if (label.empty() || encoding::code_points(label) > label_characters_max) {
        m_findings.error(code::invalid_label,
                         fmt::format("Label must have 1 to {} characters", label_characters_max),
                         place);
        return;
    }
    // AWS: what names of machines may not have: blanks, brackets, wildcards, special characters
    // and control characters (recorded one by one, test_map_state_label_invalid_char_fail).
    constexpr std::string_view forbidden = " \t\n\r?*<>{}[]:;,\\|^~$#%&`\"/";
    bool bad = label.find_first_of(forbidden) != std::string_view::npos;
    for (std::size_t i = 0; i < label.size(); ++i) {
        const auto byte = static_cast<unsigned char>(label[i]);
        // C0 and DEL; C1 is C2 80 to C2 9F.
        bad = bad || byte < 0x20 || byte == 0x7F;
        bad = bad || (byte == 0xC2 && i + 1 < label.size() &&
                      static_cast<unsigned char>(label[i + 1]) < 0xA0);
    }
    if (bad) {
        m_findings.error(code::invalid_label, "Label has a character that is not allowed", place);
    }
    if (!m_labels.insert(label).second) {
        m_findings.error(code::duplicate_label, fmt::format("Duplicate Label: {}", label), place);
    }
}

}  // namespace weft::asl
