#pragma once

#include "jsonata/syntax.h"

namespace weft::jsonata {

inline bool same_tree(const Syntax* left, const Syntax* right);

// But for their left parts.
inline bool same_node(const Syntax* left, const Syntax* right)
{
    const bool same =
        left->kind == right->kind && left->keep_array == right->keep_array &&
        left->token.type == right->token.type && left->token.text == right->token.text &&
        left->token.flags == right->token.flags && left->signature_text == right->signature_text &&
        left->items.size() == right->items.size() && left->pairs.size() == right->pairs.size() &&
        left->terms.size() == right->terms.size();
    if (!same || !same_tree(left->right, right->right)) return false;
    if (left->kind != SyntaxKind::Filter && !same_tree(left->third, right->third)) return false;
    for (std::size_t i = 0; i < left->items.size(); ++i)
        if (!same_tree(left->items[i], right->items[i])) return false;
    for (std::size_t i = 0; i < left->pairs.size(); ++i)
        if (!same_tree(left->pairs[i].key, right->pairs[i].key) ||
            !same_tree(left->pairs[i].value, right->pairs[i].value))
            return false;
    for (std::size_t i = 0; i < left->terms.size(); ++i)
        if (left->terms[i].descending != right->terms[i].descending ||
            !same_tree(left->terms[i].term, right->terms[i].term))
            return false;
    return true;
}

// Whether two trees say the same, wherever in their texts. Left parts may be as deep as the text.
inline bool same_tree(const Syntax* left, const Syntax* right)
{
    for (; left != nullptr && right != nullptr; left = left->left, right = right->left)
        if (!same_node(left, right)) return false;
    return left == right;
}

}  // namespace weft::jsonata
