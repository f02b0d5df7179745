#include "asl/rfc3339.h"

#include <cstdint>

namespace weft::asl {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Takes from the front of a text, piece by piece.
class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    std::optional<int> digits(std::size_t count)
    {
        if (m_text.size() < count) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!is_digit(m_text[i])) return std::nullopt;
            value = value * 10 + (m_text[i] - '0');
        }
        m_text.remove_prefix(count);
        return value;
    }
    bool take(char c)
    {
        if (m_text.empty() || m_text.front() != c) return false;
        m_text.remove_prefix(1);
        return true;
    }
    // Digits of a fraction, as nanoseconds.
    std::optional<std::int64_t> fraction()
    {
        std::int64_t value = 0;
        int count = 0;
        while (!m_text.empty() && is_digit(m_text.front())) {
            if (++count > 9) return std::nullopt;
            value = value * 10 + (m_text.front() - '0');
            m_text.remove_prefix(1);
        }
        if (count == 0) return std::nullopt;
        for (; count < 9; ++count) value *= 10;
        return value;
    }
    bool done() const { return m_text.empty(); }

private:
    std::string_view m_text;
};

std::optional<std::chrono::minutes> parse_offset(Scanner& in)
{
    if (in.take('Z')) return std::chrono::minutes{0};
    const bool ahead = in.take('+');
    if (!ahead && !in.take('-')) return std::nullopt;
    const auto hours = in.digits(2);
    if (!hours || !in.take(':')) return std::nullopt;
    const auto minutes = in.digits(2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset{*hours * 60 + *minutes};
    return ahead ? offset : -offset;
}

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text)
{
    Scanner in(text);
    const auto year = in.digits(4);
    if (!year || !in.take('-')) return std::nullopt;
    const auto month = in.digits(2);
    if (!month || !in.take('-')) return std::nullopt;
    const auto day = in.digits(2);
    if (!day || !in.take('T')) return std::nullopt;
    const auto hour = in.digits(2);
    if (!hour || !in.take(':')) return std::nullopt;
    const auto minute = in.digits(2);
    if (!minute || !in.take(':')) return std::nullopt;
    const auto second = in.digits(2);
    if (!second) return std::nullopt;
    std::int64_t nanoseconds = 0;
    if (in.take('.')) {
        const auto fraction = in.fraction();
        if (!fraction) return std::nullopt;
        nanoseconds = *fraction;
    }
    const auto offset = parse_offset(in);
    if (!offset || !in.done()) return std::nullopt;

    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    constexpr int year_min = 1678;
    constexpr int year_max = 2261;
    if (*year < year_min || *year > year_max) return std::nullopt;
    const Instant midnight = std::chrono::sys_days{date};
    return midnight + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} + std::chrono::nanoseconds{nanoseconds} - *offset;
}

}  // namespace weft::asl
