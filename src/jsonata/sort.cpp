// The order-by operator: ^(term, >term).
// JSONata, Order-by: https://docs.jsonata.org/path-operators#---order-by

#include "jsonata/evaluator.h"
#include "jsonata/merge_sort.h"

namespace weft::jsonata {

// Terms are evaluated once for each item, and later terms only for items that tie.
Item Evaluator::sort(const SortNode& node, const ArrayView& input, Frame* frame)
{
    const std::size_t size = input.size();
    if (size == 0) return {};
    if (size == 1) {
        List* one = List::make(true);
        one->push(input.at(0));
        return Item::own(one);
    }
    const std::size_t terms = node.terms.size();
    if (!can_hold(size * terms * sizeof(Item))) return Item(Item::Tag::Failed);
    std::vector<Item> keys(size * terms, Item(Item::Tag::Unset));
    const auto key = [&](std::uint32_t item, std::size_t term) -> const Item& {
        Item& known = keys[item * terms + term];
        if (known.is_unset()) {
            const Item one = input.at(item);
            Frame* tuple = one.frame();
            known = tuple != nullptr ? evaluate(*node.terms[term].term, tuple->slots()[0], tuple)
                                     : evaluate(*node.terms[term].term, one, frame);
        }
        return known;
    };
    const auto refuse = [&](const char* code, const Item& value) {
        fail(code, value);
        m_fault.position = node.position;
        return Order::Failed;
    };
    const auto order = [&](std::uint32_t left, std::uint32_t right) {
        if (++m_steps >= 64 && !spend(0)) return Order::Failed;
        for (std::size_t term = 0; term < terms; ++term) {
            const Item& a = key(left, term);
            if (a.failed()) return Order::Failed;
            const Item& b = key(right, term);
            if (b.failed()) return Order::Failed;
            // What is undefined goes last.
            if (a.is_undefined()) {
                if (b.is_undefined()) continue;
                return Order::Swap;
            }
            if (b.is_undefined()) return Order::Keep;
            const auto sortable = [](const Item& one) {
                return one.is_number() || one.is_string();
            };
            if (!sortable(a) || !sortable(b)) return refuse("T2008", sortable(a) ? b : a);
            if (a.is_number() != b.is_number()) {
                refuse("T2007", a);
                json::Value other;
                if (to_json(b, other, Form::Outcome)) m_fault.value2 = std::move(other);
                return Order::Failed;
            }
            int compared = 0;
            if (a.is_number()) {
                const double x = a.number();
                const double y = b.number();
                compared = x == y ? 0 : x < y ? -1 : 1;
            } else {
                compared = compare_texts(a.text(), b.text());
            }
            if (compared == 0) continue;
            return (compared > 0) != node.terms[term].descending ? Order::Swap : Order::Keep;
        }
        return Order::Keep;
    };
    std::vector<std::uint32_t> positions = positions_of(size);
    if (!merge_sort(positions, order)) return Item(Item::Tag::Failed);
    List* out = List::make();
    Item result = Item::own(out);
    out->reserve(size);
    for (const std::uint32_t at : positions) out->push(input.at(at));
    return result;
}

}  // namespace weft::jsonata
