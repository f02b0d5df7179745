#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace weft::json {

// A stack of plain things whose first `N` need no allocation: what walking a document takes instead
// of recursion, since a document may be nested deeper than a thread's stack.
template <class T, std::size_t N> class SmallStack {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    bool empty() const { return m_size == 0; }
    std::size_t size() const { return m_size + m_more.size(); }
    void push(const T& item)
    {
        if (m_size < N) {
            m_first[m_size++] = item;
        } else {
            m_more.push_back(item);
        }
    }
    T& top() { return m_more.empty() ? m_first[m_size - 1] : m_more.back(); }
    void pop()
    {
        if (m_more.empty()) {
            --m_size;
        } else {
            m_more.pop_back();
        }
    }

private:
    std::array<T, N> m_first;
    std::size_t m_size = 0;
    std::vector<T> m_more;
};

}  // namespace weft::json
