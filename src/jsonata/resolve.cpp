// Places of variables, what is constant, and what an expression refers to.

#include "jsonata/builtin.h"
#include "jsonata/evaluator.h"
#include "jsonata/name_index.h"
#include "jsonata/tree.h"

#include "jsonata/functions/wtf8.h"

#include <algorithm>
#include <array>

namespace weft::jsonata {

namespace {

// The operators that came after the version AWS documents; functions have it in their own table.
struct OperatorAge {
    NodeKind kind;
    std::string_view text;
    std::string_view since;
};
constexpr std::array newer_operators{
    OperatorAge{NodeKind::Default, "?:", "2.1.0"},
    OperatorAge{NodeKind::Coalesce, "??", "2.1.0"},
};

// Runs over the tree once. `top` says that the context is the whole expression's input.
class Resolver {
public:
    explicit Resolver(Program& program)
        : m_program(program), m_ascii(functions::is_ascii(program.text))
    {
    }

    void run()
    {
        enter(m_program.scope.names, [&] { visit(m_program.root, true); });
        if (const json::Value* value = constant_of(*m_program.root)) m_program.constant = value;
    }

private:
    template <class F> void enter(const Names& names, F&& within)
    {
        const bool frame = !names.empty();
        if (frame) m_frames.push_back({&names, {}});
        within();
        if (frame) m_frames.pop_back();
    }

    void visit(Node*& node, bool top);
    void visit_kind(Node*& node, bool top);
    void visit_path(PathNode& path, bool top);
    void visit_series(Node*& node, bool top);
    void visit_variable(VariableNode& node, const PathNode* path, bool hint = false);
    void visit_hint(CallNode& call);
    void visit_group(Group& group, bool top)
    {
        for (auto& [key, value] : group.pairs) {
            visit(key, top);
            visit(value, top);
        }
    }
    void visit_stages(ArenaList<Stage>& stages)
    {
        for (Stage& stage : stages)
            if (stage.filter != nullptr) visit(stage.filter, false);
    }
    void layout(const Node& step, Names& names);
    void note_top(TopLevelUse::Kind kind, std::string_view text, std::size_t position)
    {
        m_program.top_level_uses.push_back({kind, std::string(text), offset(position)});
    }
    void note_operator(const Node& node)
    {
        const auto* row = std::ranges::find(newer_operators, node.kind, &OperatorAge::kind);
        if (row == newer_operators.end()) return;
        m_program.newer_uses.push_back({std::string(row->text), row->since, offset(node.position)});
    }
    static const json::Value* constant_of(const Node& node)
    {
        if (!node.plain) return nullptr;
        if (node.kind == NodeKind::Literal) return &static_cast<const LiteralNode&>(node).value;
        if (node.kind == NodeKind::Array) return static_cast<const ArrayNode&>(node).constant;
        if (node.kind == NodeKind::Object) return static_cast<const ObjectNode&>(node).constant;
        return nullptr;
    }
    static bool has_names(const Group& group)
    {
        constexpr std::size_t compared_max = 32;
        if (group.pairs.size() > compared_max) return false;
        for (std::size_t i = 0; i < group.pairs.size(); ++i) {
            const json::Value* key = constant_of(*group.pairs[i].key);
            if (group.pairs[i].key->kind != NodeKind::Literal || key == nullptr ||
                !key->is_string())
                return false;
            for (std::size_t k = 0; k < i; ++k)
                if (*constant_of(*group.pairs[k].key) == *key) return false;
        }
        return true;
    }
    // A step in brackets, `a.(b * c)`, where the brackets change nothing.
    static void unwrap_step(Node*& step)
    {
        if (step->kind != NodeKind::Block || !step->plain || step->tuple || step->cons_array)
            return;
        const auto& block = static_cast<const BlockNode&>(*step);
        if (block.expressions.size() != 1 || !block.scope.names.empty()) return;
        Node* only = block.expressions.front();
        switch (only->kind) {
        case NodeKind::Arithmetic:
        case NodeKind::Equality:
        case NodeKind::Comparison:
        case NodeKind::Logic:
        case NodeKind::Concat:
        case NodeKind::Object:
            if (only->plain) step = only;
            break;
        default: break;
        }
    }
    void fold(Node*& node, std::initializer_list<const Node*> parts)
    {
        if (!node->plain) return;
        for (const Node* part : parts)
            if (part == nullptr || constant_of(*part) == nullptr) return;
        std::optional<json::Value> value = evaluate_constant(m_program, *node);
        if (!value) return;
        auto* literal = m_program.arena.make<LiteralNode>();
        static_cast<Node&>(*literal) = *node;
        literal->kind = NodeKind::Literal;
        literal->value = std::move(*value);
        node = literal;
    }

