// | pattern | update , deletion |
// JSONata, Transform: https://docs.jsonata.org/other-operators#-----transform

#include "jsonata/evaluator.h"

namespace weft::jsonata {

namespace {

// A copy that may be changed in place: every array and object of its own.
Item clone(Evaluator& evaluator, const Item& item)
{
    if (!item.is_array() && !item.is_object()) return item;
    if (!evaluator.stack_left() || !evaluator.spend(1)) return Item(Item::Tag::Failed);
    if (item.is_array()) {
        const ArrayView items(item);
        List* list = List::make();
        Item result = Item::own(list);
        for (std::size_t i = 0; i < items.size(); ++i) {
            Item copy = clone(evaluator, items.at(i));
            if (copy.failed()) return copy;
            list->push(std::move(copy));
        }
        return result;
    }
    auto* object = new Object;
    Item result = Item::own(object);
    object->members.reserve(member_count(item));
    bool failed = false;
    for_each_member(item, [&](const json::String& key, const Item& member) {
        Item copy = clone(evaluator, member);
        failed = copy.failed();
        object->members.emplace_back(key, std::move(copy));
        return !failed;
    });
    return failed ? Item(Item::Tag::Failed) : result;
}

bool only_texts(const ArrayView& items)
{
    for (std::size_t i = 0; i < items.size(); ++i)
        if (!items.at(i).is_string()) return false;
    return true;
}

}  // namespace

Item Evaluator::call_transform(const Function& function, const Item& argument)
{
    if (argument.is_undefined()) return {};
    for (const Binding& binding : m_environment.bindings)
        if (binding.name == "clone") return fail("T2013");
    const TransformNode& node = *function.transform;
    const Item result = clone(*this, argument);
    if (result.failed()) return result;
    const Item found = evaluate(*node.pattern, result, function.frame);
    if (found.failed()) return found;
    const ArrayView matches(found);
    for (std::size_t i = 0; i < matches.size(); ++i) {
        const Item match = matches.at(i);
        const Item update = evaluate(*node.update, match, function.frame);
        if (update.failed()) return update;
        if (!update.is_undefined()) {
            if (!update.is_object()) {
                Item failed = fail("T2011", update);
                m_fault.position = node.update->position;
                return failed;
            }
            if (Object* object = match.object()) {
                for_each_member(update, [&](const json::String& key, Item member) {
                    object->set(key, std::move(member));
                    return true;
                });
            }
        }
        if (node.deletion == nullptr) continue;
        const Item deletion = evaluate(*node.deletion, match, function.frame);
        if (deletion.failed()) return deletion;
        if (deletion.is_undefined()) continue;
        const ArrayView names(deletion);
        if (!only_texts(names)) {
            Item failed = fail("T2012", deletion);
            m_fault.position = node.deletion->position;
            return failed;
        }
        if (Object* object = match.object())
            for (std::size_t k = 0; k < names.size(); ++k) object->erase(names.at(k).text());
    }
    return settled(result);
}

}  // namespace weft::jsonata
