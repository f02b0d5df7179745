#pragma once

#include "base/assert.h"

#include <atomic>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::json {

// INTERFACE CONTRACT: the private representation is the json layer's business and may change; what
// is public here stays.

enum class Kind : std::uint8_t { Null, Bool, Int, UInt, Double, BigNumber, String, Array, Object };

struct Member;
class String;

// An immutable JSON value: 16 bytes, atomically reference-counted, structurally shared. Copying
// never copies a document; values may be read and copied by many threads at once. Insertion order
// of members is kept. Numbers keep what was written: 3 is Int, 3.0 is Double, 18446744073709551615
// is UInt, an integer beyond 64 bits (or a number that double would change) is BigNumber with its
// text. A moved-from value is null. Texts are UTF-8; a lone surrogate is kept in its three-byte
// form.
class Value {
public:
    Value() noexcept = default;  // null
    Value(std::nullptr_t) noexcept {}
    template <std::same_as<bool> T>  // no pointer turns into true
    Value(T value) noexcept : m_low(value ? 1U : 0U), m_high(tag(Kind::Bool))
    {
    }
    Value(int value) noexcept : Value(std::int64_t{value}) {}
    Value(unsigned value) noexcept : Value(std::int64_t{value}) {}
    Value(std::int64_t value) noexcept
        : m_low(static_cast<std::uint64_t>(value)), m_high(tag(Kind::Int))
    {
    }
    Value(std::uint64_t value) noexcept  // Int when it fits
        : m_low(value), m_high(tag(value >> 63 == 0 ? Kind::Int : Kind::UInt))
    {
    }
    Value(double value) noexcept  // must be finite
        : m_low(std::bit_cast<std::uint64_t>(value)), m_high(tag(Kind::Double))
    {
        WEFT_ASSERT((m_low & double_exponent) != double_exponent);
    }
    Value(std::string_view text);
    Value(const char* text) : Value(std::string_view(text)) {}
    Value(const std::string& text) : Value(std::string_view(text)) {}
    Value(const String& text) noexcept;
    static Value array(std::vector<Value> items = {});
    static Value object();
    static Value object(std::vector<Member> members);  // keys must be distinct
    // The same of items and members of which nothing is left but to destroy them.
    static Value take_items(std::span<Value> items);
    static Value take_members(std::span<Member> members);
    // The number that `text` (JSON's grammar, asserted) denotes, kept the way parse() keeps it:
    // BigNumber unless Int, UInt or Double hold it without change.
    static Value big_number(std::string_view text);

    Value(const Value& other) noexcept : m_low(other.m_low), m_high(other.m_high)
    {
        if (on_heap()) retain();
    }
    Value(Value&& other) noexcept
        : m_low(std::exchange(other.m_low, 0)), m_high(std::exchange(other.m_high, 0))
    {
    }
    Value& operator=(const Value& other) noexcept
    {
        Value copy(other);
        swap(copy);
        return *this;
    }
    Value& operator=(Value&& other) noexcept
    {
        Value taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~Value()
    {
        if (on_heap()) release();
    }
    void swap(Value& other) noexcept
    {
        std::swap(m_low, other.m_low);
        std::swap(m_high, other.m_high);
    }

    Kind kind() const noexcept { return static_cast<Kind>((m_high >> 56) & 0xF); }
    bool is_null() const noexcept { return kind() == Kind::Null; }
    bool is_bool() const noexcept { return kind() == Kind::Bool; }
    bool is_number() const noexcept  // Int, UInt, Double, BigNumber
    {
        return kind() >= Kind::Int && kind() <= Kind::BigNumber;
    }
    bool is_integer() const noexcept  // Int or UInt
    {
        return kind() == Kind::Int || kind() == Kind::UInt;
    }
    bool is_string() const noexcept { return kind() == Kind::String; }
    bool is_array() const noexcept { return kind() == Kind::Array; }
    bool is_object() const noexcept { return kind() == Kind::Object; }

    // Each of these asserts the kind.
    bool as_bool() const
    {
        WEFT_ASSERT(is_bool());
        return m_low != 0;
    }
    std::int64_t as_int() const  // Int
    {
        WEFT_ASSERT(kind() == Kind::Int);
        return static_cast<std::int64_t>(m_low);
    }
    std::uint64_t as_uint() const  // UInt, or Int >= 0
    {
        WEFT_ASSERT(is_integer() && (kind() == Kind::UInt || m_low >> 63 == 0));
        return m_low;
    }
    // Any number: the nearest double; a BigNumber beyond double's range gives an infinity.
    double as_double() const
    {
        if (kind() == Kind::Double) return std::bit_cast<double>(m_low);
        return converted_to_double();
    }
    // Valid while a Value holding the text lives; for inline texts, this Value.
    std::string_view as_string() const
    {
        WEFT_ASSERT(is_string());
        return text();
    }
    String as_shared_string() const;
    std::string_view number_text() const  // BigNumber
    {
        WEFT_ASSERT(kind() == Kind::BigNumber);
        return text();
    }
    std::span<const Value> items() const;     // Array
    std::span<const Member> members() const;  // Object, in insertion order

    std::size_t size() const noexcept  // items or members, else 0
    {
        return kind() >= Kind::Array ? m_high & size_mask : 0;
    }
    // Null when absent or not an object. Constant time for large objects.
    const Value* find(std::string_view key) const noexcept;
    // Null when out of range or not an array.
    const Value* at(std::size_t index) const noexcept
    {
        return is_array() && index < size() ? &items()[index] : nullptr;
    }

    // The shared node's address (strings over the inline size, numbers kept as text, arrays and
    // objects that are not empty), else null. Equal identities mean the same subtree.
    const void* identity() const noexcept
    {
        return on_heap() ? reinterpret_cast<const void*>(m_low) : nullptr;
    }
    // Bytes of JSON text this value takes when written compactly, counted up to `limit` and then
    // abandoned (returns a number > limit). Cheaper than writing.
    std::size_t written_size(std::size_t limit = SIZE_MAX) const noexcept;

    // Structural, same number representation (3 != 3.0, 0.0 != -0.0), members in any order.
    friend bool operator==(const Value& left, const Value& right) noexcept
    {
        if (left.m_low == right.m_low && left.m_high == right.m_high) return true;
        // Two words say all unless both are nodes: inline texts are padded with zeros.
        return left.on_heap() && left.m_high == right.m_high && left.same_node(right);
    }

private:
    friend class Builder;
    friend class String;

    // m_low: the payload, or the node's address, or an inline text's first 8 bytes.
    // m_high: in the top byte the kind (low nibble) and a nibble that is 15 for a node, else the
    // inline text's size; below it a node's size (bytes of text, items, members) or inline text.
    static constexpr std::uint64_t size_mask = (std::uint64_t{1} << 56) - 1;
    static constexpr std::uint64_t node_tag = std::uint64_t{0xF} << 60;
    static constexpr std::uint64_t double_exponent = 0x7FF0'0000'0000'0000U;
    static constexpr std::size_t text_inline_max = 14;
    static constexpr std::size_t text_offset = 8;   // in a text node
    static constexpr std::size_t list_offset = 16;  // in an array's or object's node
    static_assert(std::endian::native == std::endian::little);

    static constexpr std::uint64_t tag(Kind kind) { return static_cast<std::uint64_t>(kind) << 56; }

    bool on_heap() const noexcept { return m_high >= node_tag; }
    void retain() const noexcept
    {
        std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(m_low))
            .fetch_add(1, std::memory_order_relaxed);
    }
    void release() noexcept;
    bool same_node(const Value& other) const noexcept;
    double converted_to_double() const;
    std::string_view text() const noexcept
    {
        if (on_heap())
            return {reinterpret_cast<const char*>(m_low) + text_offset, m_high & size_mask};
        return {reinterpret_cast<const char*>(this), m_high >> 60};
    }

