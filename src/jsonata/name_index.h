#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace weft::jsonata {

// Where names stand in one list, which may grow between searches: by hash once it is long, so that
// an expression of many names is compiled in linear time.
class NameIndex {
public:
    // The place of the first such name; the list's size if there is none.
    template <class List> std::uint32_t find(const List& names, std::string_view name)
    {
        const auto size = static_cast<std::uint32_t>(names.size());
        if (size <= searched_max)
            return static_cast<std::uint32_t>(std::find(names.begin(), names.end(), name) -
                                              names.begin());
        if (!m_places) m_places = std::make_unique<Places>();
        for (; m_indexed < size; ++m_indexed) m_places->try_emplace(names[m_indexed], m_indexed);
        const auto found = m_places->find(name);
        return found != m_places->end() ? found->second : size;
    }

private:
    using Places = std::unordered_map<std::string_view, std::uint32_t>;
    static constexpr std::size_t searched_max = 16;

    std::unique_ptr<Places> m_places;  // once it is long
    std::uint32_t m_indexed = 0;
};

}  // namespace weft::jsonata
