#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::jsonata {

// Memory of a compiled expression: things are made one behind the other and end together. Those
// with a destructor are remembered and destroyed, the last one first.
class Arena {
public:
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena()
    {
        for (Owned* owned = m_owned; owned != nullptr; owned = owned->next)
            owned->destroy(owned->thing);
    }

    template <class T, class... Args> T* make(Args&&... args)
    {
        T* thing = new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
        if constexpr (!std::is_trivially_destructible_v<T>) {
            m_owned = new (allocate(sizeof(Owned), alignof(Owned)))
                Owned{m_owned, thing, [](void* dying) { static_cast<T*>(dying)->~T(); }};
        }
        return thing;
    }
    std::string_view copy(std::string_view text)
    {
        if (text.empty()) return {};
        char* bytes = static_cast<char*>(allocate(text.size(), 1));
        std::memcpy(bytes, text.data(), text.size());
        return {bytes, text.size()};
    }

    // Room for that many, which are neither made nor destroyed.
    template <class T> T* room(std::size_t count)
    {
        return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    }

private:
    struct Owned {
        Owned* next;
        void* thing;
        void (*destroy)(void*);
    };
    static constexpr std::size_t block_bytes_min = 2048;
    static constexpr std::size_t block_bytes_max = 16384;

    void* allocate(std::size_t bytes, std::size_t alignment)
    {
        const std::uintptr_t at = (m_at + alignment - 1) & ~(alignment - 1);
        if (at + bytes > m_end) return allocate_block(bytes);
        m_at = at + bytes;
        return reinterpret_cast<void*>(at);
    }
    [[gnu::noinline]] void* allocate_block(std::size_t bytes)
    {
        const std::size_t size = bytes > m_block_bytes ? bytes : m_block_bytes;
        if (m_block_bytes < block_bytes_max) m_block_bytes *= 2;
        m_blocks.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
        const auto begin = reinterpret_cast<std::uintptr_t>(m_blocks.back().get());
        m_at = begin + bytes;
        m_end = begin + size;
        return m_blocks.back().get();
    }

    std::vector<std::unique_ptr<std::byte[]>> m_blocks;
    std::size_t m_block_bytes = block_bytes_min;
    std::uintptr_t m_at = 0;  // what is free of the last block
    std::uintptr_t m_end = 0;
    Owned* m_owned = nullptr;
};

// A list whose memory is the arena's: nothing to destroy, so that trees of lists end at once.
template <class T> class ArenaList {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

public:
    void push(Arena& arena, const T& item)
    {
        if (m_size == m_capacity) {
            m_capacity = m_capacity == 0 ? 2 : m_capacity * 2;
            T* items = arena.room<T>(m_capacity);
            for (std::uint32_t i = 0; i < m_size; ++i) new (items + i) T(m_items[i]);
            m_items = items;
        }
        new (m_items + m_size++) T(item);
    }
    bool empty() const { return m_size == 0; }
    std::size_t size() const { return m_size; }
    T* begin() { return m_items; }
    T* end() { return m_items + m_size; }
    const T* begin() const { return m_items; }
    const T* end() const { return m_items + m_size; }
    T& operator[](std::size_t index) { return m_items[index]; }
    const T& operator[](std::size_t index) const { return m_items[index]; }
    T& front() { return m_items[0]; }
    const T& front() const { return m_items[0]; }
    T& back() { return m_items[m_size - 1]; }
    const T& back() const { return m_items[m_size - 1]; }

private:
    T* m_items = nullptr;
    std::uint32_t m_size = 0;
    std::uint32_t m_capacity = 0;
};

}  // namespace weft::jsonata