    std::uint64_t m_low = 0;
    std::uint64_t m_high = 0;
};
static_assert(sizeof(Value) == 16);

// Immutable shared text (UTF-8; lone surrogates are kept as their three-byte form). Copying costs
// at most an atomic increment; short texts live inside. Used for names in events as well.
class String {
public:
    String() noexcept : m_value(empty_text()) {}
    String(std::string_view text) : m_value(text) {}
    String(const char* text) : m_value(text) {}
    String(const std::string& text) : m_value(text) {}
    String(const String&) noexcept = default;
    String(String&& other) noexcept : m_value(std::move(other.m_value))
    {
        other.m_value.m_high = Value::tag(Kind::String);  // the empty text
    }
    String& operator=(const String&) noexcept = default;
    String& operator=(String&& other) noexcept
    {
        String taken(std::move(other));
        m_value.swap(taken.m_value);
        return *this;
    }
    ~String() = default;

    std::string_view view() const noexcept { return m_value.text(); }
    operator std::string_view() const noexcept { return view(); }
    bool empty() const noexcept { return view().empty(); }
    std::size_t size() const noexcept { return view().size(); }
    friend bool operator==(const String& left, const String& right) noexcept
    {
        return left.m_value == right.m_value;
    }
    friend auto operator<=>(const String& left, const String& right) noexcept
    {
        return left.view() <=> right.view();
    }
    friend bool operator==(const String& left, std::string_view right) noexcept
    {
        return left.view() == right;
    }
    friend bool operator==(const String& left, const char* right) noexcept
    {
        return left.view() == right;
    }
    friend bool operator==(const String& left, const std::string& right) noexcept
    {
        return left.view() == right;
    }

private:
    friend class Value;
    friend class Builder;
    static Value empty_text() noexcept
    {
        Value value;
        value.m_high = Value::tag(Kind::String);
        return value;
    }
    Value m_value;
};

struct Member {
    String key;
    Value value;
    bool operator==(const Member&) const = default;
};
static_assert(sizeof(Member) == 32);

inline Value::Value(const String& text) noexcept : Value(text.m_value) {}

inline String Value::as_shared_string() const
{
    WEFT_ASSERT(is_string());
    String shared;
    shared.m_value = *this;
    return shared;
}

inline Value Value::object()
{
    Value value;
    value.m_high = tag(Kind::Object);
    return value;
}

inline std::span<const Value> Value::items() const
{
    WEFT_ASSERT(is_array());
    if (!on_heap()) return {};
    return {reinterpret_cast<const Value*>(m_low + list_offset), m_high & size_mask};
}

inline std::span<const Member> Value::members() const
{
    WEFT_ASSERT(is_object());
    if (!on_heap()) return {};
    return {reinterpret_cast<const Member*>(m_low + list_offset), m_high & size_mask};
}

// Equal by value: 3 equals 3.0 and 3.00; objects in any order. What Choice, ArrayContains and
// ArrayUnique may build on. A double counts as the decimal it is written as.
bool equivalent(const Value& left, const Value& right) noexcept;

// One path-copied update each: the rest of the document is shared with `target`.
// Replaces in place or appends. `target` is an object.
Value with_member(const Value& target, std::string_view key, Value value);
// `target` itself when it has no such member. `target` is an object.
Value without_member(const Value& target, std::string_view key);
Value with_item(const Value& target, std::size_t index, Value value);  // index < size

}  // namespace weft::json

template <> struct std::hash<weft::json::String> {
    std::size_t operator()(const weft::json::String& text) const noexcept
    {
        return std::hash<std::string_view>()(text.view());
    }
};
