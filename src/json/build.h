#pragma once

#include "json/value.h"

#include <utility>
#include <vector>

namespace weft::json {

// Collects items, then becomes an array without copying them.
class ArrayBuilder {
public:
    explicit ArrayBuilder(std::size_t capacity = 0) { m_items.reserve(capacity); }

    ArrayBuilder& add(Value item)
    {
        m_items.push_back(std::move(item));
        return *this;
    }
    std::size_t size() const noexcept { return m_items.size(); }
    Value build() && { return Value::array(std::move(m_items)); }

private:
    std::vector<Value> m_items;
};

// Collects members in order, then becomes an object without copying them. Keys given to add() must
// be distinct; set() looks for the key first (linear: for objects of a few members).
class ObjectBuilder {
public:
    explicit ObjectBuilder(std::size_t capacity = 0) { m_members.reserve(capacity); }

    ObjectBuilder& add(String key, Value value)
    {
        m_members.push_back(Member{std::move(key), std::move(value)});
        return *this;
    }
    ObjectBuilder& set(String key, Value value)
    {
        for (Member& member : m_members) {
            if (member.key != key) continue;
            member.value = std::move(value);
            return *this;
        }
        return add(std::move(key), std::move(value));
    }
    std::size_t size() const noexcept { return m_members.size(); }
    Value build() && { return Value::object(std::move(m_members)); }

private:
    std::vector<Member> m_members;
};

}  // namespace weft::json
