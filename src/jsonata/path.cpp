// Paths: steps, predicates, and what a field, * and ** find.
// JSONata, Path operators: https://docs.jsonata.org/path-operators

#include "jsonata/evaluator.h"

#include <cmath>

namespace weft::jsonata {

namespace {

bool is_variable(const Node& node)
{
    return node.kind == NodeKind::Variable || node.kind == NodeKind::Context ||
           node.kind == NodeKind::Root;
}

bool is_cons(const Item& item)
{
    const List* list = item.list();
    return list != nullptr && list->cons;
}

// A sequence of one.
Item sequence_of(Item item)
{
    List* list = List::make(true);
    list->push(std::move(item));
    return Item::own(list);
}

// Adds a step's result to its sequence: the items of an array, unless it was written as one thing.
void flatten_into(List& out, Item item)
{
    if (!item.is_array() || is_cons(item)) {
        out.push(std::move(item));
        return;
    }
    const ArrayView items(std::move(item));
    out.reserve(out.size() + items.size());
    for (std::size_t i = 0; i < items.size(); ++i) out.push(items.at(i));
}

}  // namespace

// The field of an object; of an array, the fields of its items one after the other.
Item Evaluator::lookup(const Item& input, const NameNode& name)
{
    if (!input.is_array()) return field_of(input, name.name);
    if (!stack_left()) return Item(Item::Tag::Failed);
    const ArrayView items(input);
    if (!spend(items.size())) return Item(Item::Tag::Failed);
    List* out = List::make(true);
    Item result = Item::own(out);
    for (std::size_t i = 0; i < items.size(); ++i) {
        Item found = lookup(items.at(i), name);
        if (found.failed()) return found;
        if (found.is_undefined()) continue;
        const ArrayView parts(std::move(found));
        for (std::size_t k = 0; k < parts.size(); ++k) out->push(parts.at(k));
    }
    return result;
}

Item Evaluator::wildcard(const Item& input)
{
    Item object = input;
    if (const List* list = input.list(); list != nullptr && list->outer_wrapper)
        object = list->items[0];
    List* out = List::make(true);
    Item result = Item::own(out);
    const auto add = [&](Item value) {
        if (!value.is_array()) {
            out->push(std::move(value));
            return;
        }
        // All the way down, without recursion.
        out->sequence = false;
        std::vector<std::pair<ArrayView, std::size_t>> open;
        open.emplace_back(ArrayView(std::move(value)), 0);
        while (!open.empty()) {
            auto& [items, at] = open.back();
            if (at == items.size()) {
                open.pop_back();
                continue;
            }
            Item item = items.at(at++);
            if (item.is_array()) {
                open.emplace_back(ArrayView(std::move(item)), 0);
            } else {
                out->push(std::move(item));
            }
        }
    };
    if (object.is_array()) {
        const ArrayView items(object);
        if (!spend(items.size())) return Item(Item::Tag::Failed);
        for (std::size_t i = 0; i < items.size(); ++i) add(items.at(i));
    } else {
        for_each_member(object, [&](const json::String&, Item item) {
            add(std::move(item));
            return true;
        });
    }
    return spend(out->size()) ? result : Item(Item::Tag::Failed);
}

Item Evaluator::descendants(const Item& input)
{
    if (input.is_undefined()) return {};
    List* out = List::make(true);
    Item result = Item::own(out);
    descend(input, *out);
    return m_failed ? Item(Item::Tag::Failed) : result;
}

void Evaluator::descend(const Item& input, List& out)
{
    if (!stack_left() || !spend(1)) return;
    if (input.is_array()) {
        const ArrayView items(input);
        for (std::size_t i = 0; i < items.size() && !m_failed; ++i) descend(items.at(i), out);
        return;
    }
    out.push(input);
    for_each_member(input, [&](const json::String&, const Item& item) {
        descend(item, out);
        return !m_failed;
    });
}

// A path of one name.
Item Evaluator::field(const PathNode& node, const Item& input, Frame* frame)
{
    if (m_depth >= m_environment.limits.depth_max) {
        over_limit("U1001");
        return Item(Item::Tag::Failed);
    }
    if (input.is_array()) return path(node, input, frame);
    return field_of(input, node.field());
}

// What the predicates of a step make of nothing: they are asked of one item that is nothing, and
// where they hold, that item is what the next step is done with (Unset).
Item Evaluator::filter_nothing(const ArenaList<Stage>& stages, Frame* frame)
{
    const auto is_first = [](double number) {
        number = std::floor(number);
        return number == 0 || number == -1;
    };
    for (const Stage& stage : stages) {
        const Node& predicate = *stage.filter;
        if (predicate.kind == NodeKind::Literal && predicate.plain &&
            static_cast<const LiteralNode&>(predicate).value.is_number())
            return {};
        const Item asked = evaluate(predicate, Item(), frame);
        if (asked.failed()) return asked;
        bool holds = asked.is_number() ? is_first(asked.number()) : is_true(asked);
        if (asked.is_array()) {
            const ArrayView indices(asked);
            bool numbers = true;
            bool first = false;
            for (std::size_t k = 0; k < indices.size() && numbers; ++k) {
                numbers = indices.at(k).is_number();
                first = first || (numbers && is_first(indices.at(k).number()));
            }
            if (numbers) holds = first;
        }
        if (!holds) return {};
    }
    return Item(Item::Tag::Unset);
}

Item Evaluator::step_once(const Node& node, const Item& input, Frame* frame)
{
    if (node.kind == NodeKind::Name && node.plain && !input.is_array()) {
        ++m_steps;
        return field_of(input, static_cast<const NameNode&>(node).name);
    }
    Item result = evaluate(node, input, frame);
    if (node.extras == nullptr || result.failed()) return result;
    if (result.is_undefined() && !node.extras->stages.empty())
        return filter_nothing(node.extras->stages, frame);
    for (const Stage& stage : node.extras->stages) {
        result = filter(*stage.filter, result, frame);
        if (result.failed()) break;
        if (result.list() != nullptr && result.list()->size() == 0) return {};
    }
    return result;
}

// A step on each item of an array. The result is a sequence, or with `single` the one item that
// would be in it; undefined if there is none.
Item Evaluator::step(const Node& node, const ArrayView& input, Frame* frame, bool last,
                     bool& single, bool drop_nothing)
{
    single = false;
    if (m_steps += static_cast<std::uint32_t>(input.size() / 4); !spend(0))
        return Item(Item::Tag::Failed);
    Item first;
    List* out = nullptr;
    Item result;
    for (std::size_t i = 0; i < input.size(); ++i) {
        Item of = input.at(i);
        if (of.is_unset()) of = Item();
        Item item = step_once(node, of, frame);
        if (item.failed()) return item;
        if (item.is_undefined() || (item.is_unset() && drop_nothing)) continue;
        if (out == nullptr) {
            if (first.is_undefined()) {
                first = std::move(item);
                continue;
            }
            out = List::make(true);
            result = Item::own(out);
            flatten_into(*out, std::move(first));
        }
        flatten_into(*out, std::move(item));
    }
    if (out != nullptr) return result;
    if (first.is_array() && !is_cons(first)) {
        if (last && !first.is_sequence()) return first;
        out = List::make(true);
        result = Item::own(out);
        flatten_into(*out, std::move(first));
        return result;
    }
    single = true;
    return first;
}

// $name.a.b.c where all but the last are objects, which needs no sequence. Unset: it is not so.
Item Evaluator::read(const PathNode& node, Frame* frame)
{
    const Item start = variable(static_cast<const VariableNode&>(*node.steps[0]), frame);
    if (!start.is_reference()) return Item(Item::Tag::Unset);
    const json::Value* at = start.json();
    m_steps += static_cast<std::uint32_t>(node.steps.size());
    if (!walk(node, at)) return Item(Item::Tag::Unset);
    return at != nullptr ? Item::reference(at) : Item();
}

Item Evaluator::path(const PathNode& node, const Item& input, Frame* frame)
{
    if (node.reads) {
        Item found = read(node, frame);
        if (!found.is_unset()) return found;
    }
    if (node.streams) return stream_path(node, input, frame);
    Item current = input;
    // Whether `current` is the only item, or an array of them.
    bool single = !(input.is_array() && !is_variable(*node.steps[0]));
    for (std::size_t i = 0; i < node.steps.size(); ++i) {
        const Node& step_node = *node.steps[i];
        const bool last = i + 1 == node.steps.size();
        if (i == 0 && step_node.cons_array) {
            current = evaluate(step_node, single ? sequence_of(current) : current, frame);
            if (current.failed()) return current;
            single = !current.is_array();
        } else if (step_node.kind == NodeKind::Sort) {
            if (!single || step_node.extras != nullptr) {
                current = sort(static_cast<const SortNode&>(step_node), ArrayView(current), frame);
                if (current.failed()) return current;
                if (step_node.extras != nullptr)
                    current = stages(step_node.extras->stages, std::move(current), frame);
                if (current.failed()) return current;
                single = !current.is_array();
            }
        } else if (!single) {
            const Item items = std::move(current);
            current = step(step_node, ArrayView(items), frame, last, single,
                           last || node.steps[i + 1]->kind == NodeKind::Sort);
            if (current.failed()) return current;
        } else {
            current = step_once(step_node, current, frame);
            if (current.failed()) return current;
            if (current.is_array() && !is_cons(current)) {
                single = false;
                // A new sequence of the same items.
                const List* list = current.list();
                if (list != nullptr && list->sequence && list->keep_singleton) {
                    List* out = List::make(true);
                    for (std::size_t k = 0; k < list->size(); ++k) out->push(list->at(k));
                    current = Item::own(out);
                }
            }
        }
        if (current.is_unset()) {
            current = Item();
            if (!last && node.steps[i + 1]->kind != NodeKind::Sort) continue;
        }
        if (current.is_undefined()) break;
        if (!single && !last && ArrayView(current).size() == 0) {
            current = Item();
            break;
        }
    }
    return finish_path(node, std::move(current), single, frame);
}

Item Evaluator::finish_path(const PathNode& node, Item result, bool single, Frame* frame)
{
    if (node.keep_singleton && !result.is_undefined()) {
        const List* list = result.list();
        if (single || (list != nullptr && list->cons && !list->sequence))
            result = sequence_of(std::move(result));
        if (List* own = result.list()) {
            if (own->references > 1 && own->size() == 1) {
                result = sequence_of(own->at(0));
                own = result.list();
            }
            own->keep_singleton = true;
        }
    }
    if (node.extras != nullptr && node.extras->group != nullptr) {
        if (single && result.is_array()) result = sequence_of(std::move(result));
        return group(*node.extras->group, result, frame);
    }
    return result;
}

Item Evaluator::stages(const ArenaList<Stage>& stages, Item result, Frame* frame)
{
    for (const Stage& stage : stages) {
        if (stage.filter != nullptr) {
            result = filter(*stage.filter, result, frame);
            if (result.failed()) return result;
            continue;
        }
        const List* list = result.list();
        if (list == nullptr || !list->tuples) continue;
        for (std::size_t i = 0; i < list->size(); ++i)
            list->items[i].frame()->slots()[stage.slot] = Item(static_cast<double>(i));
    }
    return result;
}

// A predicate: a number picks an item, anything else is asked of each.
Item Evaluator::filter(const Node& predicate, const Item& input, Frame* frame)
{
    const bool tuples = input.list() != nullptr && input.list()->tuples;
    if (predicate.kind == NodeKind::Literal && predicate.plain) {
        const json::Value& value = static_cast<const LiteralNode&>(predicate).value;
        if (value.is_number()) {
            const ArrayView items(input);
            double index = std::floor(value.as_double());
            if (index < 0) index += static_cast<double>(items.size());
            Item found = index >= 0 && index < static_cast<double>(items.size())
                             ? items.at(static_cast<std::size_t>(index))
                             : Item();
            if (!tuples) return found;
            List* out = List::make(true);
            out->tuples = true;
            out->layout = input.list()->layout;
            if (!found.is_undefined()) out->push(std::move(found));
            return Item::own(out);
        }
    }
    if (input.is_undefined()) {
        const Item asked = evaluate(predicate, input, frame);
        return asked.failed() ? asked : Item();
    }
    const ArrayView items(input);
    const std::size_t size = items.size();
    List* out = nullptr;
    Item result;
    Item first;
    for (std::size_t i = 0; i < size; ++i) {
        Item item = items.at(i);
        Frame* tuple = tuples ? item.frame() : nullptr;
        const Item asked = tuple != nullptr ? evaluate(predicate, tuple->slots()[0], tuple)
                                            : evaluate(predicate, item, frame);
        if (asked.failed()) return asked;
        std::size_t times = 0;  // an index that is named twice picks twice
        const auto is_index = [&](double number) {
            number = std::floor(number);
            if (number < 0) number += static_cast<double>(size);
            return number == static_cast<double>(i);
        };
        if (asked.is_number()) {
            if (std::isinf(asked.number())) return fail("D1001", asked);
            times = is_index(asked.number()) ? 1 : 0;
        } else if (asked.is_array()) {
            const ArrayView indices(asked);
            bool numbers = true;
            for (std::size_t k = 0; k < indices.size() && numbers; ++k)
                numbers = indices.at(k).is_number();
            if (numbers) {
                if (!spend(indices.size())) return Item(Item::Tag::Failed);
                const List* range = asked.list();
                if (range != nullptr && range->is_range && range->first >= 0) {
                    const auto at = static_cast<double>(i);
                    if (at >= range->first && at < range->first + static_cast<double>(range->count))
                        times = 1;
                } else {
                    for (std::size_t k = 0; k < indices.size(); ++k)
                        if (is_index(indices.at(k).number())) ++times;
                }
            } else if (is_true(asked)) {
                times = 1;
            }
        } else if (is_true(asked)) {
            times = 1;
        }
        if (times == 0) continue;
        if (out == nullptr) {
            if (first.is_undefined() && !tuples && times == 1) {
                first = std::move(item);
                continue;
            }
            out = List::make(true);
            out->tuples = tuples;
            if (tuples) out->layout = input.list()->layout;
            result = Item::own(out);
            if (!first.is_undefined()) out->push(std::move(first));
        }
        for (; times > 0; --times) out->push(item);
    }
    if (out != nullptr) return result;
    if (tuples) {
        out = List::make(true);
        out->tuples = true;
        out->layout = input.list()->layout;
        return Item::own(out);
    }
    if (first.is_array()) return sequence_of(std::move(first));
    return first;
}

}  // namespace weft::jsonata
