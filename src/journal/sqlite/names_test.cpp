#include "journal/sqlite/names.h"

#include <doctest/doctest.h>

using namespace weft::journal;

TEST_CASE("a filter holds what was added, and little else")
{
    constexpr int entries = 20'000;
    NameFilter filter(entries);
    for (int i = 0; i < entries; ++i) filter.add(filter_hash(1, i));
    int wrong = 0;
    for (int i = 0; i < entries; ++i) {
        CHECK(filter.may_hold(filter_hash(1, i)));
        wrong += filter.may_hold(filter_hash(2, i)) ? 1 : 0;
    }
    CHECK(wrong < entries / 20);
    const NameFilter stored(filter.bits());
    for (int i = 0; i < entries; ++i) CHECK(stored.may_hold(filter_hash(1, i)));
}
