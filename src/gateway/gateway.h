#pragma once

#include "async/pool.h"
#include "async/task.h"
#include "gateway/config.h"
#include "gateway/environment.h"
#include "gateway/model.h"
#include "gateway/model_id.h"
#include "net/transport.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace weft::gateway {

// Where a model id goes.
struct Route {
    const ProviderConfig* provider = nullptr;
    std::string model;  // the provider's name for it; empty: the provider derives it
};

// Models behind one door: finds the provider of a model id and asks it. Immutable after
// construction apart from the mock providers' counts; used by all loops.
class Gateway {
public:
    // Borrows `transport` and `compute`, which must outlive it; the embedded model answers on
    // `compute`. Reads keys from `environment` once, here; a
    // missing key is a failure of the calls that need it, not of the start.
    Gateway(Config config, net::Transport& transport, async::Pool& compute,
            const Environment& environment);

    // Exact pattern, else the longest prefix, else the default provider. A regional prefix (us.,
    // eu., apac., global.) is tried as written first, then without.
    Route route(std::string_view model_id) const;

    async::Task<ModelOutcome> invoke(async::Loop& loop, ModelRequest request);

    // The pool of permits calls to this model share ("model:NAME"); empty when its provider has no
    // bound.
    std::string permit_key(std::string_view model_id) const;
    // 0 for a key that is not ours.
    std::uint32_t permits_max(std::string_view permit_key) const;

    const Config& config() const { return m_config; }

private:
    Config m_config;
    std::map<std::string, std::unique_ptr<ModelProvider>, std::less<>> m_providers;
};

}  // namespace weft::gateway
