// Makes nodes of the parser's tree: joins steps into paths, hangs predicates and groups where they
// belong, marks calls in tail position.

#include "base/assert.h"
#include "jsonata/ancestry.h"
#include "jsonata/name_index.h"
#include "jsonata/parser.h"
#include "jsonata/regex_literal.h"
#include "jsonata/tree.h"

#include "jsonata/functions/number_text.h"

#include <algorithm>
#include <utility>

namespace weft::jsonata {

namespace {

class Builder {
public:
    explicit Builder(Program& program)
        : m_program(program), m_arena(program.arena), m_ancestry(program.arena)
    {
        m_scopes.push_back({&program.scope, {}});
    }

    tl::expected<Node*, Fault> run(const Syntax& syntax)
    {
        Node* root = build(syntax);
        if (!m_failed && Ancestry::seeks(*root)) fail(Ancestry::fault(*root));
        if (m_failed) return tl::unexpected(std::move(m_fault));
        return root;
    }

private:
    template <class T> T* make(NodeKind kind, const Syntax& syntax)
    {
        T* node = m_arena.make<T>();
        node->kind = kind;
        node->position = syntax.token.position;
        return node;
    }
    Extras& extras(Node& node) { return extras_of(node, m_arena); }
    Fault& fail(const char* code)
    {
        static thread_local Fault ignored;
        if (m_failed) return ignored;
        m_failed = true;
        m_fault = Fault{};
        m_fault.kind = FaultKind::Syntax;
        m_fault.code = code;
        return m_fault;
    }
    void fail(Fault fault)
    {
        if (m_failed) return;
        m_failed = true;
        m_fault = std::move(fault);
    }
    void resolve_ancestry(PathNode& path)
    {
        m_ancestry.resolve(path);
        if (const Node* node = m_ancestry.refused()) fail(Ancestry::fault(*node));
    }

    // What a postfix operator stands behind may be as long as the text: no recursion.
    Node* build(const Syntax& syntax)
    {
        const std::size_t begin = m_postfixes.size();
        const Syntax* at = &syntax;
        for (; is_postfix(*at); at = at->left) m_postfixes.push_back(at);
        Node* node = build_kind(*at);
        if (at->keep_array) node->keep_array = true;
        while (m_postfixes.size() > begin) {
            const Syntax& next = *m_postfixes.back();
            m_postfixes.pop_back();
            node = build_postfix(next, node);
            if (next.keep_array) node->keep_array = true;
        }
        return node;
    }
    // Whether it is a binary operator that a row of them may hold.
    static bool is_link(const Syntax& syntax)
    {
        return syntax.kind == SyntaxKind::Apply ||
               (syntax.kind == SyntaxKind::Binary && !syntax.token.is(Symbol::Range));
    }
    static bool is_postfix(const Syntax& syntax)
    {
        return syntax.kind >= SyntaxKind::Path && syntax.kind <= SyntaxKind::Index;
    }
    // Builds a part of `owner`, which then seeks the parents that the part seeks.
    Node* part(const Syntax& syntax, Node& owner)
    {
        Node* node = build(syntax);
        m_ancestry.pass_up(owner, *node);
        return node;
    }
    Node* build_kind(const Syntax& syntax);
    [[gnu::noinline]] Node* literal(const Syntax& syntax, json::Value value)
    {
        auto* node = make<LiteralNode>(NodeKind::Literal, syntax);
        node->value = std::move(value);
        return node;
    }
    [[gnu::noinline]] Node* variable(const Syntax& syntax)
    {
        const std::string_view name = syntax.token.text;
        if (name.empty()) return make<Node>(NodeKind::Context, syntax);
        auto* node = make<VariableNode>(name == "$" ? NodeKind::Root : NodeKind::Variable, syntax);
        node->name = name;
        return node;
    }
    PathNode* path_of(Node* step)
    {
        auto* path = m_arena.make<PathNode>();
        path->kind = NodeKind::Path;
        path->steps.push(m_arena, step);
        return path;
    }
    [[gnu::noinline]] Node* name(const Syntax& syntax)
    {
        auto* step = make<NameNode>(NodeKind::Name, syntax);
        step->name = json::String(syntax.token.text);
        step->keep_array = syntax.keep_array;
        PathNode* path = path_of(step);
        path->keep_singleton = syntax.keep_array;
        return path;
    }
    [[gnu::noinline]] Node* parent(const Syntax& syntax)
    {
        auto* node = make<VariableNode>(NodeKind::Parent, syntax);
        node->ancestor = m_ancestry.make();
        return node;
    }
    static PathNode* as_path(Node* node)
    {
        return node->kind == NodeKind::Path ? static_cast<PathNode*>(node) : nullptr;
    }
    static Node* last_step(Node* node)
    {
        PathNode* path = as_path(node);
        return path ? path->steps.back() : node;
    }
    static bool is_array(const Node& node) { return node.kind == NodeKind::Array; }

