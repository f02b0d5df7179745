#pragma once

#include "asl/machine.h"
#include "base/result.h"
#include "integrations/service_model_cache.h"
#include "runtime/runtime.h"
#include "runtime/test_state/test_state.h"
#include "json/value.h"

#include <string>

namespace weft::runtime {

// From a request for TestState to something the engine can step, or to AWS's error. Pure but for
// the models that are kept.

struct PreparedTest {
    asl::MachinePtr machine;
    const asl::State* state = nullptr;
    engine::StateUnderTest test;  // without `started`
};

// `models` may be null: then mocked results are not measured by a model.
Result<PreparedTest> prepare_test(const TestStateRequest& request, const RuntimeOptions& options,
                                  integrations::ServiceModelCache* models);

// --- Its parts.

// The definition of one state as a machine: the state is called StateName, and the states it leads
// to are stood in for by Succeed states. A text that is no JSON object stays as it is.
std::string machine_of_one_state(const std::string& definition);

// What AWS accepts as a context object. `callback`: the state is a Task that has a token.
Result<json::Value> check_test_context(const std::string& text, bool callback);

// The mocked result as a value, checked for what the state's type and its action ask for.
Result<json::Value> check_mocked_result(const std::string& text, TestStateMock::Validation mode,
                                        const asl::State& state,
                                        integrations::ServiceModelCache* models);

// What a Map's ItemReader would read from the data given.
Result<json::Value> read_test_items(const std::string& text, const asl::Map& map);

}  // namespace weft::runtime
