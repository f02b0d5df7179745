#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::json {

// INTERFACE CONTRACT: the private representation is the json layer's business and may change; what is public here stays.

enum class Kind : std::uint8_t { Null, Bool, Int, UInt, Double, BigNumber, String, Array, Object };

class Value;
struct Member;

// Immutable shared text (UTF-8; lone surrogates are kept as their three-byte form). Copying costs at most an atomic
// increment; short texts live inside. Used for names in events as well.
class String;

// An immutable JSON value: 16 bytes, atomically reference-counted, structurally shared. Copying never copies a document.
// Insertion order of members is kept. Numbers keep what was written: 3 is Int, 3.0 is Double, 18446744073709551615 is
// UInt, an integer beyond 64 bits (or a number that double would change) is BigNumber with its text.
class Value {
public:
    Value() noexcept;  // null
    Value(std::nullptr_t) noexcept;
    Value(bool value) noexcept;
    Value(int value) noexcept;
    Value(std::int64_t value) noexcept;
    Value(std::uint64_t value) noexcept;   // Int when it fits
    Value(double value) noexcept;          // must be finite
    Value(std::string_view text);
    Value(const char* text);
    Value(const std::string& text);
    Value(const String& text) noexcept;
    static Value array(std::vector<Value> items = {});
    static Value object(std::vector<Member> members = {});  // keys must be distinct
    static Value big_number(std::string_view text);

    Kind kind() const noexcept;
    bool is_null() const noexcept;
    bool is_bool() const noexcept;
    bool is_number() const noexcept;   // Int, UInt, Double, BigNumber
    bool is_integer() const noexcept;  // Int or UInt
    bool is_string() const noexcept;
    bool is_array() const noexcept;
    bool is_object() const noexcept;

    // Each of these asserts the kind.
    bool as_bool() const;
    std::int64_t as_int() const;       // Int
    std::uint64_t as_uint() const;     // UInt, or Int >= 0
    double as_double() const;          // any number, nearest double
    std::string_view as_string() const;  // valid while a Value holding the text lives; for inline texts, this Value
    String as_shared_string() const;
    std::string_view number_text() const;                   // BigNumber
    std::span<const Value> items() const;                   // Array
    std::span<const Member> members() const;                // Object, in insertion order

    std::size_t size() const noexcept;                      // items or members, else 0
    const Value* find(std::string_view key) const noexcept;  // null when absent or not an object
    const Value* at(std::size_t index) const noexcept;       // null when out of range or not an array

    // The shared node's address (strings over the inline size, numbers kept as text, arrays, objects), else null. Equal
    // identities mean the same subtree.
    const void* identity() const noexcept;
    // Bytes of JSON text this value takes when written compactly, counted up to `limit` and then abandoned
    // (returns a number > limit). Cheaper than writing.
    std::size_t written_size(std::size_t limit = SIZE_MAX) const noexcept;

    // Structural, same number representation (3 != 3.0), members in any order.
    friend bool operator==(const Value& left, const Value& right) noexcept;

private:
    friend class Builder;
};

class String {
public:
    String() noexcept;
    String(std::string_view text);
    String(const char* text);
    String(const std::string& text);
    std::string_view view() const noexcept;
    operator std::string_view() const noexcept { return view(); }
    bool empty() const noexcept { return view().empty(); }
    friend bool operator==(const String& left, const String& right) noexcept;
    friend auto operator<=>(const String& left, const String& right) noexcept { return left.view() <=> right.view(); }

private:
    friend class Value;
    Value m_value;
};

struct Member {
    String key;
    Value value;
    bool operator==(const Member&) const = default;
};

// Equal by value: 3 equals 3.0 and 3.00; objects in any order. What Choice, ArrayContains and ArrayUnique may build on.
bool equivalent(const Value& left, const Value& right) noexcept;

// One path-copied update each: the rest of the document is shared with `target`.
Value with_member(const Value& target, std::string_view key, Value value);   // replaces in place or appends
Value without_member(const Value& target, std::string_view key);
Value with_item(const Value& target, std::size_t index, Value value);        // index < size

}  // namespace weft::json