    // Kept out of build_kind's frame: each level of an expression stands on the stack. Of the
    // postfix operators `left` is built.
    Node* build_postfix(const Syntax& syntax, Node* left);
    [[gnu::noinline]] Node* path(const Syntax& syntax, Node* left);
    [[gnu::noinline]] Node* filter(const Syntax& syntax, Node* result);
    [[gnu::noinline]] Node* sort(const Syntax& syntax, Node* left);
    [[gnu::noinline]] Node* focus(const Syntax& syntax, Node* result);
    [[gnu::noinline]] Node* index(const Syntax& syntax, Node* result);
    [[gnu::noinline]] Node* group(const Syntax& syntax, Node* result);
    [[gnu::noinline]] Node* operation(const Syntax& syntax);
    [[gnu::noinline]] Node* series(const Syntax& syntax);
    [[gnu::noinline]] Node* concat(const Syntax& syntax);
    [[gnu::noinline]] Node* binary_of(NodeKind kind, const Syntax& syntax);
    BinaryNode* empty_binary(const Syntax& syntax);
    [[gnu::noinline]] Node* bind(const Syntax& syntax);
    [[gnu::noinline]] Node* negate(const Syntax& syntax);
    [[gnu::noinline]] Node* array(const Syntax& syntax);
    [[gnu::noinline]] Node* block(const Syntax& syntax);
    [[gnu::noinline]] Node* call(const Syntax& syntax);
    [[gnu::noinline]] Node* lambda(const Syntax& syntax);
    [[gnu::noinline]] Node* condition(const Syntax& syntax);
    [[gnu::noinline]] Node* transform(const Syntax& syntax);
    void pairs(const Syntax& syntax, Group& group, Node* owner);
    void mark_tail(Node* node);

