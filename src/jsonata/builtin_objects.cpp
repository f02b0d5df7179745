// JSONata, Object functions: https://docs.jsonata.org/object-functions
// and Boolean functions: https://docs.jsonata.org/boolean-functions

#include "jsonata/adapter.h"
#include "jsonata/families.h"

#include <unordered_map>
#include <unordered_set>

namespace weft::jsonata::builtin {

namespace {

bool collect_keys(const Call& call, const Item& item, List& out,
                  std::unordered_set<json::String>& seen)
{
    if (item.is_array()) {
        const ArrayView items(item);
        if (!call.evaluator.stack_left() || !call.evaluator.spend(items.size())) return false;
        for (std::size_t i = 0; i < items.size(); ++i)
            if (!collect_keys(call, items.at(i), out, seen)) return false;
        return true;
    }
    for_each_member(item, [&](const json::String& key, const Item&) {
        if (seen.insert(key).second) out.push(json::Value(key));
        return true;
    });
    return true;
}

// Members of many objects: a later one of the same name replaces the value in its place.
class Merger {
public:
    explicit Merger(Evaluator& evaluator) : m_evaluator(evaluator) {}

    void add(const json::String& key, Item item)
    {
        std::size_t at = m_members.size();
        if (m_members.size() <= 16) {
            for (at = 0; at < m_members.size() && m_members[at].first != key; ++at) {
            }
        } else {
            if (m_index.empty())
                for (std::size_t i = 0; i < m_members.size(); ++i)
                    m_index.emplace(m_members[i].first, i);
            at = m_index.try_emplace(key, at).first->second;
        }
        if (at < m_members.size()) {
            m_members[at].second = std::move(item);
        } else {
            m_members.emplace_back(key, std::move(item));
        }
    }
    Item take()
    {
        std::vector<json::Member> plain;
        plain.reserve(m_members.size());
        for (const auto& [key, item] : m_members) {
            json::Value value;
            if (!m_evaluator.to_json(item, value, Evaluator::Form::Lossless)) {
                auto* object = new Object;
                object->members = std::move(m_members);
                return Item::own(object);
            }
            plain.push_back({key, std::move(value)});
        }
        return json::Value::object(std::move(plain));
    }

private:
    Evaluator& m_evaluator;
    std::vector<std::pair<json::String, Item>> m_members;
    std::unordered_map<json::String, std::size_t> m_index;
};

}  // namespace

Item keys(const Call& call)
{
    List* out = List::make(true);
    Item result = Item::own(out);
    std::unordered_set<json::String> seen;
    if (!collect_keys(call, call[0], *out, seen)) return Item(Item::Tag::Failed);
    return result;
}

Item lookup(const Call& call)
{
    if (!call.has(1)) return {};
    if (!call[0].is_array()) return member_of(call[0], call[1].text());
    const ArrayView items(call[0]);
    if (!call.evaluator.stack_left() || !call.evaluator.spend(items.size()))
        return Item(Item::Tag::Failed);
    List* out = List::make(true);
    Item result = Item::own(out);
    for (std::size_t i = 0; i < items.size(); ++i) {
        Item arguments[] = {items.at(i), call[1]};
        const Item found = lookup(Call{call.evaluator, arguments, call.input});
        if (found.failed()) return found;
        if (found.is_undefined()) continue;
        const ArrayView parts(found);
        for (std::size_t k = 0; k < parts.size(); ++k) out->push(parts.at(k));
    }
    return result;
}

Item spread(const Call& call)
{
    const Item& item = call[0];
    if (item.is_array()) {
        const ArrayView items(item);
        if (!call.evaluator.stack_left() || !call.evaluator.spend(items.size()))
            return Item(Item::Tag::Failed);
        List* out = List::make();
        Item result = Item::own(out);
        for (std::size_t i = 0; i < items.size(); ++i) {
            Item arguments[] = {items.at(i)};
            const Item part = spread(Call{call.evaluator, arguments, call.input});
            if (part.failed()) return part;
            const ArrayView parts(part);
            for (std::size_t k = 0; k < parts.size(); ++k) out->push(parts.at(k));
        }
        // Nothing appended leaves the sequence that the reference starts with.
        out->sequence = items.size() == 0;
        return result;
    }
    if (!item.is_object()) return item;
    List* out = List::make(true);
    Item result = Item::own(out);
    for_each_member(item, [&](const json::String& key, const Item& member) {
        auto* one = new Object;
        const Item held = Item::own(one);
        one->members.emplace_back(key, member);
        out->push(call.evaluator.settled(held));
        return true;
    });
    return result;
}

Item merge(const Call& call)
{
    if (!call.has(0)) return {};
    Merger merger(call.evaluator);
    const ArrayView objects(call[0]);
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const Item object = objects.at(i);
        if (!call.evaluator.spend(member_count(object))) return Item(Item::Tag::Failed);
        for_each_member(object, [&](const json::String& key, const Item& item) {
            merger.add(key, item);
            return true;
        });
    }
    return merger.take();
}

Item clone(const Call& call)
{
    return call[0];  // values never change
}

Item boolean(const Call& call)
{
    return call.has(0) ? Item(is_true(call[0])) : Item();
}

Item negation(const Call& call)
{
    return call.has(0) ? Item(!is_true(call[0])) : Item();
}

Item exists(const Call& call)
{
    return Item(call.has(0));
}

Item type(const Call& call)
{
    switch (type_bit(call[0])) {
    case type_string: return text_item("string");
    case type_number: return text_item("number");
    case type_boolean: return text_item("boolean");
    case type_null: return text_item("null");
    case type_array: return text_item("array");
    case type_object: return text_item("object");
    case type_function: return text_item("function");
    default: return {};
    }
}

// $error and $assert: a fault whose message is given.
Item error(const Call& call)
{
    call.evaluator.fail("D3137");
    call.evaluator.fault().message = call.has(0) && !call[0].text().empty()
                                         ? std::string(call[0].text())
                                         : "$error() function evaluated";
    return Item(Item::Tag::Failed);
}

Item assertion(const Call& call)
{
    if (is_true(call[0])) return {};
    call.evaluator.fail("D3141");
    call.evaluator.fault().message = call.has(1) && !call[1].text().empty()
                                         ? std::string(call[1].text())
                                         : "$assert() statement failed";
    return Item(Item::Tag::Failed);
}

}  // namespace weft::jsonata::builtin
