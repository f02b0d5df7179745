#include "observability/export/prometheus.h"

#include <fmt/format.h>

namespace weft::observability {

namespace {

void put_escaped(std::string& out, std::string_view value)
{
    for (const char c : value) {
        if (c == '\\' || c == '"') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
}

}  // namespace

void PrometheusText::begin(std::string_view name, std::string_view help, std::string_view type)
{
    if (m_last == name) return;
    m_last = name;
    m_text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void PrometheusText::sample(std::string_view name, std::string_view suffix, Labels labels,
                            std::string_view bound, const std::string& value)
{
    m_text += name;
    m_text += suffix;
    char separator = '{';
    const auto put = [&](std::string_view key, std::string_view text) {
        m_text += separator;
        m_text += key;
        m_text += "=\"";
        put_escaped(m_text, text);
        m_text += '"';
        separator = ',';
    };
    for (const auto& [key, text] : labels) put(key, text);
    if (!bound.empty()) put("le", bound);
    if (separator == ',') m_text += '}';
    m_text += ' ';
    m_text += value;
    m_text += '\n';
}

void PrometheusText::counter(std::string_view name, std::string_view help, Labels labels,
                             std::uint64_t value)
{
    begin(name, help, "counter");
    sample(name, "", labels, {}, fmt::to_string(value));
}

void PrometheusText::counter(std::string_view name, std::string_view help, Labels labels,
                             double value)
{
    begin(name, help, "counter");
    sample(name, "", labels, {}, fmt::format("{}", value));
}

void PrometheusText::gauge(std::string_view name, std::string_view help, Labels labels,
                           double value)
{
    begin(name, help, "gauge");
    sample(name, "", labels, {}, fmt::format("{}", value));
}

void PrometheusText::histogram(std::string_view name, std::string_view help, Labels labels,
                               const HistogramCounts& counts, double unit)
{
    begin(name, help, "histogram");
    std::uint64_t below = 0;
    for (std::size_t i = 0; i + 1 < buckets; ++i) {
        below += counts.counts[i];
        // Values are whole: those below 2^i are those up to 2^i - 1.
        const double bound = static_cast<double>((std::uint64_t{1} << i) - 1) * unit;
        sample(name, "_bucket", labels, fmt::format("{:.7g}", bound), fmt::to_string(below));
    }
    below += counts.counts[buckets - 1];
    sample(name, "_bucket", labels, "+Inf", fmt::to_string(below));
    sample(name, "_sum", labels, {}, fmt::format("{:.9g}", static_cast<double>(counts.sum) * unit));
    sample(name, "_count", labels, {}, fmt::to_string(below));
}

}  // namespace weft::observability
