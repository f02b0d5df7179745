#include "base/suggest.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace weft {
namespace {

constexpr std::size_t length_max = 80;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Optimal string alignment distance, without case; three rows of the usual table.
std::size_t distance(std::string_view left, std::string_view right)
{
    using Row = std::array<std::size_t, length_max + 1>;
    Row before{}, above{}, row{};
    for (std::size_t j = 0; j <= right.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const bool same = lower(left[i - 1]) == lower(right[j - 1]);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
            const bool swapped = i > 1 && j > 1 && lower(left[i - 1]) == lower(right[j - 2]) &&
                                 lower(left[i - 2]) == lower(right[j - 1]);
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = above;
        above = row;
    }
    return above[right.size()];
}

}  // namespace

std::string_view suggest(std::string_view given, std::span<const std::string_view> known)
{
    if (given.empty() || given.size() > length_max) return {};
    std::string_view best;
    std::size_t best_distance = given.size() / 3 + 2;  // exclusive
    for (const std::string_view name : known) {
        if (name.empty() || name.size() > length_max) continue;
        const std::size_t edits = distance(given, name);
        // A word of three letters with two of them changed is another word.
        if (edits < best_distance && edits * 2 <= std::max(given.size(), name.size())) {
            best = name;
            best_distance = edits;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view given, std::span<const std::string_view> known)
{
    const std::string_view name = suggest(given, known);
    return name.empty() ? std::string() : fmt::format("; did you mean '{}'?", name);
}

}  // namespace weft
