#include "api/states/inspection_data.h"

#include "json/write.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::api::states {

namespace {

using engine::Inspection;

// Kinds of states as a set, in the order of asl::State::kind.
enum Kinds : std::uint8_t {
    NoState = 0,
    PassState = 1,
    TaskState = 2,
    ChoiceState = 4,
    WaitState = 8,
    SucceedState = 16,
    FailState = 32,
    ParallelState = 64,
    MapState = 128,
};

constexpr Kinds operator|(Kinds left, Kinds right)
{
    return static_cast<Kinds>(static_cast<unsigned>(left) | static_cast<unsigned>(right));
}

constexpr Kinds unworked = ChoiceState | WaitState | SucceedState | FailState;

// Which stages are shown of which states. AWS: recorded for every type; a Parallel shows nothing of
// what its branches begin with.
struct ShownStage {
    std::string_view member;
    Inspection::Stage Inspection::* stage;
    Kinds jsonpath;
    Kinds jsonata;
};
constexpr std::array shown_stages = {
    ShownStage{"afterInputPath", &Inspection::after_input_path,
               PassState | TaskState | MapState | unworked, NoState},
    ShownStage{"afterParameters", &Inspection::after_parameters, PassState | TaskState, NoState},
    ShownStage{"afterArguments", &Inspection::after_arguments, NoState, TaskState},
    ShownStage{"afterItemsPath", &Inspection::after_items_path, MapState, NoState},
    ShownStage{"afterItemsPointer", &Inspection::after_items_pointer, MapState, MapState},
    ShownStage{"afterItemSelector", &Inspection::after_item_selector, MapState, MapState},
    ShownStage{"afterItemBatcher", &Inspection::after_item_batcher, MapState, MapState},
    ShownStage{"result", &Inspection::result, PassState | TaskState, TaskState},
    ShownStage{"afterResultSelector", &Inspection::after_result_selector,
               PassState | TaskState | ParallelState | MapState, NoState},
    ShownStage{"afterResultPath", &Inspection::after_result_path,
               PassState | TaskState | ParallelState | MapState, NoState},
};

// AWS: a Pass state shows either its Result or what its input became, never both.
bool shows(const ShownStage& row, const runtime::TestStateReply& reply)
{
    const auto kind = static_cast<Kinds>(1U << reply.kind);
    const bool jsonata = reply.language == asl::QueryLanguage::Jsonata;
    if ((static_cast<unsigned>(jsonata ? row.jsonata : row.jsonpath) & kind) == 0) return false;
    if (kind != PassState) return true;
    const bool of_input = row.member == "afterInputPath" || row.member == "afterParameters";
    if (of_input) return !reply.literal_result;
    return row.member != "result" || reply.literal_result;
}

json::Value error_details(const engine::TestedState& tested)
{
    const Inspection& inspection = tested.inspection;
    std::vector<json::Member> out;
    using Status = engine::TestedState::Status;
    if (tested.status == Status::CaughtError && inspection.catcher)
        out.push_back({"catchIndex", std::uint64_t{*inspection.catcher}});
    if (inspection.retrier) out.push_back({"retryIndex", std::uint64_t{*inspection.retrier}});
    if (tested.backoff) {
        const double seconds = static_cast<double>(tested.backoff->count()) / 1000;
        out.push_back(
            {"retryBackoffIntervalSeconds", static_cast<std::int64_t>(std::llround(seconds))});
    }
    return json::Value::object(std::move(out));
}

}  // namespace

json::Value inspection_data(const runtime::TestStateReply& reply)
{
    const Inspection& inspection = reply.tested.inspection;
    std::vector<json::Member> out{{"input", json::write(reply.input)}};
    for (const ShownStage& row : shown_stages) {
        const Inspection::Stage& stage = inspection.*row.stage;
        if (stage && shows(row, reply)) out.push_back({row.member, json::write(*stage)});
    }
    if (inspection.max_concurrency) out.push_back({"maxConcurrency", *inspection.max_concurrency});
    if (inspection.tolerated_failure_count)
        out.push_back({"toleratedFailureCount", *inspection.tolerated_failure_count});
    if (inspection.tolerated_failure_percentage)
        out.push_back({"toleratedFailurePercentage", *inspection.tolerated_failure_percentage});
    if (!reply.tested.variables.is_null())
        out.push_back({"variables", json::write(reply.tested.variables)});
    if (json::Value details = error_details(reply.tested); details.size() > 0)
        out.push_back({"errorDetails", std::move(details)});
    return json::Value::object(std::move(out));
}

}  // namespace weft::api::states
