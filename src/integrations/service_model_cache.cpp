#include "integrations/service_model_cache.h"

#include <utility>

namespace weft::integrations {

Result<aws::ServiceModelPtr> ServiceModelCache::find(std::string_view service)
{
    {
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_known.find(service); known != m_known.end()) return known->second;
    }
    aws::ServiceModelPtr made = TRY(m_models.model(service));
    const std::lock_guard lock(m_mutex);
    return m_known.emplace(service, std::move(made)).first->second;
}

}  // namespace weft::integrations
