#include "history/event.h"

#include <type_traits>

namespace weft::history {

namespace {

template <class T> bool same(const T& left, const T& right)
{
    return left == right;
}

template <class T> bool same(const Boxed<T>& left, const Boxed<T>& right)
{
    return left == right || (left && right && *left == *right);
}

}  // namespace

bool operator==(const Event& left, const Event& right)
{
    if (left.id != right.id || left.previous != right.previous || left.time != right.time ||
        left.frame != right.frame || left.type != right.type ||
        left.details.index() != right.details.index())
        return false;
    return std::visit(
        [&](const auto& mine) {
            return same(mine, std::get<std::remove_cvref_t<decltype(mine)>>(right.details));
        },
        left.details);
}

static_assert(sizeof(Details) <= 72, "an event's details stay small: box what is large");

}  // namespace weft::history
