#pragma once

// The memory behind json::Value; private to this folder.

#include "json/value.h"

#include <cstring>
#include <optional>

namespace weft::json {

// The head of an array's or object's node; items or members follow, then an object's index, if any.
// A text's node is four bytes of count, four unused, then the bytes.
struct ListNode {
    union {
        struct {
            std::uint32_t references;
            std::uint32_t index_bits;  // the index has 2^bits slots; 0: no index
        } live;
        ListNode* next_dead;  // while a tree is being freed
    };
    std::uint64_t tag_and_size;  // Value's second word
};
static_assert(sizeof(ListNode) == 16);

// Makes values from raw parts; the only other writer of a Value's words.
class Builder {
public:
    static constexpr std::size_t inline_max = Value::text_inline_max;
    static constexpr std::size_t unindexed_members_max = 16;

    static Value text(std::string_view text, Kind kind = Kind::String);
    // The same for a text of which 16 bytes from its start may be read, whatever its size.
    static Value padded_text(const char* text, std::size_t size)
    {
        if (size > inline_max) return node_text({text, size}, Kind::String);
        Value value;
        std::memcpy(&value.m_low, text, 8);
        if (size < 8) {
            value.m_low &= (std::uint64_t{1} << (8 * size)) - 1;
        } else {
            std::memcpy(&value.m_high, text + 8, 8);
            value.m_high &= (std::uint64_t{1} << (8 * (size - 8))) - 1;
        }
        value.m_high |= Value::tag(Kind::String) | std::uint64_t{size} << 60;
        return value;
    }

    // These take the values over: the memory at `first` holds no values afterwards.
    static Value adopt_items(void* first, std::size_t count);
    // Null on a duplicate key; then nothing is taken and `duplicate` is the later one's ordinal.
    static std::optional<Value> adopt_members(void* first, std::size_t count,
                                              std::size_t& duplicate);

    // The position of `key` in an object, or its size.
    static std::size_t find(const Value& object, std::string_view key) noexcept;

    // New nodes with room for `count`, to be filled by the caller before anyone else sees them.
    // `index_bits` is for members only; finish_index fills the index.
    static ListNode* new_list(Kind kind, std::size_t count, std::uint32_t index_bits);
    static Value own(ListNode* node) noexcept
    {
        Value value;
        value.m_low = reinterpret_cast<std::uint64_t>(node);
        value.m_high = node->tag_and_size;
        return value;
    }
    static ListNode* node_of(const Value& value) noexcept
    {
        return reinterpret_cast<ListNode*>(value.m_low);
    }
    static Value* items_of(ListNode* node) noexcept { return reinterpret_cast<Value*>(node + 1); }
    static Member* members_of(ListNode* node) noexcept
    {
        return reinterpret_cast<Member*>(node + 1);
    }
    static std::uint32_t* index_of(ListNode* node) noexcept
    {
        return reinterpret_cast<std::uint32_t*>(members_of(node) + size_of(node));
    }
    static std::size_t size_of(const ListNode* node) noexcept
    {
        return node->tag_and_size & Value::size_mask;
    }
    static std::uint32_t index_bits_for(std::size_t members) noexcept;
    // The ordinal of a duplicate key, if there is one.
    static std::optional<std::size_t> fill_index(ListNode* node) noexcept;
    static void delete_node(void* node, std::uint64_t tag_and_size) noexcept;
    static std::int64_t counted_bytes(std::uint64_t tag_and_size) noexcept;
    static void free_tree(ListNode* node) noexcept;
    // True when this was the last reference.
    static bool drop(std::uint64_t node) noexcept
    {
        const std::atomic_ref<std::uint32_t> count(*reinterpret_cast<std::uint32_t*>(node));
        // A sole owner needs no locked instruction: nobody else can copy what only it holds.
        if (count.load(std::memory_order_acquire) == 1) return true;
        return count.fetch_sub(1, std::memory_order_acq_rel) == 1;
    }
    static bool same_text(const Value& left, const Value& right) noexcept
    {
        if (left.m_low == right.m_low) return left.m_high == right.m_high;
        return left.on_heap() && left.m_high == right.m_high && left.text() == right.text();
    }

private:
    static Value node_text(std::string_view text, Kind kind);
};

}  // namespace weft::json
