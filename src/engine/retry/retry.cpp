#include "engine/retry/retry.h"

#include "engine/fault.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace weft::engine {

namespace {

// Longer waits than this are as good as none: about 31 years.
constexpr double delay_seconds_max = 1e9;

json::Value text_or_null(const std::optional<json::String>& text)
{
    return text ? json::Value(*text) : json::Value();
}

struct Attempt {
    std::uint32_t retrier = 0;
    std::uint32_t number = 0;  // from 1
};

// The first retrier that names the error, unless it has had all its attempts.
std::optional<Attempt> find_attempt(std::span<const asl::Retrier> retriers,
                                    std::span<const std::uint32_t> attempts, const Trouble& trouble)
{
    for (std::uint32_t i = 0; i < retriers.size(); ++i) {
        if (!matches(retriers[i].error_equals, trouble)) continue;
        // MaxAttempts may be 0: such an error is never retried.
        const std::uint32_t made = i < attempts.size() ? attempts[i] : 0;
        if (made >= retriers[i].attempts_max) return std::nullopt;
        return Attempt{i, made + 1};
    }
    return std::nullopt;
}

}  // namespace

bool is_fatal(const Trouble& trouble)
{
    return trouble.error && trouble.error->view() == errors::runtime;
}

bool matches(std::span<const std::string> error_equals, const Trouble& trouble)
{
    if (is_fatal(trouble)) return false;
    const std::string_view error = trouble.error ? trouble.error->view() : std::string_view();
    return std::ranges::any_of(error_equals, [&](std::string_view name) {
        if (name == errors::all) return true;
        // A reserved name for any error except a timeout.
        if (name == errors::task_failed) return error != errors::timeout;
        if (name == errors::heartbeat_timeout) return trouble.heartbeat || name == error;
        return trouble.error.has_value() && name == error;
    });
}

double backoff_seconds(const asl::Retrier& retrier, std::uint32_t attempt)
{
    // Each attempt waits BackoffRate times as long as the one before, up to MaxDelaySeconds.
    // Nothing stays nothing, however often it is multiplied: by infinity it would be no number.
    if (retrier.interval_seconds <= 0) return 0;
    double delay =
        retrier.interval_seconds * std::pow(retrier.backoff_rate, static_cast<double>(attempt) - 1);
    if (retrier.delay_seconds_max) delay = std::min(delay, *retrier.delay_seconds_max);
    return std::min(delay, delay_seconds_max);
}

bool will_retry(std::span<const asl::Retrier> retriers, std::span<const std::uint32_t> attempts,
                const Trouble& trouble)
{
    return find_attempt(retriers, attempts, trouble).has_value();
}

std::optional<Retry> find_retry(std::span<const asl::Retrier> retriers,
                                std::span<const std::uint32_t> attempts, const Trouble& trouble,
                                Entropy& entropy)
{
    const std::optional<Attempt> found = find_attempt(retriers, attempts, trouble);
    if (!found) return std::nullopt;
    const asl::Retrier& retrier = retriers[found->retrier];
    double delay = backoff_seconds(retrier, found->number);
    // JitterStrategy FULL: anywhere between nothing and the delay.
    if (retrier.jitter == asl::Retrier::Jitter::Full) delay *= entropy.unit();
    return Retry{found->retrier, found->number, Milliseconds(std::llround(delay * 1000))};
}

const asl::Catcher* find_catcher(std::span<const asl::Catcher> catchers, const Trouble& trouble)
{
    for (const asl::Catcher& catcher : catchers)
        if (matches(catcher.error_equals, trouble)) return &catcher;
    return nullptr;
}

json::Value error_output(const Trouble& trouble)
{
    return json::Value::object(
        {{"Error", text_or_null(trouble.error)}, {"Cause", text_or_null(trouble.cause)}});
}

}  // namespace weft::engine
