#include "json/node.h"
#include "json/number.h"
#include "json/small_stack.h"

#include <cmath>

namespace weft::json {

namespace {

bool same_number(const Value& left, const Value& right) noexcept
{
    if (left.kind() == right.kind()) {
        switch (left.kind()) {
        case Kind::Int: return left.as_int() == right.as_int();
        case Kind::UInt: return left.as_uint() == right.as_uint();
        case Kind::Double: return left.as_double() == right.as_double();
        default: return decimal_of(left) == decimal_of(right);
        }
    }
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    const Value& integer = left.kind() == Kind::Int ? left : right;
    const Value& other = left.kind() == Kind::Int ? right : left;
    // Up to 2^53 a double is the integer it is written as.
    if (integer.kind() == Kind::Int && other.kind() == Kind::Double && integer.as_int() <= exact &&
        integer.as_int() >= -exact)
        return static_cast<double>(integer.as_int()) == other.as_double();
    return decimal_of(left) == decimal_of(right);
}

struct Pair {
    const Value* left;
    const Value* right;
};

// Compares all pairs of subtrees without recursion; `same_scalar` compares what is no array or
// object.
template <class SameScalar>
bool same_tree(const Value& left, const Value& right, SameScalar same_scalar) noexcept
{
    SmallStack<Pair, 32> pending;
    pending.push({&left, &right});
    while (!pending.empty()) {
        const auto [a, b] = pending.top();
        pending.pop();
        if (a->identity() != nullptr && a->identity() == b->identity()) continue;
        if (a->is_array() && b->is_array()) {
            if (a->size() != b->size()) return false;
            const auto left_items = a->items();
            const auto right_items = b->items();
            for (std::size_t i = 0; i < left_items.size(); ++i) {
                if (left_items[i].size() != 0) {
                    pending.push({&left_items[i], &right_items[i]});
                } else if (!same_scalar(left_items[i], right_items[i])) {
                    return false;
                }
            }
        } else if (a->is_object() && b->is_object()) {
            if (a->size() != b->size()) return false;
            const auto left_members = a->members();
            const auto right_members = b->members();
            for (std::size_t i = 0; i < left_members.size(); ++i) {
                // Mostly the members are in the same order.
                const Value* other = left_members[i].key == right_members[i].key
                                         ? &right_members[i].value
                                         : b->find(left_members[i].key);
                if (other == nullptr) return false;
                if (left_members[i].value.size() != 0) {
                    pending.push({&left_members[i].value, other});
                } else if (!same_scalar(left_members[i].value, *other)) {
                    return false;
                }
            }
        } else if (!same_scalar(*a, *b)) {
            return false;
        }
    }
    return true;
}

}  // namespace

// Both are nodes of one kind and size.
bool Value::same_node(const Value& other) const noexcept
{
    if (kind() < Kind::Array) return text() == other.text();
    return same_tree(*this, other, [](const Value& left, const Value& right) {
        if (left.m_low == right.m_low && left.m_high == right.m_high) return true;
        return left.on_heap() && left.m_high == right.m_high && left.kind() < Kind::Array &&
               left.text() == right.text();
    });
}

bool equivalent(const Value& left, const Value& right) noexcept
{
    return same_tree(left, right, [](const Value& a, const Value& b) {
        if (a.is_number() && b.is_number()) return same_number(a, b);
        if (a.kind() != b.kind()) return false;
        // Lists come here only when one of them is empty.
        if (a.kind() >= Kind::Array) return a.size() == b.size();
        return a == b;
    });
}

}  // namespace weft::json
