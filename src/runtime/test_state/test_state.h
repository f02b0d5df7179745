#pragma once

#include "engine/test_state.h"
#include "runtime/requests.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weft::runtime {

// INTERFACE CONTRACT: TestState, as the API asks for it. Texts are parsed where the caller can say
// what is wrong with them; what depends on the state's type is the runtime's to judge.

struct TestStateMock {
    enum class Validation : std::uint8_t { Strict, Present, None };
    std::optional<std::string> result;  // JSON text; the one or the other
    std::optional<engine::MockedError> error;
    Validation validation = Validation::Strict;
};

struct TestStateConfiguration {
    std::optional<std::uint32_t> retrier_retry_count;
    std::optional<std::string> error_caused_by_state;
    std::optional<std::uint32_t> map_iteration_failure_count;
    std::optional<std::string> map_item_reader_data;  // as found in its source
};

struct TestStateRequest {
    Scope scope;
    std::string definition;
    std::string state_name;  // empty: the definition is that of one state
    std::optional<std::string> role_arn;
    json::Value input;
    json::Value variables;  // an object, or null
    std::optional<std::string> context;
    std::optional<TestStateMock> mock;
    TestStateConfiguration configuration;
};

// What kind of state it was says which of its stages are shown.
struct TestStateReply {
    engine::TestedState tested;
    std::size_t kind = 0;  // index in asl::State::kind
    asl::QueryLanguage language = asl::QueryLanguage::JsonPath;
    bool literal_result = false;  // a Pass state with a Result
    json::Value input;
};

// AWS: a test that takes longer fails with States.Timeout.
constexpr Milliseconds test_state_time_max{300'000};

}  // namespace weft::runtime
