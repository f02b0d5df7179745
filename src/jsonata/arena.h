#pragma once

#include <cstddef>
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

private:
    struct Owned {
        Owned* next;
        void* thing;
        void (*destroy)(void*);
    };
    static constexpr std::size_t block_bytes = 4096;

    void* allocate(std::size_t bytes, std::size_t alignment)
    {
        std::size_t at = (m_used + alignment - 1) & ~(alignment - 1);
        if (at + bytes > m_size) {
            m_size = bytes > block_bytes ? bytes : block_bytes;
            m_blocks.push_back(std::make_unique_for_overwrite<std::byte[]>(m_size));
            at = 0;
        }
        m_used = at + bytes;
        return m_blocks.back().get() + at;
    }

    std::vector<std::unique_ptr<std::byte[]>> m_blocks;
    std::size_t m_used = 0;
    std::size_t m_size = 0;
    Owned* m_owned = nullptr;
};

}  // namespace weft::jsonata
