#pragma once

#include "jsonata/arena.h"
#include "jsonata/expression.h"
#include "jsonata/signature.h"

#include <string_view>
#include <utility>
#include <vector>

namespace weft::jsonata {

struct Builtin;
namespace functions {
class Regex;
}

enum class NodeKind : std::uint8_t {
    Literal,
    Name,
    Wildcard,
    Descendant,
    Parent,
    Variable,
    Context,  // $
    Root,     // $$
    Path,
    Field,  // a path of one name, without anything else
    Arithmetic,
    Equality,
    Comparison,
    Logic,
    Concat,
    Series,
    SoFar,  // what the operators of a Series have come to
    Range,
    In,
    Apply,
    Default,
    Coalesce,
    Bind,
    Negate,
    Array,
    Object,
    Block,
    Condition,
    Call,
    Partial,
    Placeholder,
    Lambda,
    Transform,
    Regex,
    Sort,
};

enum class Operator : std::uint8_t {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
};

struct Node;

// What a `%` stands for: the item some steps up. Steps that bind the same item share the label.
struct Ancestor {
    std::string_view label;  // !0, !1, …: no variable has such a name
    int level = 1;
};

// A predicate, or a `#$name` behind one.
struct Stage {
    Node* filter = nullptr;  // null: an index
    std::string_view index;
    std::uint32_t slot = 0;  // of the index, in the path's tuples
};

struct KeyValue {
    Node* key;
    Node* value;
};

struct Group {
    ArenaList<KeyValue> pairs;
    std::uint32_t position = 0;
};

// What few nodes have.
struct Extras {
    ArenaList<Stage> stages;      // of a step in a path
    ArenaList<Stage> predicates;  // of any other node
    Group* group = nullptr;
    std::string_view focus;  // @$name
    std::string_view index;  // #$name
    Ancestor* ancestor = nullptr;
    ArenaList<Ancestor*> seeking;  // parents that are not within this node
    std::uint32_t focus_slot = 0;
    std::uint32_t index_slot = 0;
    std::uint32_t ancestor_slot = 0;
};

// A node of the compiled tree. Lives in the program's arena and never changes once compiled.
struct Node {
    NodeKind kind{};
    bool keep_array = false;  // a sequence of one stays an array
    bool tuple = false;       // yields a stream of tuples
    bool cons_array = false;  // an array that a path does not flatten
    bool plain = true;        // no extras: nothing follows the evaluation itself
    std::uint32_t position = 0;
    Extras* extras = nullptr;
};

inline Extras& extras_of(Node& node, Arena& arena)
{
    if (node.extras == nullptr) node.extras = arena.make<Extras>();
    return *node.extras;
}

struct LiteralNode : Node {
    json::Value value;
};

struct NameNode : Node {
    json::String name;
};

// Where a variable may be: in a frame so many frames up. One that is not set yet leaves the next
// place; at last the bindings from outside and the built-in functions are asked.
struct Place {
    std::uint32_t hops = 0;
    std::uint32_t slot = 0;
};

struct VariableNode : Node {
    std::string_view name;
    ArenaList<Place> places;
    std::uint32_t external = 0;  // ordinal into Program::externals
    const Builtin* builtin = nullptr;
    bool outside = false;          // `external` is set
    Ancestor* ancestor = nullptr;  // of a Parent
};

using Names = ArenaList<std::string_view>;

struct PathNode : Node {
    ArenaList<Node*> steps;
    std::uint32_t checked = 0;  // while it is built: steps that have been looked at
    bool keep_singleton = false;
    bool streams = false;  // some step makes tuples
    bool reads = false;    // $name.a.b.c: names behind a variable, nothing else
    Names layout;          // names of a tuple's slots; the first is the item

    // The name of a Field.
    const json::String& field() const { return static_cast<const NameNode*>(steps[0])->name; }
};

struct BinaryNode : Node {
    Operator op{};
    std::string_view symbol;
    Node* left = nullptr;
    Node* right = nullptr;
};

// a & b & c as one node, however long.
struct ConcatNode : Node {
    struct Part {
        Node* node;
        std::uint32_t position;  // of the operator next to it
    };
    ArenaList<Part> parts;
};

// a + b - c = d … as one node, however long: what is leftmost, then one operator after the other.
struct SeriesNode : Node {
    Node* first = nullptr;
    ArenaList<Node*> links;  // binary operators and Concats, whose left or first part is SoFar
};

struct BindNode : Node {
    std::string_view name;
    Place place;
    Node* value = nullptr;
};

struct UnaryNode : Node {
    Node* operand = nullptr;
};

struct ArrayNode : Node {
    ArenaList<Node*> items;
    const json::Value* constant = nullptr;
};

struct ObjectNode : Node {
    Group group;
    bool named = false;  // its keys are literal texts, all different
    const json::Value* constant = nullptr;
};

// Names that `:=` and parameters bind; a frame at run time unless there are none.
struct Scope {
    Names names;
    bool tuple = false;
};

struct BlockNode : Node {
    ArenaList<Node*> expressions;
    Scope scope;
};

struct ConditionNode : Node {
    Node* condition = nullptr;
    Node* then = nullptr;
    Node* otherwise = nullptr;
};

struct CallNode : Node {  // and Partial
    Node* procedure = nullptr;
    ArenaList<Node*> arguments;
    json::Value token;  // what the reference calls the function; null: nothing
    bool tail = false;
    VariableNode* hint = nullptr;  // `sum(…)`: the variable that may have been meant
};

struct LambdaNode : Node {
    std::size_t parameters = 0;      // the scope's first names
    ArenaList<std::uint32_t> slots;  // a parameter's place in the frame
    const Signature* signature = nullptr;
    Node* body = nullptr;
    Scope scope;
};

struct TransformNode : Node {
    Node* pattern = nullptr;
    Node* update = nullptr;
    Node* deletion = nullptr;
};

struct RegexNode : Node {
    std::shared_ptr<const functions::Regex> regex;
};

struct SortTerm {
    Node* term;
    bool descending;
};

struct SortNode : Node {
    ArenaList<SortTerm> terms;
};

struct Program {
    std::string text;
    Dialect dialect{};
    Arena arena;
    Node* root = nullptr;
    Scope scope;
    std::vector<std::string_view> externals;  // names looked up outside, once an evaluation
    std::vector<Reference> references;
    std::vector<TopLevelUse> top_level_uses;
    std::vector<NewerUse> newer_uses;
    const json::Value* constant = nullptr;
};

// The parser's tree made into nodes, steps up (`%`) and bindings of paths included. (JSONata,
// Processing model.)
struct Syntax;
tl::expected<Node*, Fault> build(const Syntax& syntax, Program& program);

// Gives variables their places, finds what is constant, and what the expression refers to.
void resolve(Program& program);

std::size_t utf16_offset(std::string_view text, std::size_t bytes);

}  // namespace weft::jsonata
