#include "observability/export/prometheus.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::observability;

TEST_CASE("help and type once, labels escaped")
{
    PrometheusText text;
    text.counter("weft_x_total", "What x is.", {{"kind", "a"}}, std::uint64_t{3});
    text.counter("weft_x_total", "What x is.", {{"kind", "b\"\\\n"}, {"other", ""}},
                 std::uint64_t{4});
    text.gauge("weft_y", "What y is.", {}, 1.5);
    CHECK(text.take() == "# HELP weft_x_total What x is.\n# TYPE weft_x_total counter\n"
                         "weft_x_total{kind=\"a\"} 3\n"
                         "weft_x_total{kind=\"b\\\"\\\\\\n\",other=\"\"} 4\n"
                         "# HELP weft_y What y is.\n# TYPE weft_y gauge\nweft_y 1.5\n");
}

TEST_CASE("a histogram is cumulative, and its sum has the metric's unit")
{
    HistogramCounts counts;
    for (const std::uint64_t microseconds : {0U, 3U, 900U, 2'000'000'000U})
        counts.add(microseconds);
    PrometheusText text;
    text.histogram("weft_s", "Seconds.", {{"a", "b"}}, counts, 1e-6);
    const std::string made = text.take();
    const auto has = [&](std::string_view line) {
        CAPTURE(made);
        CHECK(made.find(line) != std::string::npos);
    };
    has("# TYPE weft_s histogram\n");
    has("weft_s_bucket{a=\"b\",le=\"0\"} 1\n");
    has("weft_s_bucket{a=\"b\",le=\"3e-06\"} 2\n");
    has("weft_s_bucket{a=\"b\",le=\"0.000511\"} 2\n");
    has("weft_s_bucket{a=\"b\",le=\"0.001023\"} 3\n");
    has("weft_s_bucket{a=\"b\",le=\"+Inf\"} 4\n");
    has("weft_s_sum{a=\"b\"} 2000.0009\n");
    has("weft_s_count{a=\"b\"} 4\n");
}
