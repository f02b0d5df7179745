#include "jsonata/ancestry.h"

#include <fmt/format.h>

namespace weft::jsonata {

namespace {

// What the reference calls the type of a node, in S0217.
std::string_view type_name(const Node& node)
{
    switch (node.kind) {
    case NodeKind::Literal: {
        const json::Value& value = static_cast<const LiteralNode&>(node).value;
        return value.is_string() ? "string" : value.is_number() ? "number" : "value";
    }
    case NodeKind::Name: return "name";
    case NodeKind::Wildcard: return "wildcard";
    case NodeKind::Descendant: return "descendant";
    case NodeKind::Parent: return "parent";
    case NodeKind::Variable:
    case NodeKind::Context:
    case NodeKind::Root: return "variable";
    case NodeKind::Path:
    case NodeKind::Field: return "path";
    case NodeKind::Apply: return "apply";
    case NodeKind::Bind: return "bind";
    case NodeKind::Negate:
    case NodeKind::Array:
    case NodeKind::Object: return "unary";
    case NodeKind::Block: return "block";
    case NodeKind::Condition:
    case NodeKind::Default:
    case NodeKind::Coalesce: return "condition";
    case NodeKind::Call: return "function";
    case NodeKind::Partial: return "partial";
    case NodeKind::Placeholder: return "operator";
    case NodeKind::Lambda: return "lambda";
    case NodeKind::Transform: return "transform";
    case NodeKind::Regex: return "regex";
    case NodeKind::Sort: return "sort";
    case NodeKind::Series: return type_name(*static_cast<const SeriesNode&>(node).links.back());
    default: return "binary";
    }
}

}  // namespace

Ancestor* Ancestry::make()
{
    auto* ancestor = m_arena.make<Ancestor>();
    ancestor->label = m_arena.copy(fmt::format("!{}", m_labels++));
    return ancestor;
}

Fault Ancestry::fault(const Node& node)
{
    Fault fault;
    fault.kind = FaultKind::Syntax;
    fault.code = "S0217";
    fault.token = json::Value(type_name(node));
    if (node.kind != NodeKind::Path && node.kind != NodeKind::Parent)
        fault.position = node.position;
    return fault;
}

void Ancestry::pass_up(Node& owner, const Node& value)
{
    if (value.extras != nullptr)
        for (Ancestor* slot : value.extras->seeking)
            extras_of(owner, m_arena).seeking.push(m_arena, slot);
    if (value.kind == NodeKind::Parent)
        extras_of(owner, m_arena)
            .seeking.push(m_arena, static_cast<const VariableNode&>(value).ancestor);
}

void Ancestry::leave_predicate(Node& step, const Node& predicate)
{
    if (predicate.extras != nullptr) {
        for (Ancestor* slot : predicate.extras->seeking) {
            if (slot->level == 1) {
                seek(step, *slot);
            } else {
                --slot->level;
            }
        }
    }
    pass_up(step, predicate);
}

void Ancestry::seek(Node& node, Ancestor& slot)
{
    switch (node.kind) {
    case NodeKind::Name:
    case NodeKind::Wildcard:
        if (--slot.level == 0) {
            Extras& more = extras_of(node, m_arena);
            if (more.ancestor != nullptr) slot.label = more.ancestor->label;
            more.ancestor = &slot;
            node.tuple = true;
        }
        break;
    case NodeKind::Parent: ++slot.level; break;
    case NodeKind::Block: {
        auto& block = static_cast<BlockNode&>(node);
        if (block.expressions.empty()) break;
        node.tuple = true;
        seek(*block.expressions.back(), slot);
        break;
    }
    case NodeKind::Path: {
        auto& path = static_cast<PathNode&>(node);
        node.tuple = true;
        std::size_t at = path.steps.size();
        seek(*path.steps[--at], slot);
        while (slot.level > 0 && at > 0 && m_refused == nullptr) seek(*path.steps[--at], slot);
        break;
    }
    default:
        if (m_refused == nullptr) m_refused = &node;
    }
}

void Ancestry::resolve(PathNode& path)
{
    const auto binds = [](const Node* one) { return one->extras && !one->extras->focus.empty(); };
    const auto resolve_slot = [&](Ancestor* slot) {
        std::size_t left = path.steps.size() - 1;
        while (slot->level > 0 && m_refused == nullptr) {
            if (left == 0) {
                extras_of(path, m_arena).seeking.push(m_arena, slot);
                break;
            }
            Node* step = path.steps[--left];
            // Steps in a row that bind a context variable stand on the same item.
            while (left > 0 && binds(step) && binds(path.steps[left - 1]))
                step = path.steps[--left];
            seek(*step, *slot);
        }
    };
    Node& last = *path.steps.back();
    if (last.extras != nullptr)
        for (Ancestor* slot : last.extras->seeking) resolve_slot(slot);
    if (last.kind == NodeKind::Parent) resolve_slot(static_cast<VariableNode&>(last).ancestor);
}

}  // namespace weft::jsonata
