#pragma once

#include "observability/metrics.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace weft::observability {

// Writes the text that Prometheus reads. Prometheus documentation: "Text-based format", version
// 0.0.4. Samples of one metric come one after the other; its help and type are written before the
// first.
class PrometheusText {
public:
    static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    void counter(std::string_view name, std::string_view help, Labels labels, std::uint64_t value);
    // What only grows, in a unit that has fractions.
    void counter(std::string_view name, std::string_view help, Labels labels, double value);
    void gauge(std::string_view name, std::string_view help, Labels labels, double value);
    // `unit`: what one of the histogram's own units is in the metric's: 1e-6 for microseconds in a
    // metric of seconds.
    void histogram(std::string_view name, std::string_view help, Labels labels,
                   const HistogramCounts& counts, double unit);

    std::string take() { return std::move(m_text); }

private:
    void begin(std::string_view name, std::string_view help, std::string_view type);
    void sample(std::string_view name, std::string_view suffix, Labels labels,
                std::string_view bound, const std::string& value);

    std::string m_text;
    std::string m_last;
};

}  // namespace weft::observability
