#pragma once

#include "aws/service_models.h"
#include "base/result.h"

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace weft::integrations {

// Keeps the service models that were asked for, since compiling one takes milliseconds. Any thread;
// a model that is not there yet is made on the caller's, which should not be a loop's.
class ServiceModelCache {
public:
    explicit ServiceModelCache(aws::ServiceModels models) : m_models(std::move(models)) {}

    const aws::ServiceModels& models() const { return m_models; }
    // By botocore's name of the service. Errors: NotFound, Corrupt.
    Result<aws::ServiceModelPtr> find(std::string_view service);

private:
    const aws::ServiceModels m_models;
    std::mutex m_mutex;
    std::map<std::string, aws::ServiceModelPtr, std::less<>> m_known;
};

}  // namespace weft::integrations
