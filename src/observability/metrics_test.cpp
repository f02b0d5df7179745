#include "observability/metrics.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace weft::observability;

TEST_CASE("counts of many threads add up")
{
    Counter counter;
    Histogram histogram;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 12; ++i) {
        threads.emplace_back([&] {
            for (unsigned n = 0; n < 1'000; ++n) {
                counter.add();
                histogram.add(n);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(counter.value() == 12'000);
    CHECK(histogram.counts().count() == 12'000);
    CHECK(histogram.counts().sum == 12 * 999 * 500);
}

TEST_CASE("buckets are powers of two")
{
    HistogramCounts counts;
    for (const std::uint64_t value : {0U, 1U, 2U, 3U, 4U, 7U, 8U}) counts.add(value);
    counts.add(UINT64_MAX / 2);
    CHECK(counts.counts[0] == 1);
    CHECK(counts.counts[1] == 1);
    CHECK(counts.counts[2] == 2);
    CHECK(counts.counts[3] == 2);
    CHECK(counts.counts[4] == 1);
    CHECK(counts.counts[buckets - 1] == 1);
    CHECK(counts.count() == 8);
}
