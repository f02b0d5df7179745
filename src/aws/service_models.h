#pragma once

#include "aws/service_model.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft::aws {

// What AWS calls one operation of one service.
struct OperationName {
    std::string service;    // as botocore calls it: "bedrock-runtime"
    std::string operation;  // "InvokeModel"
    bool operator==(const OperationName&) const = default;
};

// All service models, in the compressed form that tools/aws_models writes (its head describes it).
// Only the index is kept; a service is inflated and compiled when it is asked for, which takes some
// milliseconds (EC2, the largest: tens), so callers keep what they use. Immutable; free to be read
// by many threads.
class ServiceModels {
public:
    struct Entry {
        std::string name;                     // botocore's name of the service
        std::string service_id;               // AWS's own: "Bedrock Runtime"
        std::string api_version;              // 2023-09-30
        std::vector<std::string> operations;  // sorted
        std::size_t offset = 0;               // of the frame, from the end of the index
        std::size_t size = 0;
        std::size_t plain_size = 0;
    };

    ServiceModels() = default;  // none
    // `bytes` must live as long as the object. ErrorCode::Corrupt when they are no such file.
    static Result<ServiceModels> open(std::string_view bytes);

    const std::string& source() const { return m_source; }            // "botocore 1.2.3"
    const std::vector<Entry>& services() const { return m_entries; }  // sorted by name
    // By botocore's name; null when there is none.
    const Entry* find(std::string_view service) const;

    // The service and the operation that a Task's `aws-sdk:service:action` names: the service as
    // the AWS SDK for Java 2 writes it in lower case, the action in camel case. Nothing when AWS
    // has no such operation.
    std::optional<OperationName> find_sdk(std::string_view service, std::string_view action) const;

    // ErrorCode::NotFound for a service that is not there, Corrupt for one that cannot be read.
    Result<ServiceModelPtr> model(std::string_view service) const;

private:
    Result<> read_index(std::string_view text);

    std::string_view m_frames;
    std::string m_source;
    std::vector<Entry> m_entries;
    std::map<std::string, std::size_t, std::less<>> m_by_sdk_name;
};

// How the AWS SDK for Java 2, and with it Step Functions, calls a service: its id without blanks, a
// leading Amazon or AWS and a trailing Service, in lower case ("Config Service" → "config").
std::string sdk_service_name(std::string_view service_id);

}  // namespace weft::aws
