#pragma once

#include "jsonata/item.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <utility>

namespace weft::jsonata {

// A vector of items, of which the first four need no memory of their own: most arguments and most
// arrays that an expression makes are that short.
class ItemVector {
public:
    ItemVector() noexcept : m_items(own()) {}
    ItemVector(std::initializer_list<Item> items) : ItemVector()
    {
        for (const Item& item : items) push_back(item);
    }
    ItemVector(const ItemVector& other) : ItemVector()
    {
        reserve(other.m_size);
        for (const Item& item : other) push_back(item);
    }
    ItemVector(ItemVector&& other) noexcept : ItemVector() { take(other); }
    ItemVector& operator=(const ItemVector& other)
    {
        if (this != &other) *this = ItemVector(other);
        return *this;
    }
    ItemVector& operator=(ItemVector&& other) noexcept
    {
        if (this == &other) return *this;
        clear();
        release();
        take(other);
        return *this;
    }
    ~ItemVector()
    {
        clear();
        release();
    }

    std::size_t size() const { return m_size; }
    std::size_t capacity() const { return m_capacity; }
    bool empty() const { return m_size == 0; }
    // What it holds besides itself.
    std::size_t heap_bytes() const { return m_items == own() ? 0 : m_capacity * sizeof(Item); }

    Item* begin() { return m_items; }
    Item* end() { return m_items + m_size; }
    const Item* begin() const { return m_items; }
    const Item* end() const { return m_items + m_size; }
    Item& operator[](std::size_t index) { return m_items[index]; }
    const Item& operator[](std::size_t index) const { return m_items[index]; }
    Item& back() { return m_items[m_size - 1]; }

    void reserve(std::size_t capacity)
    {
        if (capacity > m_capacity) grow(capacity);
    }
    // `item` is not of this vector.
    void push_back(Item item)
    {
        if (m_size == m_capacity) grow(m_capacity * 2);
        new (m_items + m_size++) Item(std::move(item));
    }
    template <class... Args> void emplace_back(Args&&... args)
    {
        push_back(Item(std::forward<Args>(args)...));
    }
    void clear()
    {
        std::destroy_n(m_items, m_size);
        m_size = 0;
    }

private:
    static constexpr std::size_t own_items = 4;

    Item* own() { return reinterpret_cast<Item*>(m_own); }
    const Item* own() const { return reinterpret_cast<const Item*>(m_own); }
    [[gnu::noinline]] void grow(std::size_t capacity)
    {
        auto* items = static_cast<Item*>(::operator new(capacity * sizeof(Item)));
        Item::move_bytes(m_items, m_size, items);
        release();
        m_items = items;
        m_capacity = capacity;
    }
    // Of an empty one.
    void release()
    {
        if (m_items != own()) ::operator delete(m_items);
        m_items = own();
        m_capacity = own_items;
    }
    // Of another that is left empty; this one is empty and released.
    void take(ItemVector& other) noexcept
    {
        if (other.m_items == other.own()) {
            Item::move_bytes(other.m_items, other.m_size, m_items);
            m_size = std::exchange(other.m_size, 0);
            return;
        }
        m_items = std::exchange(other.m_items, other.own());
        m_size = std::exchange(other.m_size, 0);
        m_capacity = std::exchange(other.m_capacity, own_items);
    }

    Item* m_items;
    std::size_t m_size = 0;
    std::size_t m_capacity = own_items;
    alignas(Item) std::byte m_own[own_items * sizeof(Item)];
};

}  // namespace weft::jsonata
