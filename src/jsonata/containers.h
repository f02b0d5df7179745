#pragma once

#include "jsonata/arena.h"
#include "jsonata/item_vector.h"

#include <string_view>
#include <utility>
#include <vector>

namespace weft::jsonata {

// An array being made or made by the evaluation. `sequence`: JSONata's result sequence, of which
// one item stands for itself. A range of whole numbers holds none of them.
struct List : Counted {
    explicit List(bool is_sequence = false) : Counted(Type::List), sequence(is_sequence)
    {
        held_bytes.now += charged;
    }
    ~List() { held_bytes.now -= charged; }
    List(const List&) = delete;
    List& operator=(const List&) = delete;

    static List* make(bool is_sequence = false) { return new List(is_sequence); }
    static List* range(double first, std::size_t count)
    {
        List* list = new List(true);
        list->first = first;
        list->count = count;
        list->is_range = true;
        return list;
    }
    std::size_t size() const { return is_range ? count : items.size(); }
    Item at(std::size_t index) const
    {
        return is_range ? Item(first + static_cast<double>(index)) : items[index];
    }
    void push(Item item)
    {
        if (items.size() == items.capacity()) reserve(items.capacity() * 2);
        items.push_back(std::move(item));
    }
    void reserve(std::size_t capacity);

    bool sequence;
    bool keep_singleton = false;
    bool cons = false;           // a path does not flatten it
    bool outer_wrapper = false;  // around an input that is an array
    bool tuples = false;         // items are tuples
    bool is_range = false;
    double first = 0;
    std::size_t count = 0;
    std::int64_t charged = sizeof(List);
    ItemVector items;
    // Of a stream of tuples: the names of the slots.
    const ArenaList<std::string_view>* layout = nullptr;
};

// An object that holds functions, or that a transform may change in place.
struct Object : Counted {
    Object() : Counted(Type::Object) { held_bytes.now += charged; }
    ~Object() { held_bytes.now -= charged; }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    const Item* find(std::string_view key) const;
    void set(const json::String& key, Item value);
    void erase(std::string_view key);

    std::vector<std::pair<json::String, Item>> members;
    std::int64_t charged = sizeof(Object);
};

// Variables of a block or a call, or a tuple of a path. All live frames are on a list, so that
// closures that keep each other alive end with the evaluation.
struct Frame : Counted {
    static Frame* make(Frame* parent, std::size_t size);
    Item* slots() { return reinterpret_cast<Item*>(this + 1); }

    Frame* parent = nullptr;  // counted
    std::uint32_t size = 0;
    Frame* previous = nullptr;
    Frame* next = nullptr;

private:
    friend struct Counted;
    Frame() : Counted(Type::Frame) {}
};

struct Function : Counted {
    enum class Kind : std::uint8_t { Lambda, Partial, Transform, Chain, Regex, NextMatch };

    explicit Function(Kind function_kind) : Counted(Type::Function), kind(function_kind)
    {
        held_bytes.now += static_cast<std::int64_t>(sizeof(Function));
    }
    ~Function();
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    Kind kind;
    const LambdaNode* lambda = nullptr;
    const TransformNode* transform = nullptr;
    const functions::Regex* regex = nullptr;
    Frame* frame = nullptr;  // counted
    Item input;              // of a lambda; the text of a NextMatch
    std::size_t offset = 0;  // of a NextMatch: matches passed
    Item first;              // of a Chain; of a Partial: what is called
    Item second;
    ItemVector arguments;  // of a Partial; Unset: to come
    json::Value token;     // what the reference calls it in faults; null: nothing
};

inline Item Item::own(List* list) noexcept
{
    Item item(Tag::List);
    item.m_node = list;
    return item;
}
inline Item Item::own(Object* object) noexcept
{
    Item item(Tag::Object);
    item.m_node = object;
    return item;
}
inline Item Item::own(Frame* frame) noexcept
{
    Item item(Tag::Frame);
    item.m_node = frame;
    return item;
}
inline Item Item::own(Function* function) noexcept
{
    Item item(Tag::Function);
    item.m_node = function;
    return item;
}
inline bool Item::is_sequence() const
{
    return m_tag == Tag::List && reinterpret_cast<const List*>(m_node)->sequence;
}

// The items of an array, whatever holds them; of anything else, that alone. Keeps it alive.
class ArrayView {
public:
    explicit ArrayView(Item item) : m_owner(std::move(item))
    {
        if (List* list = m_owner.list()) {
            m_list = list;
            m_size = list->size();
        } else if (const json::Value* value = m_owner.json(); value && value->is_array()) {
            m_values = value->items().data();
            m_size = value->size();
        } else {
            m_size = m_owner.is_undefined() ? 0 : 1;
        }
    }
    std::size_t size() const { return m_size; }
    Item at(std::size_t index) const
    {
        if (m_values != nullptr) {
            return m_owner.is_reference() ? Item::reference(m_values + index)
                                          : Item(m_values[index]);
        }
        return m_list != nullptr ? m_list->at(index) : m_owner;
    }
    // The JSON value at an index, if there is one as it stands; lives as long as the view.
    const json::Value* json(std::size_t index) const
    {
        if (m_values != nullptr) return m_values + index;
        if (m_list == nullptr) return m_owner.json();
        return m_list->is_range ? nullptr : m_list->items[index].json();
    }

private:
    Item m_owner;
    const List* m_list = nullptr;
    const json::Value* m_values = nullptr;
    std::size_t m_size = 0;
};

// The member of an object, undefined if there is none.
Item member_of(const Item& object, std::string_view key);
Item field_of(const Item& object, const json::String& key);  // the same, faster

// The same in JSON; null if there is none or it is no object.
inline const json::Value* find_field(const json::Value& object, const json::String& key)
{
    constexpr std::size_t searched_max = 8;
    if (!object.is_object()) return nullptr;
    const auto members = object.members();
    if (members.size() > searched_max) return object.find(key.view());
    // Short texts compare as two words.
    for (const json::Member& member : members)
        if (member.key == key) return &member.value;
    return nullptr;
}
std::size_t member_count(const Item& object);

// Calls `visit(key, item)` for each member of an object, in order, until it returns false.
template <class F> void for_each_member(const Item& object, F&& visit)
{
    if (Object* own = object.object()) {
        for (std::size_t i = 0; i < own->members.size(); ++i)
            if (!visit(own->members[i].first, Item(own->members[i].second))) return;
        return;
    }
    const json::Value* value = object.json();
    if (value == nullptr || !value->is_object()) return;
    for (const json::Member& member : value->members()) {
        if (!visit(member.key,
                   object.is_reference() ? Item::reference(&member.value) : Item(member.value)))
            return;
    }
}

// Frees all frames that are still alive on this thread since `mark`.
struct FrameMark {
    Frame* first = nullptr;
};
FrameMark mark_frames();
void free_frames(FrameMark mark);

}  // namespace weft::jsonata
