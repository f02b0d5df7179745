#pragma once

#include "async/loop.h"
#include "base/error.h"
#include "base/function.h"
#include "json/value.h"

#include <tl/expected.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace weft::integrations {

// How a service of this process says that it refused.
struct ServiceError {
    std::string type;  // "StateMachineDoesNotExist", "ValidationException"
    int status = 400;
    std::string message;
};

struct ServiceScope {
    std::string region;
    std::string account;
};

// An AWS API that this process offers itself, for Tasks that call it: the operation's own code, not
// a way through the network. `api` implements it over its operation tables.
class LocalService {
public:
    using Reply = Function<void(tl::expected<json::Value, ServiceError>)>;
    // Takes what is to be called, on `loop`, when the caller no longer wants the answer.
    using OnGone = std::function<void(std::function<void()>)>;
    virtual ~LocalService() = default;

    // `input` and the answer as on the wire of the JSON protocol: member names in camelCase, times
    // as seconds. `reply` comes on `loop`, once.
    virtual void call(async::Loop& loop, std::string_view operation, const json::Value& input,
                      ServiceScope scope, OnGone gone, Reply reply) = 0;
    // An error of our own as the API would answer it.
    virtual ServiceError describe(const Error& error) const = 0;
};

}  // namespace weft::integrations
