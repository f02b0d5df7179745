#pragma once

#include "json/value.h"

#include <cstdint>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace weft::jsonata {

struct Builtin;
struct LambdaNode;
struct TransformNode;
namespace functions {
class Regex;
}

// The bytes that an evaluation on this thread holds in the nodes below. (Texts and JSON values:
// json/memory.h.)
struct HeldBytes {
    std::int64_t now = 0;
};
inline constinit thread_local HeldBytes held_bytes;

// What an evaluation makes and shares: counted without atomics, since an evaluation runs on one
// thread. The last to let go destroys it, without recursion however deep the values nest.
struct Counted {
    enum class Type : std::uint8_t { List, Object, Frame, Function };

    explicit Counted(Type node_type) : type(node_type) {}
    void retain() { ++references; }
    void release()
    {
        if (--references == 0) destroy(this);
    }
    static void destroy(Counted* node);

    std::uint32_t references = 1;
    Type type;
    Counted* next_dead = nullptr;
};

struct List;
struct Object;
struct Frame;
struct Function;

// A value of the evaluator, 24 bytes. JSON comes as a value it holds, or as a reference into the
// input, a binding or the program, which outlive the evaluation: reading an input copies nothing.
class Item {
public:
    enum class Tag : std::uint8_t {
        Undefined,
        Unset,   // a variable's place that nothing was bound to yet
        Failed,  // the evaluator has a fault
        Tail,    // the evaluator has a call to make (a call in tail position)
        Json,
        Reference,
        Number,  // a computed one; any double
        List,    // an array or sequence made by the evaluation
        Object,  // an object made by the evaluation that JSON cannot hold
        Frame,   // a tuple
        Function,
        Builtin,
    };

    Item() noexcept : m_tag(Tag::Undefined), m_number(0) {}
    explicit Item(Tag tag) noexcept : m_tag(tag), m_number(0) {}
    Item(json::Value value) noexcept : m_tag(Tag::Json), m_json(std::move(value)) {}
    explicit Item(double number) noexcept : m_tag(Tag::Number), m_number(number) {}
    explicit Item(bool value) noexcept : m_tag(Tag::Json), m_json(value) {}
    explicit Item(const Builtin* builtin) noexcept : m_tag(Tag::Builtin), m_builtin(builtin) {}
    static Item reference(const json::Value* value) noexcept
    {
        Item item(Tag::Reference);
        item.m_reference = value;
        return item;
    }
    // These take over one reference.
    static Item own(List* list) noexcept;
    static Item own(Object* object) noexcept;
    static Item own(Frame* frame) noexcept;
    static Item own(Function* function) noexcept;

    Item(const Item& other) noexcept : m_tag(other.m_tag) { copy_from(other); }
    Item(Item&& other) noexcept : m_tag(other.m_tag)
    {
        if (m_tag == Tag::Json) {
            new (&m_json) json::Value(std::move(other.m_json));
            return;
        }
        m_node = other.m_node;  // or what else the eight bytes are
        other.m_tag = Tag::Undefined;
    }
    Item& operator=(const Item& other) noexcept
    {
        if (this == &other) return *this;
        Item copy(other);
        return *this = std::move(copy);
    }
    Item& operator=(Item&& other) noexcept
    {
        if (this == &other) return *this;
        this->~Item();
        return *new (this) Item(std::move(other));
    }
    ~Item()
    {
        if (m_tag == Tag::Json) {
            m_json.~Value();
        } else if (m_tag >= Tag::List && m_tag <= Tag::Function) {
            m_node->release();
        }
    }

    Tag tag() const { return m_tag; }
    bool is_undefined() const { return m_tag == Tag::Undefined; }
    bool is_unset() const { return m_tag == Tag::Unset; }
    bool failed() const { return m_tag == Tag::Failed; }
    bool is_tail() const { return m_tag == Tag::Tail; }

