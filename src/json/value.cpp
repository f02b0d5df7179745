#include "json/value.h"

#include "json/memory.h"
#include "json/node.h"
#include "json/number.h"

#include <new>
#include <sys/auxv.h>

namespace weft::json {

namespace {

// Keeps others from choosing keys that collide in our indexes: 16 bytes the kernel gave this
// process (no device is read). The seed decides where keys lie in an index and nothing anyone can
// see.
std::uint64_t seed_of_process() noexcept
{
    std::uint64_t seed = 0x9e3779b97f4a7c15U;
    if (const auto* bytes = reinterpret_cast<const void*>(getauxval(AT_RANDOM)))
        std::memcpy(&seed, bytes, sizeof seed);
    return seed;
}

std::uint64_t mix(std::uint64_t left, std::uint64_t right) noexcept
{
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{left} * right;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_of(std::string_view text) noexcept
{
    static const std::uint64_t seed = seed_of_process();
    std::uint64_t hash = seed ^ mix(text.size() ^ 0xa0761d6478bd642fU, 0xe7037ed1a0b428dbU);
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 8; at += 8, left -= 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        hash = mix(hash ^ word, 0x8ebc6af09c88c6e3U ^ seed);
    }
    std::uint64_t word = 0;
    if (left != 0) std::memcpy(&word, at, left);
    return mix(hash ^ word, 0x589965cc75374cc3U ^ seed);
}

}  // namespace

// What a node counts for, whatever its index takes: it is told by the value's second word alone.
std::int64_t Builder::counted_bytes(std::uint64_t tag_and_size) noexcept
{
    const std::uint64_t size = tag_and_size & Value::size_mask;
    switch (static_cast<Kind>(tag_and_size >> 56 & 0xF)) {
    case Kind::Array: return static_cast<std::int64_t>(sizeof(ListNode) + size * sizeof(Value));
    case Kind::Object: return static_cast<std::int64_t>(sizeof(ListNode) + size * sizeof(Member));
    default: return static_cast<std::int64_t>(Value::text_offset + size);
    }
}

Value Builder::node_text(std::string_view text, Kind kind)
{
    void* node = ::operator new(Value::text_offset + text.size());
    const std::uint64_t head = 1;  // one reference
    std::memcpy(node, &head, sizeof head);
    std::memcpy(static_cast<char*>(node) + Value::text_offset, text.data(), text.size());
    Value value;
    value.m_low = reinterpret_cast<std::uint64_t>(node);
    value.m_high = Value::node_tag | Value::tag(kind) | text.size();
    thread_bytes += counted_bytes(value.m_high);
    return value;
}

Value Builder::text(std::string_view text, Kind kind)
{
    // A BigNumber is always a node; it has at least one digit more than fits.
    if (text.size() > inline_max || kind != Kind::String) return node_text(text, kind);
    Value value;
    std::uint64_t words[2] = {0, 0};
    if (!text.empty()) std::memcpy(words, text.data(), text.size());
    value.m_low = words[0];
    value.m_high = words[1] | Value::tag(kind) | std::uint64_t{text.size()} << 60;
    return value;
}

ListNode* Builder::new_list(Kind kind, std::size_t count, std::uint32_t index_bits)
{
    std::size_t bytes = sizeof(ListNode);
    bytes += count * (kind == Kind::Array ? sizeof(Value) : sizeof(Member));
    if (index_bits != 0) bytes += sizeof(std::uint32_t) << index_bits;
    auto* node = static_cast<ListNode*>(::operator new(bytes));
    node->live = {1, index_bits};
    node->tag_and_size = Value::node_tag | Value::tag(kind) | count;
    thread_bytes += counted_bytes(node->tag_and_size);
    return node;
}

void Builder::delete_node(void* node, std::uint64_t tag_and_size) noexcept
{
    thread_bytes -= counted_bytes(tag_and_size);
    ::operator delete(node);
}

std::uint32_t Builder::index_bits_for(std::size_t members) noexcept
{
    if (members <= unindexed_members_max) return 0;
    // At most two thirds full; slots are 32 bits wide.
    WEFT_ASSERT(members < (std::size_t{1} << 31));
    return static_cast<std::uint32_t>(std::bit_width(members + members / 2));
}

std::optional<std::size_t> Builder::fill_index(ListNode* node) noexcept
{
    const std::uint32_t bits = node->live.index_bits;
    const std::uint32_t mask = static_cast<std::uint32_t>((std::uint64_t{1} << bits) - 1);
    std::uint32_t* index = index_of(node);
    std::memset(index, 0, sizeof(std::uint32_t) << bits);
    const Member* members = members_of(node);
    const std::size_t count = size_of(node);
    for (std::size_t i = 0; i < count; ++i) {
        auto slot = static_cast<std::uint32_t>(hash_of(members[i].key.view())) & mask;
        for (; index[slot] != 0; slot = (slot + 1) & mask)
            if (same_text(members[index[slot] - 1].key.m_value, members[i].key.m_value)) return i;
        index[slot] = static_cast<std::uint32_t>(i + 1);
    }
    return std::nullopt;
}

Value Builder::adopt_items(void* first, std::size_t count)
{
    if (count == 0) {
        Value value;
        value.m_high = Value::tag(Kind::Array);
        return value;
    }
    ListNode* node = new_list(Kind::Array, count, 0);
    std::memcpy(static_cast<void*>(items_of(node)), first, count * sizeof(Value));
    return own(node);
}

std::optional<Value> Builder::adopt_members(void* first, std::size_t count, std::size_t& duplicate)
{
    if (count == 0) return Value::object();
    if (count <= unindexed_members_max) {
        const auto* members = static_cast<const Member*>(first);
        for (std::size_t i = 1; i < count; ++i) {
            const Value& key = members[i].key.m_value;
            for (std::size_t j = 0; j < i; ++j) {
                if (!same_text(key, members[j].key.m_value)) continue;
                duplicate = i;
                return std::nullopt;
            }
        }
    }
    ListNode* node = new_list(Kind::Object, count, index_bits_for(count));
    std::memcpy(static_cast<void*>(members_of(node)), first, count * sizeof(Member));
    if (node->live.index_bits != 0) {
        if (const auto found = fill_index(node)) {
            delete_node(node, node->tag_and_size);
            duplicate = *found;
            return std::nullopt;
        }
    }
    return own(node);
}

std::size_t Builder::find(const Value& object, std::string_view key) noexcept
{
    const std::size_t count = object.size();
    if (count == 0) return 0;
    ListNode* node = node_of(object);
    const Member* members = members_of(node);
    if (node->live.index_bits != 0) {
        const auto mask =
            static_cast<std::uint32_t>((std::uint64_t{1} << node->live.index_bits) - 1);
        const std::uint32_t* index = index_of(node);
        auto slot = static_cast<std::uint32_t>(hash_of(key)) & mask;
        for (; index[slot] != 0; slot = (slot + 1) & mask)
            if (members[index[slot] - 1].key.view() == key) return index[slot] - 1;
        return count;
    }
    if (key.size() <= inline_max) {
        const Value wanted = text(key);
        for (std::size_t i = 0; i < count; ++i) {
            const Value& candidate = members[i].key.m_value;
            if (candidate.m_low == wanted.m_low && candidate.m_high == wanted.m_high) return i;
        }
        return count;
    }
    for (std::size_t i = 0; i < count; ++i)
        if (members[i].key.view() == key) return i;
    return count;
}

// Frees a node that nobody refers to, and all that only it kept alive: without recursion, so that
// a document nested a million deep is as safe as a flat one, and without memory of its own: dead
// nodes wait in a list that runs through them.
void Builder::free_tree(ListNode* node) noexcept
{
    ListNode* dead = node;
    dead->next_dead = nullptr;
    while (dead != nullptr) {
        ListNode* current = std::exchange(dead, dead->next_dead);
        // Members are pairs of values: key, value.
        const bool object = (current->tag_and_size >> 56 & 0xF) == static_cast<int>(Kind::Object);
        const Value* child = items_of(current);
        const Value* end = child + size_of(current) * (object ? 2 : 1);
        for (; child != end; ++child) {
            if (!child->on_heap() || !drop(child->m_low)) continue;
            if (child->kind() < Kind::Array) {
                delete_node(reinterpret_cast<void*>(child->m_low), child->m_high);
                continue;
            }
            ListNode* list = node_of(*child);
            list->next_dead = dead;
            dead = list;
        }
        delete_node(current, current->tag_and_size);
    }
}

Value::Value(std::string_view text) : Value(Builder::text(text)) {}

Value Value::take_items(std::span<Value> items)
{
    Value value = Builder::adopt_items(items.data(), items.size());
    // Their words have moved on: what remains must not be released.
    if (!items.empty())
        std::memset(static_cast<void*>(items.data()), 0, items.size() * sizeof(Value));
    return value;
}

Value Value::array(std::vector<Value> items)
{
    return take_items(items);
}

Value Value::take_members(std::span<Member> members)
{
    std::size_t duplicate = 0;
    auto value = Builder::adopt_members(members.data(), members.size(), duplicate);
    WEFT_ASSERT(value.has_value());  // keys are distinct
    if (!members.empty())
        std::memset(static_cast<void*>(members.data()), 0, members.size() * sizeof(Member));
    return *std::move(value);
}

Value Value::object(std::vector<Member> members)
{
    return take_members(members);
}

Value Value::big_number(std::string_view text)
{
    const NumberScan scan = scan_number(text.data(), text.data() + text.size());
    WEFT_ASSERT(scan.valid && scan.end == text.data() + text.size());
    return scan.value;
}

void Value::release() noexcept
{
    if (!Builder::drop(m_low)) return;
    if (kind() < Kind::Array) {
        Builder::delete_node(reinterpret_cast<void*>(m_low), m_high);
    } else {
        Builder::free_tree(Builder::node_of(*this));
    }
}

double Value::converted_to_double() const
{
    switch (kind()) {
    case Kind::Int: return static_cast<double>(static_cast<std::int64_t>(m_low));
    case Kind::UInt: return static_cast<double>(m_low);
    default: return nearest_double(number_text());
    }
}

const Value* Value::find(std::string_view key) const noexcept
{
    if (!is_object()) return nullptr;
    const std::size_t position = Builder::find(*this, key);
    return position < size() ? &members()[position].value : nullptr;
}

}  // namespace weft::json
