// { key: value } as a constructor and as a group-by.
// JSONata, Grouping: https://docs.jsonata.org/sorting-grouping

#include "jsonata/evaluator.h"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace weft::jsonata {

namespace {

struct Entry {
    json::String key;
    std::size_t pair = 0;
    Item data;             // one item
    List* more = nullptr;  // many, within `data`
};

constexpr std::size_t searched_max = 8;  // entries that are looked through rather than hashed

// The groups in the order in which their keys come up first.
class Groups {
public:
    Entry* find(const json::String& key)
    {
        if (m_entries.size() <= searched_max) {
            for (Entry& entry : m_entries)
                if (entry.key == key) return &entry;
            return nullptr;
        }
        if (m_index.empty())
            for (std::size_t i = 0; i < m_entries.size(); ++i) m_index.emplace(m_entries[i].key, i);
        const auto found = m_index.find(key);
        return found == m_index.end() ? nullptr : &m_entries[found->second];
    }
    void add(Entry entry)
    {
        if (!m_index.empty()) m_index.emplace(entry.key, m_entries.size());
        m_entries.push_back(std::move(entry));
    }
    std::vector<Entry>& entries() { return m_entries; }
    void reserve(std::size_t size) { m_entries.reserve(size); }

private:
    std::vector<Entry> m_entries;
    std::unordered_map<json::String, std::size_t> m_index;
};

void push_parts(List& list, const Item& item)
{
    if (!item.is_array()) {
        list.push(item);
        return;
    }
    const ArrayView parts(item);
    for (std::size_t i = 0; i < parts.size(); ++i) list.push(parts.at(i));
}

// The members so far: JSON as long as all of them are.
class ObjectMaker {
public:
    explicit ObjectMaker(Evaluator& evaluator, std::size_t size) : m_evaluator(evaluator)
    {
        m_members.reserve(size);
    }
    void add(const json::String& key, Item item)
    {
        if (m_object == nullptr) {
            json::Value made;
            json::Value* value = item.held_json();
            if (value == nullptr && m_evaluator.to_json(item, made, Evaluator::Form::Lossless))
                value = &made;
            if (value != nullptr) {
                m_members.push_back({key, std::move(*value)});
                return;
            }
        }
        if (m_object == nullptr) {
            m_object = new Object;
            m_held = Item::own(m_object);
            for (json::Member& member : m_members)
                m_object->members.emplace_back(member.key, Item(std::move(member.value)));
        }
        m_object->members.emplace_back(key, std::move(item));
    }
    Item take()
    {
        if (m_object != nullptr) return std::move(m_held);
        return json::Value::take_members(m_members);
    }

private:
    static constexpr std::size_t members_usual = 6;

    Evaluator& m_evaluator;
    boost::container::small_vector<json::Member, members_usual> m_members;
    Object* m_object = nullptr;
    Item m_held;
};

}  // namespace

Item Evaluator::object(const ObjectNode& node, const Item& input, Frame* frame)
{
    if (node.constant != nullptr) return Item::reference(node.constant);
    if (!node.named || input.is_array()) return group(node.group, input, frame);
    // One item, and keys that are known: nothing to group.
    ObjectMaker maker(*this, node.group.pairs.size());
    for (const auto& [key, value] : node.group.pairs) {
        Item made = evaluate(*value, input, frame);
        if (made.failed()) return made;
        if (made.is_undefined()) continue;
        maker.add(static_cast<const LiteralNode*>(key)->value.as_shared_string(), std::move(made));
        if (m_failed) return Item(Item::Tag::Failed);
    }
    return maker.take();
}

Item Evaluator::group(const Group& group, const Item& input, Frame* frame)
{
    const bool tuples = input.list() != nullptr && input.list()->tuples;
    const auto refuse = [&](const char* code, const Item& value) {
        Item failed = fail(code, value);
        m_fault.position = group.position;
        return failed;
    };
    Groups groups;
    groups.reserve(group.pairs.size());
    const ArrayView items(input);
    // Nothing at all still makes an object of what does not depend on it.
    const std::size_t size = std::max<std::size_t>(items.size(), tuples ? 0 : 1);
    const bool nothing = items.size() == 0;
    for (std::size_t i = 0; i < size; ++i) {
        const Item item = nothing ? Item() : items.at(i);
        Frame* env = tuples ? item.frame() : frame;
        const Item& context = tuples ? env->slots()[0] : item;
        for (std::size_t pair = 0; pair < group.pairs.size(); ++pair) {
            const Item key = evaluate(*group.pairs[pair].key, context, env);
            if (key.failed()) return key;
            if (key.is_undefined()) continue;
            if (!key.is_string()) return refuse("T1003", key);
            const json::String name = key.json()->as_shared_string();
            Entry* entry = groups.find(name);
            if (entry == nullptr) {
                groups.add(Entry{name, pair, item, nullptr});
                continue;
            }
            if (entry->pair != pair) return refuse("D1009", key);
            if (entry->more == nullptr) {
                entry->more = List::make();
                const Item first = std::exchange(entry->data, Item::own(entry->more));
                entry->more->tuples = tuples;
                push_parts(*entry->more, first);
            }
            push_parts(*entry->more, item);
        }
    }
    ObjectMaker maker(*this, groups.entries().size());
    for (Entry& entry : groups.entries()) {
        const Node& value = *group.pairs[entry.pair].value;
        Item made;
        if (tuples) {
            if (entry.more == nullptr) {
                Frame* tuple = entry.data.frame();
                made = evaluate(value, tuple->slots()[0], tuple);
            } else {
                const Item reduced = reduce_tuples(*entry.more, frame);
                if (reduced.failed()) return reduced;
                Frame* tuple = reduced.frame();
                made = evaluate(value, tuple->slots()[0], tuple);
            }
        } else {
            made = evaluate(value, entry.data, frame);
        }
        if (made.failed()) return made;
        if (!made.is_undefined()) maker.add(entry.key, std::move(made));
        if (m_failed) return Item(Item::Tag::Failed);
    }
    return maker.take();
}

}  // namespace weft::jsonata
