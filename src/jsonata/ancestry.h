#pragma once

#include "jsonata/tree.h"

namespace weft::jsonata {

// Finds what each `%` stands for while the tree is built: the step of a path that yields the item
// so many levels up. A search that the tree so far cannot end is left to what the tree becomes a
// part of. (JSONata, Path operators, %: https://docs.jsonata.org/path-operators)
class Ancestry {
public:
    explicit Ancestry(Arena& arena) : m_arena(arena) {}

    // What a new `%` seeks.
    Ancestor* make();
    // `owner` from now on seeks what its part `value` seeks.
    void pass_up(Node& owner, const Node& value);
    // A predicate of a step: its `%` is what the step's item is a part of.
    void leave_predicate(Node& step, const Node& predicate);
    // The searches of a path's last step go on in the steps before it.
    void resolve(PathNode& path);

    static bool seeks(const Node& node)
    {
        return node.kind == NodeKind::Parent || (node.extras && !node.extras->seeking.empty());
    }
    // The node in which a search came to nothing; null: none has.
    const Node* refused() const { return m_refused; }
    // S0217 for such a node.
    static Fault fault(const Node& node);

private:
    void seek(Node& node, Ancestor& slot);

    Arena& m_arena;
    const Node* m_refused = nullptr;
    int m_labels = 0;
};

}  // namespace weft::jsonata
