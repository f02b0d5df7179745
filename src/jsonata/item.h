#pragma once

#include "json/value.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

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
        Reference,
        Number,  // a computed one; any double
        Builtin,
        Json,    // from here on it holds something that is counted
        List,    // an array or sequence made by the evaluation
        Object,  // an object made by the evaluation that JSON cannot hold
        Frame,   // a tuple
        Function,
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

    Item(const Item& other) noexcept { copy_from(other); }
    Item(Item&& other) noexcept
    {
        move_bytes(&other, 1, this);
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
    [[gnu::always_inline]] ~Item()
    {
        if (m_tag >= Tag::Json) let_go();
    }
    // Moves items to where there are none; none are left where they were. What an item holds is
    // counted or points elsewhere, never at the item: its bytes are all there is to move.
    static void move_bytes(const Item* from, std::size_t count, void* to) noexcept
    {
        std::memcpy(to, static_cast<const void*>(from), count * sizeof(Item));
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
    // The JSON value it holds, to be taken; null if it holds none.
    json::Value* held_json() { return m_tag == Tag::Json ? &m_json : nullptr; }
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
        if (other.m_tag == Tag::Json) {
            m_tag = Tag::Json;
            new (&m_json) json::Value(other.m_json);
            return;
        }
        move_bytes(&other, 1, this);
        if (m_tag > Tag::Json) m_node->retain();
    }
    void let_go() noexcept
    {
        if (m_tag == Tag::Json) {
            m_json.~Value();
        } else {
            m_node->release();
        }
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

}  // namespace weft::jsonata
