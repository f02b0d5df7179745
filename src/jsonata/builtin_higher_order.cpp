// JSONata, Higher order functions: https://docs.jsonata.org/higher-order-functions

#include "jsonata/adapter.h"
#include "jsonata/families.h"

namespace weft::jsonata::builtin {

namespace {

Item index_item(std::size_t index)
{
    return Item(static_cast<double>(index));
}

Item call_with(Callback& callback, const ArrayView& items, std::size_t i, const Item& array)
{
    return callback(items.at(i), [&] { return index_item(i); }, [&] { return array; });
}

}  // namespace

Item map(const Call& call)
{
    if (!call.has(0)) return {};
    const ArrayView items(call[0]);
    Callback callback(call.evaluator, call[1]);
    List* out = List::make(true);
    Item result = Item::own(out);
    for (std::size_t i = 0; i < items.size(); ++i) {
        Item made = call_with(callback, items, i, call[0]);
        if (made.failed() || !call.evaluator.spend(1)) return Item(Item::Tag::Failed);
        if (!made.is_undefined()) out->push(std::move(made));
    }
    return result;
}

Item filter(const Call& call)
{
    if (!call.has(0)) return {};
    const ArrayView items(call[0]);
    Callback callback(call.evaluator, call[1]);
    List* out = List::make(true);
    Item result = Item::own(out);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Item kept = call_with(callback, items, i, call[0]);
        if (kept.failed() || !call.evaluator.spend(1)) return Item(Item::Tag::Failed);
        if (is_true(kept)) out->push(items.at(i));
    }
    return result;
}

// The one item for which the function is true.
Item single(const Call& call)
{
    if (!call.has(0)) return {};
    const ArrayView items(call[0]);
    Callback callback(call.evaluator, call[1]);
    Item found;
    bool any = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
        bool match = true;
        if (call.has(1)) {
            const Item asked = call_with(callback, items, i, call[0]);
            if (asked.failed()) return asked;
            match = is_true(asked);
        }
        if (!call.evaluator.spend(1)) return Item(Item::Tag::Failed);
        if (!match) continue;
        if (any) {
            call.evaluator.fail("D3138");
            call.evaluator.fault().index = json::Value(std::uint64_t{i});
            return Item(Item::Tag::Failed);
        }
        any = true;
        found = items.at(i);
    }
    return any ? found : call.evaluator.fail("D3139");
}

Item reduce(const Call& call)
{
    if (!call.has(0)) return {};
    const ArrayView items(call[0]);
    const std::size_t takes = arity(call[1]);
    if (takes < 2) {
        call.evaluator.fail("D3050");
        call.evaluator.fault().index = json::Value(1);
        return Item(Item::Tag::Failed);
    }
    std::size_t i = 0;
    Item result = call[2];
    if (result.is_undefined() && items.size() > 0) result = items.at(i++);
    for (; i < items.size(); ++i) {
        ItemVector arguments;
        arguments.reserve(4);
        arguments.push_back(std::move(result));
        arguments.push_back(items.at(i));
        if (takes >= 3) arguments.push_back(index_item(i));
        if (takes >= 4) arguments.push_back(call[0]);
        result = call.evaluator.apply(call[1], std::move(arguments), Item());
        if (result.failed() || !call.evaluator.spend(1)) return Item(Item::Tag::Failed);
    }
    return result;
}

// The members of an object for which the function is true.
Item sift(const Call& call)
{
    if (!call.has(0)) return {};
    Callback callback(call.evaluator, call[1]);
    auto* object = new Object;
    const Item result = Item::own(object);
    bool failed = false;
    for_each_member(call[0], [&](const json::String& key, const Item& item) {
        const Item kept =
            callback(item, [&] { return Item(json::Value(key)); }, [&] { return call[0]; });
        failed = kept.failed() || !call.evaluator.spend(1);
        if (!failed && is_true(kept)) object->members.emplace_back(key, item);
        return !failed;
    });
    if (failed) return Item(Item::Tag::Failed);
    return object->members.empty() ? Item() : call.evaluator.settled(result);
}

Item each(const Call& call)
{
    Callback callback(call.evaluator, call[1]);
    List* out = List::make(true);
    Item result = Item::own(out);
    bool failed = false;
    for_each_member(call[0], [&](const json::String& key, const Item& item) {
        Item made = callback(item, [&] { return Item(json::Value(key)); }, [&] { return call[0]; });
        failed = made.failed() || !call.evaluator.spend(1);
        if (!failed && !made.is_undefined()) out->push(std::move(made));
        return !failed;
    });
    return failed ? Item(Item::Tag::Failed) : result;
}

}  // namespace weft::jsonata::builtin