    // The JSON value it is, if it is one as it stands; null for computed numbers and lists.
    const json::Value* json() const
    {
        return m_tag == Tag::Reference ? m_reference : m_tag == Tag::Json ? &m_json : nullptr;
    }
    bool is_reference() const { return m_tag == Tag::Reference; }
    bool is_string() const
    {
        const json::Value* value = json();
        return value != nullptr && value->is_string();
    }
    std::string_view text() const { return json()->as_string(); }
    bool is_null() const
    {
        const json::Value* value = json();
        return value != nullptr && value->is_null();
    }
    bool is_bool() const
    {
        const json::Value* value = json();
        return value != nullptr && value->is_bool();
    }
    bool is_number() const
    {
        if (m_tag == Tag::Number) return true;
        const json::Value* value = json();
        return value != nullptr && value->is_number();
    }
    double number() const
    {
        if (m_tag == Tag::Number) return m_number;
        const json::Value& value = *json();
        if (value.kind() == json::Kind::Int) return static_cast<double>(value.as_int());
        return value.as_double();
    }
    bool is_array() const
    {
        if (m_tag == Tag::List) return true;
        const json::Value* value = json();
        return value != nullptr && value->is_array();
    }
    bool is_object() const
    {
        if (m_tag == Tag::Object) return true;
        const json::Value* value = json();
        return value != nullptr && value->is_object();
    }
    bool is_function() const { return m_tag == Tag::Function || m_tag == Tag::Builtin; }

    List* list() const { return m_tag == Tag::List ? reinterpret_cast<List*>(m_node) : nullptr; }
    Object* object() const
    {
        return m_tag == Tag::Object ? reinterpret_cast<Object*>(m_node) : nullptr;
    }
    Frame* frame() const
    {
        return m_tag == Tag::Frame ? reinterpret_cast<Frame*>(m_node) : nullptr;
    }
    Function* function() const
    {
        return m_tag == Tag::Function ? reinterpret_cast<Function*>(m_node) : nullptr;
    }
    const Builtin* builtin() const { return m_tag == Tag::Builtin ? m_builtin : nullptr; }
    bool is_sequence() const;

private:
    void copy_from(const Item& other) noexcept
    {
        if (m_tag == Tag::Json) {
            new (&m_json) json::Value(other.m_json);
            return;
        }
        m_node = other.m_node;
        if (m_tag >= Tag::List && m_tag <= Tag::Function) m_node->retain();
    }

    Tag m_tag;
    union {
        json::Value m_json;
        const json::Value* m_reference;
        double m_number;
        Counted* m_node;
        const Builtin* m_builtin;
    };
};
static_assert(sizeof(Item) == 24);

// An array being made or made by the evaluation. `sequence`: JSONata's result sequence, of which
// one item stands for itself. A range of whole numbers holds none of them.
struct List : Counted {
    explicit List(bool is_sequence = false) : Counted(Type::List), sequence(is_sequence) {}
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
        if (items.size() == items.capacity()) grow();
        items.push_back(std::move(item));
    }
    void reserve(std::size_t capacity);
    void grow() { reserve(items.capacity() < 4 ? 4 : items.capacity() * 2); }

    bool sequence;
    bool keep_singleton = false;
    bool cons = false;           // a path does not flatten it
    bool outer_wrapper = false;  // around an input that is an array
    bool tuples = false;         // items are tuples
    bool is_range = false;
    double first = 0;
    std::size_t count = 0;
    std::int64_t charged = 0;
    std::vector<Item> items;
    // Of a stream of tuples: the names of the slots.
    const std::vector<std::string_view>* layout = nullptr;
};

// An object that holds functions, or that a transform may change in place.
struct Object : Counted {
    Object() : Counted(Type::Object) {}
    ~Object() { held_bytes.now -= charged; }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    const Item* find(std::string_view key) const;
    void set(const json::String& key, Item value);
    void erase(std::string_view key);

    std::vector<std::pair<json::String, Item>> members;
    std::int64_t charged = 0;
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
    std::vector<Item> arguments;  // of a Partial; Unset: to come
    json::Value token;            // what the reference calls it in faults; null: nothing
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