    // In UTF-16 units, counted from the offset asked for last.
    std::size_t offset(std::size_t bytes)
    {
        if (m_ascii) return bytes;
        const std::string_view text = m_program.text;
        if (bytes >= m_last_bytes)
            m_last_units += utf16_offset(text.substr(m_last_bytes), bytes - m_last_bytes);
        else
            m_last_units -= utf16_offset(text.substr(bytes), m_last_bytes - bytes);
        m_last_bytes = bytes;
        return m_last_units;
    }

    Program& m_program;
    bool m_ascii;  // then bytes are UTF-16 units
    std::size_t m_last_bytes = 0;
    std::size_t m_last_units = 0;
    struct Frame {
        const Names* names;
        NameIndex index;
    };
    std::vector<Frame> m_frames;  // of the scopes around, the innermost last
    NameIndex m_external_index;
};

void Resolver::visit(Node*& node, bool top)
{
    Extras* extras = node->extras;
    if (extras != nullptr && extras->group == nullptr && extras->predicates.empty() &&
        extras->stages.empty() && extras->focus.empty() && extras->index.empty() &&
        extras->ancestor == nullptr)
        extras = node->extras = nullptr;
    node->plain = extras == nullptr && !node->keep_array;
    visit_kind(node, top);
    if (extras == nullptr || node->kind == NodeKind::Path) return;
    visit_stages(extras->predicates);
    if (extras->group != nullptr) visit_group(*extras->group, false);
}

void Resolver::visit_kind(Node*& node, bool top)
{
    switch (node->kind) {
    case NodeKind::Literal:
    case NodeKind::SoFar:
    case NodeKind::Placeholder:
    case NodeKind::Regex: break;
    case NodeKind::Name:
        if (top)
            note_top(TopLevelUse::Kind::Name, static_cast<NameNode*>(node)->name.view(),
                     node->position);
        break;
    case NodeKind::Wildcard:
        if (top) note_top(TopLevelUse::Kind::Name, "*", node->position);
        break;
    case NodeKind::Descendant:
        if (top) note_top(TopLevelUse::Kind::Name, "**", node->position);
        break;
    case NodeKind::Parent:
    case NodeKind::Variable: visit_variable(*static_cast<VariableNode*>(node), nullptr); break;
    case NodeKind::Context:
        if (top) note_top(TopLevelUse::Kind::Context, "$", node->position);
        break;
    case NodeKind::Root: note_top(TopLevelUse::Kind::Root, "$$", node->position); break;
    case NodeKind::Path: visit_path(*static_cast<PathNode*>(node), top); break;
    case NodeKind::Field: break;
    case NodeKind::Arithmetic:
    case NodeKind::Equality:
    case NodeKind::Comparison:
    case NodeKind::Logic:
    case NodeKind::Range:
    case NodeKind::In:
    case NodeKind::Apply:
    case NodeKind::Default:
    case NodeKind::Coalesce: {
        auto* binary = static_cast<BinaryNode*>(node);
        visit(binary->left, top);
        note_operator(*node);
        visit(binary->right, top);
        if (node->kind != NodeKind::Range && node->kind != NodeKind::Apply)
            fold(node, {binary->left, binary->right});
        break;
    }
    case NodeKind::Concat: {
        bool constant = true;
        for (ConcatNode::Part& one : static_cast<ConcatNode*>(node)->parts) {
            visit(one.node, top);
            constant = constant && constant_of(*one.node) != nullptr;
        }
        if (constant) fold(node, {});
        break;
    }
    case NodeKind::Series: visit_series(node, top); break;
    case NodeKind::Bind: {
        auto* bind = static_cast<BindNode*>(node);
        visit(bind->value, top);
        // The nearest scope that may bind; a path's tuples are passed over.
        for (std::size_t up = 0; up < m_frames.size(); ++up) {
            auto& [names, index] = m_frames[m_frames.size() - 1 - up];
            const std::uint32_t slot = index.find(*names, bind->name);
            if (slot == names->size() || names->front() == "@") continue;
            bind->place = {static_cast<std::uint32_t>(up), slot};
            break;
        }
        break;
    }
    case NodeKind::Negate: {
        auto* negate = static_cast<UnaryNode*>(node);
        visit(negate->operand, top);
        fold(node, {negate->operand});
        break;
    }
    case NodeKind::Array: {
        auto* array = static_cast<ArrayNode*>(node);
        bool constant = !array->cons_array && node->plain;
        for (Node*& item : array->items) {
            visit(item, top);
            constant = constant && constant_of(*item) != nullptr;
        }
        if (!constant) break;
        if (auto value = evaluate_constant(m_program, *node))
            array->constant = m_program.arena.make<json::Value>(std::move(*value));
        break;
    }
    case NodeKind::Object: {
        auto* object = static_cast<ObjectNode*>(node);
        visit_group(object->group, top);
        object->named = has_names(object->group);
        if (!node->plain) break;
        for (const auto& [key, value] : object->group.pairs)
            if (!constant_of(*key) || !constant_of(*value)) return;
        if (auto value = evaluate_constant(m_program, *node))
            object->constant = m_program.arena.make<json::Value>(std::move(*value));
        break;
    }
    case NodeKind::Block: {
        auto* block = static_cast<BlockNode*>(node);
        enter(block->scope.names, [&] {
            for (Node*& expression : block->expressions) visit(expression, top);
        });
        break;
    }
    case NodeKind::Condition: {
        auto* condition = static_cast<ConditionNode*>(node);
        visit(condition->condition, top);
        visit(condition->then, top);
        if (condition->otherwise != nullptr) visit(condition->otherwise, top);
        fold(node, {condition->condition, condition->then, condition->otherwise});
        break;
    }
    case NodeKind::Call:
    case NodeKind::Partial: {
        auto* call = static_cast<CallNode*>(node);
        visit(call->procedure, top);
        visit_hint(*call);
        for (Node*& argument : call->arguments) visit(argument, top);
        break;
    }
    case NodeKind::Lambda: {
        auto* lambda = static_cast<LambdaNode*>(node);
        enter(lambda->scope.names, [&] { visit(lambda->body, top); });
        break;
    }
    case NodeKind::Transform: {
        auto* transform = static_cast<TransformNode*>(node);
        visit(transform->pattern, false);
        visit(transform->update, false);
        if (transform->deletion != nullptr) visit(transform->deletion, false);
        break;
    }
    case NodeKind::Sort:
        for (auto& [term, descending] : static_cast<SortNode*>(node)->terms) visit(term, false);
        break;
    }
}

void Resolver::visit_series(Node*& node, bool top)
{
    auto& series = static_cast<SeriesNode&>(*node);
    visit(series.first, top);
    bool constant = constant_of(*series.first) != nullptr;
    for (Node*& link : series.links) {
        visit(link, top);
        if (link->kind != NodeKind::Concat) {
            constant = constant && constant_of(*static_cast<BinaryNode*>(link)->right) != nullptr;
            continue;
        }
        const auto& parts = static_cast<ConcatNode*>(link)->parts;
        for (std::size_t i = 1; i < parts.size(); ++i)
            constant = constant && constant_of(*parts[i].node) != nullptr;
    }
    if (constant) fold(node, {});
}

void Resolver::visit_variable(VariableNode& node, const PathNode* path, bool hint)
{
    const std::string_view name = node.ancestor != nullptr ? node.ancestor->label : node.name;
    std::uint32_t hops = 0;
    for (auto frame = m_frames.rbegin(); frame != m_frames.rend(); ++frame, ++hops) {
        const std::uint32_t slot = frame->index.find(*frame->names, name);
        if (slot != frame->names->size()) node.places.push(m_program.arena, {hops, slot});
    }
    if (node.ancestor != nullptr) return;
    auto& externals = m_program.externals;
    node.external = m_external_index.find(externals, name);
    node.outside = true;
    if (node.external == externals.size()) externals.push_back(name);
    node.builtin = find_builtin(name, m_program.dialect);
    if (node.places.empty() && node.builtin != nullptr && !node.builtin->since.empty() && !hint)
        m_program.newer_uses.push_back(
            {"$" + std::string(name), node.builtin->since, offset(node.position)});
    if (!node.places.empty() || node.builtin != nullptr || hint) return;
    Reference reference{name, {}, offset(node.position)};
    if (path != nullptr && node.extras == nullptr) {
        const auto& steps = path->steps;
        auto* names = m_program.arena.room<std::string_view>(steps.size());
        std::size_t count = 0;
        for (std::size_t i = 1; i < steps.size() && steps[i]->kind == NodeKind::Name; ++i) {
            new (names + count++)
                std::string_view(static_cast<const NameNode*>(steps[i])->name.view());
            if (steps[i]->extras != nullptr) break;
        }
        reference.path = {names, count};
    }
    m_program.references.push_back(reference);
}

void Resolver::visit_hint(CallNode& call)
{
    const Node& procedure = *call.procedure;
    if (procedure.kind != NodeKind::Path && procedure.kind != NodeKind::Field) return;
    const Node& step = *static_cast<const PathNode&>(procedure).steps.front();
    if (step.kind != NodeKind::Name) return;
    call.hint = m_program.arena.make<VariableNode>();
    call.hint->kind = NodeKind::Variable;
    call.hint->name = static_cast<const NameNode&>(step).name.view();
    visit_variable(*call.hint, nullptr, true);
}

// Adds the names that a step binds in its path's tuples.
void Resolver::layout(const Node& step, Names& names)
{
    const auto add = [&](std::string_view name) {
        if (name.empty()) return std::uint32_t{0};
        const auto known = std::find(names.begin(), names.end(), name);
        const auto slot = static_cast<std::uint32_t>(known - names.begin());
        if (known == names.end()) names.push(m_program.arena, name);
        return slot;
    };
    if (Extras* extras = step.extras) {
        extras->focus_slot = add(extras->focus);
        extras->index_slot = add(extras->index);
        if (extras->ancestor != nullptr) extras->ancestor_slot = add(extras->ancestor->label);
        for (Stage& stage : extras->stages) stage.slot = add(stage.index);
    }
    // What a stream of tuples within the step binds is merged into this one.
    if (!step.tuple) return;
    if (step.kind == NodeKind::Block) {
        const auto& block = static_cast<const BlockNode&>(step);
        if (!block.expressions.empty()) layout(*block.expressions.back(), names);
    } else if (step.kind == NodeKind::Path) {
        Names inner;
        inner.push(m_program.arena, "@");
        for (const Node* one : static_cast<const PathNode&>(step).steps) layout(*one, inner);
        for (std::size_t i = 1; i < inner.size(); ++i) add(inner[i]);
    }
}

void Resolver::visit_path(PathNode& path, bool top)
{
    for (const Node* step : path.steps) path.streams = path.streams || step->tuple;
    if (path.streams) {
        path.layout.push(m_program.arena, "@");
        for (const Node* step : path.steps) layout(*step, path.layout);
    }
    bool streaming = false;
    for (std::size_t i = 0; i < path.steps.size(); ++i) {
        Node*& step = path.steps[i];
        const bool first_stream = step->tuple && !streaming;
        streaming = streaming || step->tuple;
        const bool here = top && i == 0;
        const auto visit_step = [&] {
            Extras* extras = step->extras;
            if (i == 0 && step->kind == NodeKind::Variable) {
                step->plain = extras == nullptr && !step->keep_array;
                visit_variable(*static_cast<VariableNode*>(step), &path);
                if (extras != nullptr) visit_stages(extras->predicates);
            } else {
                visit(step, here);
            }
        };
        // A consarray at the front, and a sort that begins a stream, see no tuple yet.
        const bool outside = !streaming || (i == 0 && step->cons_array) ||
                             (first_stream && step->kind == NodeKind::Sort);
        if (outside) {
            visit_step();
        } else {
            enter(path.layout, visit_step);
        }
        unwrap_step(step);
        if (step->extras == nullptr) continue;
        if (streaming) {
            enter(path.layout, [&] { visit_stages(step->extras->stages); });
        } else {
            visit_stages(step->extras->stages);
        }
    }
    if (path.extras != nullptr) {
        visit_stages(path.extras->predicates);
        if (path.extras->group != nullptr) {
            if (path.streams) {
                enter(path.layout, [&] { visit_group(*path.extras->group, false); });
            } else {
                visit_group(*path.extras->group, false);
            }
        }
    }
    const bool simple = path.steps.size() == 1 && path.steps[0]->kind == NodeKind::Name &&
                        path.steps[0]->plain && path.extras == nullptr && !path.keep_singleton &&
                        !path.keep_array && !path.tuple && !path.streams;
    if (simple) path.kind = NodeKind::Field;
    path.reads = path.steps[0]->kind == NodeKind::Variable && path.steps[0]->plain &&
                 path.extras == nullptr && !path.keep_singleton && !path.streams;
    for (std::size_t i = 1; i < path.steps.size(); ++i)
        path.reads = path.reads && path.steps[i]->kind == NodeKind::Name && path.steps[i]->plain;
}

}  // namespace

void resolve(Program& program)
{
    Resolver(program).run();
}

}  // namespace weft::jsonata