    Program& m_program;
    Arena& m_arena;
    struct OpenScope {
        Scope* scope;
        NameIndex index;
    };
    std::vector<OpenScope> m_scopes;
    std::vector<const Syntax*> m_postfixes;  // whose left part is being built
    Ancestry m_ancestry;
    bool m_failed = false;
    Fault m_fault;
};

Node* Builder::build_kind(const Syntax& syntax)
{
    switch (syntax.kind) {
    case SyntaxKind::Name:
    case SyntaxKind::Operator: return name(syntax);
    case SyntaxKind::Variable: return variable(syntax);
    case SyntaxKind::String:
    case SyntaxKind::Number:
    case SyntaxKind::Value: return literal(syntax, token_value(syntax.token));
    case SyntaxKind::Regex: {
        auto* node = make<RegexNode>(NodeKind::Regex, syntax);
        auto regex = make_regex(syntax.token.text, syntax.token.flags);
        if (regex) {
            node->regex = std::move(*regex);
        } else {
            Fault& fault = fail("S0303");
            fault = std::move(regex.error());
            fault.kind = FaultKind::Syntax;
            fault.position = syntax.token.position;
        }
        return node;
    }
    case SyntaxKind::Wildcard: return make<Node>(NodeKind::Wildcard, syntax);
    case SyntaxKind::Descendant: return make<Node>(NodeKind::Descendant, syntax);
    case SyntaxKind::Parent: return parent(syntax);
    case SyntaxKind::Placeholder: return make<Node>(NodeKind::Placeholder, syntax);
    case SyntaxKind::Path:
    case SyntaxKind::Filter:
    case SyntaxKind::Group:
    case SyntaxKind::Sort:
    case SyntaxKind::Focus:
    case SyntaxKind::Index: break;  // postfix
    case SyntaxKind::Bind: return bind(syntax);
    case SyntaxKind::Default: return binary_of(NodeKind::Default, syntax);
    case SyntaxKind::Coalesce: return binary_of(NodeKind::Coalesce, syntax);
    case SyntaxKind::Apply:
    case SyntaxKind::Binary: return operation(syntax);
    case SyntaxKind::Negate: return negate(syntax);
    case SyntaxKind::Array: return array(syntax);
    case SyntaxKind::Object: {
        auto* node = make<ObjectNode>(NodeKind::Object, syntax);
        node->group.position = node->position;
        pairs(syntax, node->group, node);
        return node;
    }
    case SyntaxKind::Block: return block(syntax);
    case SyntaxKind::Call:
    case SyntaxKind::Partial: return call(syntax);
    case SyntaxKind::Lambda: return lambda(syntax);
    case SyntaxKind::Condition: return condition(syntax);
    case SyntaxKind::Transform: return transform(syntax);
    case SyntaxKind::End: break;
    }
    Fault& fault = fail("S0207");
    fault.position = syntax.token.position;
    fault.token = json::Value("(end)");
    return make<Node>(NodeKind::Literal, syntax);
}

Node* Builder::build_postfix(const Syntax& syntax, Node* left)
{
    switch (syntax.kind) {
    case SyntaxKind::Path: return path(syntax, left);
    case SyntaxKind::Filter: return filter(syntax, left);
    case SyntaxKind::Group: return group(syntax, left);
    case SyntaxKind::Sort: return sort(syntax, left);
    case SyntaxKind::Focus: return focus(syntax, left);
    case SyntaxKind::Index: return index(syntax, left);
    default: WEFT_ASSERT(false);
    }
}

Node* Builder::path(const Syntax& syntax, Node* left)
{
    PathNode* result = as_path(left);
    if (result == nullptr) {
        result = path_of(left);
        if (left->kind == NodeKind::Parent) m_ancestry.pass_up(*result, *left);
    }
    Node* right = build(*syntax.right);
    if (PathNode* more = as_path(right)) {
        for (Node* step : more->steps) result->steps.push(m_arena, step);
        if (more->extras && more->extras->group) extras(*result).group = more->extras->group;
    } else {
        if (right->extras != nullptr && !right->extras->predicates.empty())
            right->extras->stages = std::exchange(right->extras->predicates, {});
        result->steps.push(m_arena, right);
    }
    // What was the last step may have changed since it was looked at.
    for (std::size_t i = std::max(result->checked, 1U) - 1; i < result->steps.size(); ++i) {
        Node*& step = result->steps[i];
        if (step->keep_array) result->keep_singleton = true;
        if (step->kind != NodeKind::Literal) continue;
        const json::Value& value = static_cast<LiteralNode*>(step)->value;
        if (!value.is_string()) {
            Fault& fault = fail("S0213");
            fault.position = step->position;
            fault.value = value;
            continue;
        }
        // A text stands for the field of that name.
        auto* field = m_arena.make<NameNode>();
        static_cast<Node&>(*field) = *step;
        field->kind = NodeKind::Name;
        field->name = value.as_shared_string();
        step = field;
    }
    result->checked = static_cast<std::uint32_t>(result->steps.size());
    if (is_array(*result->steps.front())) result->steps.front()->cons_array = true;
    if (is_array(*result->steps.back())) result->steps.back()->cons_array = true;
    resolve_ancestry(*result);
    return result;
}

Node* Builder::filter(const Syntax& syntax, Node* result)
{
    Node* step = last_step(result);
    const bool in_path = step != result || as_path(result) != nullptr;
    if (step->extras != nullptr && step->extras->group != nullptr) {
        fail("S0209").position = syntax.token.position;
        return result;
    }
    Node* predicate = build(*syntax.right);
    m_ancestry.leave_predicate(*step, *predicate);
    if (const Node* node = m_ancestry.refused()) fail(Ancestry::fault(*node));
    Extras& more = extras(*step);
    (in_path ? more.stages : more.predicates).push(m_arena, Stage{predicate, {}, 0});
    return result;
}

void Builder::pairs(const Syntax& syntax, Group& group, Node* owner)
{
    for (const auto& [key, value] : syntax.pairs) {
        Node* built_key = build(*key);
        Node* built_value = build(*value);
        if (owner != nullptr) {
            m_ancestry.pass_up(*owner, *built_key);
            m_ancestry.pass_up(*owner, *built_value);
        }
        group.pairs.push(m_arena, {built_key, built_value});
    }
}

Node* Builder::group(const Syntax& syntax, Node* result)
{
    if (result->extras != nullptr && result->extras->group != nullptr) {
        fail("S0210").position = syntax.token.position;
        return result;
    }
    auto* made = m_arena.make<Group>();
    made->position = syntax.token.position;
    extras(*result).group = made;
    pairs(syntax, *made, nullptr);
    return result;
}

Node* Builder::sort(const Syntax& syntax, Node* left)
{
    PathNode* result = as_path(left);
    if (result == nullptr) result = path_of(left);
    auto* step = make<SortNode>(NodeKind::Sort, syntax);
    for (const auto& [term, descending] : syntax.terms)
        step->terms.push(m_arena, {part(*term, *step), descending});
    result->steps.push(m_arena, step);
    resolve_ancestry(*result);
    return result;
}

Node* Builder::focus(const Syntax& syntax, Node* result)
{
    Node* step = last_step(result);
    Extras& more = extras(*step);
    if (!more.stages.empty() || !more.predicates.empty()) {
        fail("S0215").position = syntax.token.position;
        return result;
    }
    if (step->kind == NodeKind::Sort) {
        fail("S0216").position = syntax.token.position;
        return result;
    }
    if (syntax.keep_array) step->keep_array = true;
    more.focus = syntax.right->token.text;
    step->tuple = true;
    return result;
}

Node* Builder::index(const Syntax& syntax, Node* result)
{
    Node* step = last_step(result);
    Extras& more = extras(*step);
    if (as_path(result) == nullptr) {
        result = path_of(step);
        more.stages = std::exchange(more.predicates, {});
    }
    if (more.stages.empty()) {
        more.index = syntax.right->token.text;
    } else {
        more.stages.push(m_arena, Stage{nullptr, syntax.right->token.text, 0});
    }
    step->tuple = true;
    return result;
}

Node* Builder::binary_of(NodeKind kind, const Syntax& syntax)
{
    auto* node = make<BinaryNode>(kind, syntax);
    node->symbol = syntax.token.text;
    node->left = part(*syntax.left, *node);
    node->right = part(*syntax.right, *node);
    return node;
}

// A chain of & is one node, which builds one text and not one for each of its parts.
Node* Builder::concat(const Syntax& syntax)
{
    const Syntax* first = &syntax;
    std::vector<const Syntax*> chain;
    do {
        chain.push_back(first);
        first = first->left;
    } while (first->kind == SyntaxKind::Binary && first->token.is(Symbol::Ampersand));
    auto* node = make<ConcatNode>(NodeKind::Concat, syntax);
    node->parts.push(m_arena, {part(*first, *node), chain.back()->token.position});
    for (auto operation = chain.rbegin(); operation != chain.rend(); ++operation)
        node->parts.push(m_arena,
                         {part(*(*operation)->right, *node), (*operation)->token.position});
    return node;
}

// Of a binary operator, its parts not set.
BinaryNode* Builder::empty_binary(const Syntax& syntax)
{
    struct Row {
        Symbol symbol;
        NodeKind kind;
        Operator op;
    };
    static constexpr Row rows[] = {
        {Symbol::Plus, NodeKind::Arithmetic, Operator::Add},
        {Symbol::Minus, NodeKind::Arithmetic, Operator::Subtract},
        {Symbol::Star, NodeKind::Arithmetic, Operator::Multiply},
        {Symbol::Slash, NodeKind::Arithmetic, Operator::Divide},
        {Symbol::Percent, NodeKind::Arithmetic, Operator::Remainder},
        {Symbol::Equal, NodeKind::Equality, Operator::Equal},
        {Symbol::NotEqual, NodeKind::Equality, Operator::NotEqual},
        {Symbol::Less, NodeKind::Comparison, Operator::Less},
        {Symbol::LessEqual, NodeKind::Comparison, Operator::LessEqual},
        {Symbol::Greater, NodeKind::Comparison, Operator::Greater},
        {Symbol::GreaterEqual, NodeKind::Comparison, Operator::GreaterEqual},
        {Symbol::And, NodeKind::Logic, Operator::And},
        {Symbol::Or, NodeKind::Logic, Operator::Or},
        {Symbol::Range, NodeKind::Range, Operator::Add},
        {Symbol::In, NodeKind::In, Operator::Equal},
        {Symbol::Apply, NodeKind::Apply, Operator::Equal},
    };
    for (const Row& row : rows) {
        if (row.symbol != syntax.token.symbol) continue;
        auto* node = make<BinaryNode>(row.kind, syntax);
        node->symbol = syntax.token.text;
        node->op = row.op;
        return node;
    }
    WEFT_ASSERT(false);
}

// One binary operator, or a row of them.
Node* Builder::operation(const Syntax& syntax)
{
    // As many as make a series: fewer are a tree to the left.
    constexpr std::size_t series_min = 4;
    std::size_t operators = 0;
    for (const Syntax* at = &syntax; operators < series_min && is_link(*at); at = at->left)
        ++operators;
    if (operators == series_min) return series(syntax);
    if (syntax.token.is(Symbol::Ampersand)) return concat(syntax);
    BinaryNode* node = empty_binary(syntax);
    node->left = part(*syntax.left, *node);
    node->right = part(*syntax.right, *node);
    if (node->kind == NodeKind::Apply)
        node->keep_array = node->left->keep_array || node->right->keep_array;
    return node;
}

// The operators from left to right, each & joined to the one before it.
Node* Builder::series(const Syntax& syntax)
{
    std::vector<const Syntax*> operators;
    const Syntax* first = &syntax;
    for (; is_link(*first); first = first->left) operators.push_back(first);
    const bool only_texts = std::ranges::all_of(
        operators, [](const Syntax* one) { return one->token.is(Symbol::Ampersand); });
    if (only_texts) return concat(syntax);

    auto* node = make<SeriesNode>(NodeKind::Series, syntax);
    node->first = part(*first, *node);
    bool keep_array = node->first->keep_array;
    auto* so_far = make<Node>(NodeKind::SoFar, *first);
    ConcatNode* texts = nullptr;  // the last link, if it is one
    for (auto at = operators.rbegin(); at != operators.rend(); ++at) {
        const Syntax& one = **at;
        if (one.token.is(Symbol::Ampersand)) {
            if (texts == nullptr) {
                texts = make<ConcatNode>(NodeKind::Concat, one);
                texts->parts.push(m_arena, {so_far, texts->position});
                node->links.push(m_arena, texts);
            }
            texts->parts.push(m_arena, {part(*one.right, *node), one.token.position});
            keep_array = false;
            continue;
        }
        texts = nullptr;
        BinaryNode* link = empty_binary(one);
        link->left = so_far;
        link->right = part(*one.right, *node);
        keep_array = link->kind == NodeKind::Apply && (keep_array || link->right->keep_array);
        link->keep_array = keep_array;
        node->links.push(m_arena, link);
    }
    node->keep_array = keep_array;
    return node;
}

Node* Builder::bind(const Syntax& syntax)
{
    auto* node = make<BindNode>(NodeKind::Bind, syntax);
    node->name = syntax.left->token.text;
    node->value = part(*syntax.right, *node);
    OpenScope& open = m_scopes.back();
    Names& names = open.scope->names;
    if (open.index.find(names, node->name) == names.size()) names.push(m_arena, node->name);
    return node;
}

Node* Builder::negate(const Syntax& syntax)
{
    Node* operand = build(*syntax.left);
    if (operand->kind == NodeKind::Literal) {
        auto* number = static_cast<LiteralNode*>(operand);
        if (number->value.is_number()) {
            number->value = functions::number_value(-number->value.as_double());
            return number;
        }
    }
    auto* node = make<UnaryNode>(NodeKind::Negate, syntax);
    node->operand = operand;
    m_ancestry.pass_up(*node, *operand);
    return node;
}

Node* Builder::array(const Syntax& syntax)
{
    auto* node = make<ArrayNode>(NodeKind::Array, syntax);
    for (const Syntax* item : syntax.items) node->items.push(m_arena, part(*item, *node));
    return node;
}

Node* Builder::block(const Syntax& syntax)
{
    auto* node = make<BlockNode>(NodeKind::Block, syntax);
    m_scopes.push_back({&node->scope, {}});
    for (const Syntax* item : syntax.items) {
        Node* expression = part(*item, *node);
        const PathNode* path = as_path(expression);
        if (expression->cons_array || (path != nullptr && path->steps.front()->cons_array))
            node->cons_array = true;
        node->expressions.push(m_arena, expression);
    }
    m_scopes.pop_back();
    return node;
}

Node* Builder::call(const Syntax& syntax)
{
    auto* node = make<CallNode>(
        syntax.kind == SyntaxKind::Call ? NodeKind::Call : NodeKind::Partial, syntax);
    for (const Syntax* item : syntax.items) node->arguments.push(m_arena, part(*item, *node));
    node->procedure = build(*syntax.left);
    const Syntax& called = *syntax.left;
    switch (node->procedure->kind) {
    case NodeKind::Path: {
        const Node* step = static_cast<PathNode*>(node->procedure)->steps.front();
        if (step->kind == NodeKind::Name)
            node->token = static_cast<const NameNode*>(step)->name;
        else if (step->kind == NodeKind::Variable)
            node->token = json::Value(static_cast<const VariableNode*>(step)->name);
        break;
    }
    case NodeKind::Literal: node->token = static_cast<LiteralNode*>(node->procedure)->value; break;
    case NodeKind::Block:
    case NodeKind::Lambda:
    case NodeKind::Condition:
    case NodeKind::Default:
    case NodeKind::Coalesce:
    case NodeKind::Transform:
    case NodeKind::Parent:
    case NodeKind::Regex: break;
    default: node->token = json::Value(called.token.text); break;
    }
    return node;
}

Node* Builder::lambda(const Syntax& syntax)
{
    auto* node = make<LambdaNode>(NodeKind::Lambda, syntax);
    node->signature = syntax.signature;
    Names& names = node->scope.names;
    NameIndex index;
    for (const Syntax* item : syntax.items) {
        const std::string_view name = item->token.text;
        // The last one of two parameters with the same name is seen.
        const std::uint32_t slot = index.find(names, name);
        node->slots.push(m_arena, slot);
        if (slot == names.size()) names.push(m_arena, name);
    }
    node->parameters = node->slots.size();
    m_scopes.push_back({&node->scope, {}});
    node->body = build(*syntax.left);
    m_scopes.pop_back();
    mark_tail(node->body);
    return node;
}

// A call in tail position is made by the caller's caller, so that recursion takes no stack.
void Builder::mark_tail(Node* node)
{
    if (node->keep_array ||
        (node->extras && (!node->extras->predicates.empty() || node->extras->group)))
        return;
    switch (node->kind) {
    case NodeKind::Call: static_cast<CallNode*>(node)->tail = true; break;
    case NodeKind::Condition: {
        auto* condition = static_cast<ConditionNode*>(node);
        mark_tail(condition->then);
        if (condition->otherwise) mark_tail(condition->otherwise);
        break;
    }
    case NodeKind::Default:
    case NodeKind::Coalesce: mark_tail(static_cast<BinaryNode*>(node)->right); break;
    case NodeKind::Block: {
        auto& expressions = static_cast<BlockNode*>(node)->expressions;
        if (!expressions.empty()) mark_tail(expressions.back());
        break;
    }
    default: break;
    }
}

Node* Builder::condition(const Syntax& syntax)
{
    auto* node = make<ConditionNode>(NodeKind::Condition, syntax);
    node->condition = part(*syntax.left, *node);
    node->then = part(*syntax.right, *node);
    if (syntax.third != nullptr) node->otherwise = part(*syntax.third, *node);
    return node;
}

Node* Builder::transform(const Syntax& syntax)
{
    auto* node = make<TransformNode>(NodeKind::Transform, syntax);
    node->pattern = build(*syntax.left);
    node->update = build(*syntax.right);
    if (syntax.third != nullptr) node->deletion = build(*syntax.third);
    return node;
}

}  // namespace

tl::expected<Node*, Fault> build(const Syntax& syntax, Program& program)
{
    return Builder(program).run(syntax);
}

}  // namespace weft::jsonata
