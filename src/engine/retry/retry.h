#pragma once

#include "asl/machine.h"
#include "base/entropy.h"
#include "base/time.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weft::engine {

// An error on its way through retriers and catchers.
struct Trouble {
    std::optional<json::String> error;  // not given by the service: nothing in the history either
    std::optional<json::String> cause;
    bool heartbeat = false;  // States.Timeout for a missed heartbeat
};

// What nothing retries or catches: States.Runtime.
// AWS: it ends the execution where it happens; states, iterations and branches around it have no
// events of it.
bool is_fatal(const Trouble& trouble);

// Whether an ErrorEquals names the error.
// ASL: https://states-language.net/spec.html#error-names
// AWS: States.ALL and States.TaskFailed never match States.Runtime, nor does its own name; a missed
// heartbeat is recorded as States.Timeout and also matches States.HeartbeatTimeout.
bool matches(std::span<const std::string> error_equals, const Trouble& trouble);

// A retrier that takes the error once more.
struct Retry {
    std::uint32_t retrier = 0;
    std::uint32_t attempt = 0;  // its count, this one included
    Milliseconds delay{};
};

// ASL, Retrier: https://states-language.net/spec.html#retrying-after-error
// `attempts`: made so far in this visit of the state, by retrier; may be shorter than `retriers`.
// None: no retrier matches, or the first that does has had all its attempts.
std::optional<Retry> find_retry(std::span<const asl::Retrier> retriers,
                                std::span<const std::uint32_t> attempts, const Trouble& trouble,
                                Entropy& entropy);

// Whether find_retry would find one; draws no entropy.
bool will_retry(std::span<const asl::Retrier> retriers, std::span<const std::uint32_t> attempts,
                const Trouble& trouble);

// Seconds that `retrier` waits before its attempt number `attempt` (from 1), jitter aside.
double backoff_seconds(const asl::Retrier& retrier, std::uint32_t attempt);

// The first catcher that names the error; null when none does.
// ASL: https://states-language.net/spec.html#fallback-states
const asl::Catcher* find_catcher(std::span<const asl::Catcher> catchers, const Trouble& trouble);

// What a caught error looks like to the next state: {Error, Cause}, null for what was not given.
json::Value error_output(const Trouble& trouble);

}  // namespace weft::engine
