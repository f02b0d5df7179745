#pragma once

#include "asl/choice.h"
#include "asl/resource.h"
#include "asl/template.h"
#include "base/time.h"
#include "jsonpath/path.h"
#include "jsonpath/reference_path.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace weft::asl {

// INTERFACE CONTRACT.
// A state machine as the engine runs it: compiled once per revision, immutable, shared by all its
// executions. Positions (StateIndex, ScopeIndex) number states and scopes in document order, so
// that the same text compiles to the same numbers in every release.
using StateIndex = std::uint32_t;
using ScopeIndex = std::uint32_t;
constexpr StateIndex no_state = UINT32_MAX;
constexpr ScopeIndex no_scope = UINT32_MAX;

enum class MachineType : std::uint8_t { Standard, Express };
enum class QueryLanguage : std::uint8_t { JsonPath, Jsonata };

// `$`: the path of a field that was not given.
const jsonpath::ReferencePath& root_reference_path();

// InputPath, OutputPath: absent means the whole, null means {}.
struct DataPath {
    enum class Kind : std::uint8_t { Whole, Discard, Path };
    Kind kind = Kind::Whole;
    jsonpath::Path path = root_path();
    std::string text;
};

// ResultPath: absent means the result replaces all, null means it is discarded.
struct ResultPath {
    enum class Kind : std::uint8_t { Whole, Discard, Path };
    Kind kind = Kind::Whole;
    jsonpath::ReferencePath path = root_reference_path();
    std::string text;
};

// A number given as such, by a path into the effective input (TimeoutSeconds / TimeoutSecondsPath
// …) or by an expression of a JSONata state.
struct NumberField {
    double literal = 0;
    std::optional<jsonpath::Path> path;
    std::string text;  // the path as written
    std::optional<Query> query;
    bool computed() const { return path.has_value() || query.has_value(); }
};

// ASL: https://states-language.net/spec.html#retrying-after-error
struct Retrier {
    enum class Jitter : std::uint8_t { None, Full };
    std::vector<std::string> error_equals;
    double interval_seconds = 1;
    std::uint32_t attempts_max = 3;
    double backoff_rate = 2;
    std::optional<double> delay_seconds_max;
    Jitter jitter = Jitter::None;
};

// ASL: https://states-language.net/spec.html#fallback-states
struct Catcher {
    std::vector<std::string> error_equals;
    StateIndex next = no_state;
    ResultPath result_path;
    std::optional<Template> assign;
    std::optional<Template> output;  // in a JSONata state
};

struct Pass {
    std::optional<json::Value> result;
};

struct Task {
    Resource resource;  // parsed; with its row of the resource table
    std::optional<NumberField> timeout_seconds;
    std::optional<NumberField> heartbeat_seconds;
    std::optional<Template> credentials;  // {RoleArn}
};

struct Choice {
    std::vector<ChoiceRule> rules;  // each with its `next`
    StateIndex default_next = no_state;
};

struct Wait {
    enum class Kind : std::uint8_t {
        Seconds,
        SecondsPath,
        Timestamp,
        TimestampPath,
        SecondsQuery,
        TimestampQuery
    };
    Kind kind = Kind::Seconds;
    std::int64_t seconds = 0;
    weft::Timestamp timestamp{};
    jsonpath::Path path = root_path();
    std::string text;  // the path as written
    std::optional<Query> query;
};

struct Succeed {};

// Error and Cause, or ErrorPath and CausePath (a path or an intrinsic). An Error or Cause that a
// JSONata state computes counts as a path.
struct Fail {
    std::optional<std::string> error;
    std::optional<std::string> cause;
    std::optional<Template> error_path;  // Path, Intrinsic or Computed
    std::optional<Template> cause_path;
    std::string error_path_text;
    std::string cause_path_text;
};

struct Parallel {
    std::vector<ScopeIndex> branches;
};

// Of a distributed Map: several items make up the input of one iteration.
struct ItemBatcher {
    std::optional<Template> batch_input;  // goes to every batch
    std::optional<NumberField> items_max;
    std::optional<NumberField> bytes_max;
};

struct Map {
    ScopeIndex processor = 0;
    bool distributed = false;        // validates; cannot run yet
    bool reads_items = false;        // has an ItemReader
    std::string reader_input_type;   // its ReaderConfig's InputType; empty when not given
    std::string items_pointer;       // its ReaderConfig's ItemsPointer, a JSON Pointer
    bool writes_results = false;     // has a ResultWriter
    bool iterator_spelling = false;  // written with the deprecated Iterator
    std::optional<jsonpath::Path> items_path;
    std::string items_path_text;
    std::optional<Template> items;          // in a JSONata state: an array, or as written an object
    std::optional<Template> item_selector;  // ItemSelector, or the deprecated Parameters
    bool item_selector_is_parameters = false;
    std::optional<ItemBatcher> item_batcher;
    std::optional<NumberField> max_concurrency;
    std::optional<NumberField> tolerated_failure_count;
    std::optional<NumberField> tolerated_failure_percentage;
};

struct State {
    json::String name;
    std::string comment;
    StateIndex index = no_state;
    ScopeIndex scope = 0;
    QueryLanguage language = QueryLanguage::JsonPath;
    StateIndex next = no_state;  // no_state: End (or a terminal type, or Choice)
    DataPath input_path;
    DataPath output_path;
    ResultPath result_path;
    std::optional<Template> parameters;
    std::optional<Template> result_selector;
    std::optional<Template> arguments;  // in a JSONata state, as is `output`
    std::optional<Template> output;
    std::optional<Template> assign;      // an object: one member for each variable
    std::vector<std::string> variables;  // that its expressions read: sorted, each once
    std::vector<Retrier> retry;
    std::vector<Catcher> catchers;
    std::variant<Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map> kind;
};

// The `States` of the machine (scope 0), of a Branch or of an ItemProcessor.
struct Scope {
    StateIndex start = no_state;
    StateIndex owner = no_state;  // the Parallel or Map it belongs to; no_state for scope 0
    std::uint32_t branch = 0;     // its position among the owner's branches
    ScopeIndex outer = no_scope;  // whose variables can be read here; none in a distributed Map
    std::vector<StateIndex> states;
};

struct Machine {
    std::string comment;
    std::optional<std::uint64_t> timeout_seconds;
    std::vector<State> states;
    std::vector<Scope> scopes;
    std::unordered_map<std::string_view, StateIndex>
        by_name;       // names are unique in the whole machine; views into states
    std::string hash;  // SHA-256 of the definition's text, hex

    Machine() = default;
    Machine(const Machine&) = delete;  // by_name points into states
    Machine& operator=(const Machine&) = delete;
    const State* find(std::string_view name) const;
};

using MachinePtr = std::shared_ptr<const Machine>;

// The variables that each state reads, as DescribeStateMachine shows them: an object with an array
// of names for every state that reads any; null when none does.
json::Value variable_references(const Machine& machine);

}  // namespace weft::asl
