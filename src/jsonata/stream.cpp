// Paths that bind what they pass: @$name, #$name and %. Each item becomes a tuple of itself and
// what is bound, in a frame whose first slot is the item. JSONata, Positional and context variable
// binding: https://docs.jsonata.org/path-operators

#include "jsonata/evaluator.h"

#include <algorithm>

namespace weft::jsonata {

namespace {

using Layout = Names;

Item stream_of(const Layout& layout)
{
    List* list = List::make(true);
    list->tuples = true;
    list->layout = &layout;
    return Item::own(list);
}

Frame* copy_tuple(Frame* tuple)
{
    Frame* copy = Frame::make(tuple->parent, tuple->size);
    std::copy_n(tuple->slots(), tuple->size, copy->slots());
    return copy;
}

// Sets the slots that a tuple of another path has names for, the item among them.
void merge(Frame* into, const Layout& layout, Frame* from, const Layout& other)
{
    for (std::size_t i = 0; i < other.size(); ++i) {
        const auto slot = std::find(layout.begin(), layout.end(), other[i]);
        if (slot != layout.end() && !from->slots()[i].is_unset())
            into->slots()[slot - layout.begin()] = from->slots()[i];
    }
}

}  // namespace

Item Evaluator::stream_path(const PathNode& node, const Item& input, Frame* frame)
{
    const NodeKind first = node.steps[0]->kind;
    const bool variable =
        first == NodeKind::Variable || first == NodeKind::Context || first == NodeKind::Root;
    Item items = input;  // the sequence before the first tuple
    if (!input.is_array() || variable) {
        List* list = List::make(true);
        list->push(input);
        items = Item::own(list);
    }
    Item tuples;
    bool streaming = false;
    for (std::size_t i = 0; i < node.steps.size(); ++i) {
        const Node& one = *node.steps[i];
        streaming = streaming || one.tuple;
        if (i == 0 && one.cons_array) {
            items = evaluate(one, items, frame);
            if (items.failed()) return items;
        } else if (streaming) {
            tuples = stream_step(node, one, items, std::move(tuples), frame);
            if (tuples.failed()) return tuples;
        } else {
            bool single = false;
            Item result;
            if (one.kind == NodeKind::Sort) {
                result = sort(static_cast<const SortNode&>(one), ArrayView(items), frame);
                if (!result.failed() && one.extras != nullptr)
                    result = stages(one.extras->stages, std::move(result), frame);
            } else {
                const bool last = i + 1 == node.steps.size();
                result = step(one, ArrayView(items), frame, last, single);
            }
            if (result.failed()) return result;
            if (result.is_undefined()) return finish_path(node, Item(), false, frame);
            if (single) {
                List* list = List::make(true);
                list->push(std::move(result));
                result = Item::own(list);
            }
            items = std::move(result);
        }
    }
    if (!streaming || tuples.list() == nullptr) return finish_path(node, items, false, frame);
    if (node.extras != nullptr && node.extras->group != nullptr)
        return group(*node.extras->group, tuples, frame);
    if (node.tuple) return tuples;
    List* out = List::make(true);
    Item result = Item::own(out);
    const List& stream = *tuples.list();
    out->reserve(stream.size());
    for (const Item& tuple : stream.items) {
        const Item& item = tuple.frame()->slots()[0];
        if (!item.is_unset()) out->push(item);
    }
    return finish_path(node, std::move(result), false, frame);
}

Item Evaluator::stream_step(const PathNode& path, const Node& node, const Item& input, Item tuples,
                            Frame* frame)
{
    const Extras* extras = node.extras;
    const Layout& layout = path.layout;
    if (node.kind == NodeKind::Sort) {
        const bool sorts_tuples = !tuples.is_undefined();
        Item sorted = sort(static_cast<const SortNode&>(node),
                           ArrayView(sorts_tuples ? tuples : input), frame);
        if (sorted.failed()) return sorted;
        Item result = stream_of(layout);
        const ArrayView items(std::move(sorted));
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (sorts_tuples) {
                result.list()->push(items.at(i));
                continue;
            }
            Frame* tuple = Frame::make(frame, layout.size());
            tuple->slots()[0] = items.at(i);
            if (extras != nullptr && !extras->index.empty())
                tuple->slots()[extras->index_slot] = Item(static_cast<double>(i));
            result.list()->push(Item::own(tuple));
        }
        return extras != nullptr ? stages(extras->stages, std::move(result), frame) : result;
    }
    if (tuples.is_undefined()) {
        tuples = stream_of(layout);
        const ArrayView items(input);
        if (!spend(items.size())) return Item(Item::Tag::Failed);
        for (std::size_t i = 0; i < items.size(); ++i) {
            Frame* tuple = Frame::make(frame, layout.size());
            tuple->slots()[0] = items.at(i);
            tuples.list()->push(Item::own(tuple));
        }
    }
    Item result = stream_of(layout);
    List& out = *result.list();
    for (const Item& held : tuples.list()->items) {
        Frame* tuple = held.frame();
        Item found = evaluate(node, tuple->slots()[0], tuple);
        if (found.failed()) return found;
        if (found.is_undefined()) continue;
        const List* inner =
            found.list() != nullptr && found.list()->tuples ? found.list() : nullptr;
        const ArrayView items(found);
        if (!spend(items.size())) return Item(Item::Tag::Failed);
        for (std::size_t i = 0; i < items.size(); ++i) {
            Frame* made = copy_tuple(tuple);
            out.push(Item::own(made));
            if (inner != nullptr) {
                merge(made, layout, inner->items[i].frame(), *inner->layout);
                continue;
            }
            Item item = items.at(i);
            if (extras != nullptr && !extras->focus.empty()) {
                made->slots()[extras->focus_slot] = std::move(item);
            } else {
                made->slots()[0] = std::move(item);
            }
            if (extras == nullptr) continue;
            if (!extras->index.empty())
                made->slots()[extras->index_slot] = Item(static_cast<double>(i));
            if (extras->ancestor != nullptr)
                made->slots()[extras->ancestor_slot] = tuple->slots()[0];
        }
    }
    return extras != nullptr ? stages(extras->stages, std::move(result), frame) : result;
}

// One tuple of many: what each binds, appended.
Item Evaluator::reduce_tuples(const List& tuples, Frame* frame)
{
    Frame* first = tuples.items[0].frame();
    Frame* made = copy_tuple(first);
    Item result = Item::own(made);
    (void)frame;
    if (tuples.size() == 1) return result;
    for (std::uint32_t slot = 0; slot < made->size; ++slot) {
        List* list = List::make();
        Item all = Item::own(list);
        std::size_t bound = 0;
        for (const Item& tuple : tuples.items) {
            if (slot >= tuple.frame()->size) continue;
            const Item& item = tuple.frame()->slots()[slot];
            if (item.is_unset() || item.is_undefined()) continue;
            ++bound;
            const ArrayView parts(item);
            for (std::size_t i = 0; i < parts.size(); ++i) list->push(parts.at(i));
        }
        if (!spend(list->size())) return Item(Item::Tag::Failed);
        if (bound > 1) made->slots()[slot] = std::move(all);
    }
    return result;
}

}  // namespace weft::jsonata
