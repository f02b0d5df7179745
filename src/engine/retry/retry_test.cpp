#include "engine/retry/retry.h"

#include <doctest/doctest.h>

#include <cmath>

namespace weft::engine {

TEST_CASE("an interval grows with each attempt, up to a bound, and nothing stays nothing")
{
    asl::Retrier retrier;
    retrier.interval_seconds = 3;
    retrier.backoff_rate = 2;
    CHECK(backoff_seconds(retrier, 1) == 3);
    CHECK(backoff_seconds(retrier, 4) == 24);
    retrier.delay_seconds_max = 20;
    CHECK(backoff_seconds(retrier, 4) == 20);
    // The power is infinite.
    retrier.backoff_rate = 1e300;
    CHECK(backoff_seconds(retrier, 3) == 20);
    retrier.delay_seconds_max.reset();
    CHECK(std::isfinite(backoff_seconds(retrier, 3)));
    retrier.interval_seconds = 0;
    CHECK(backoff_seconds(retrier, 1) == 0);
    CHECK(backoff_seconds(retrier, 3) == 0);
}

}  // namespace weft::engine
