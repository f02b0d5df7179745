#include "json/node.h"

#include <memory>

namespace weft::json {

Value with_member(const Value& target, std::string_view key, Value value)
{
    WEFT_ASSERT(target.is_object());
    const std::span<const Member> members = target.members();
    const std::size_t position = Builder::find(target, key);
    const bool append = position == members.size();
    String added;
    if (append) added = String(key);
    const std::uint32_t bits =
        append ? Builder::index_bits_for(members.size() + 1)
               : (members.empty() ? 0 : Builder::node_of(target)->live.index_bits);
    ListNode* node = Builder::new_list(Kind::Object, members.size() + (append ? 1 : 0), bits);
    Member* copies = Builder::members_of(node);
    std::uninitialized_copy(members.begin(), members.end(), copies);
    if (append) {
        std::construct_at(copies + position, Member{std::move(added), std::move(value)});
        if (bits != 0) Builder::fill_index(node);
    } else {
        copies[position].value = std::move(value);
        // The same keys at the same places.
        if (bits != 0)
            std::memcpy(Builder::index_of(node), Builder::index_of(Builder::node_of(target)),
                        sizeof(std::uint32_t) << bits);
    }
    return Builder::own(node);
}

Value without_member(const Value& target, std::string_view key)
{
    WEFT_ASSERT(target.is_object());
    const std::span<const Member> members = target.members();
    const std::size_t position = Builder::find(target, key);
    if (position == members.size()) return target;
    if (members.size() == 1) return Value::object();
    const std::uint32_t bits = Builder::index_bits_for(members.size() - 1);
    ListNode* node = Builder::new_list(Kind::Object, members.size() - 1, bits);
    const auto gap = members.begin() + static_cast<std::ptrdiff_t>(position);
    Member* rest = std::uninitialized_copy(members.begin(), gap, Builder::members_of(node));
    std::uninitialized_copy(gap + 1, members.end(), rest);
    if (bits != 0) Builder::fill_index(node);
    return Builder::own(node);
}

Value with_item(const Value& target, std::size_t index, Value value)
{
    WEFT_ASSERT(target.is_array() && index < target.size());
    const std::span<const Value> items = target.items();
    ListNode* node = Builder::new_list(Kind::Array, items.size(), 0);
    Value* copies = Builder::items_of(node);
    std::uninitialized_copy(items.begin(), items.end(), copies);
    copies[index] = std::move(value);
    return Builder::own(node);
}

}  // namespace weft::json
