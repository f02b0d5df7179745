#include "asl/fields.h"

#include <array>

namespace weft::asl {
namespace {

using enum Shape;
constexpr Language both = Language::Both;
constexpr Language jsonpath = Language::JsonPath;
constexpr Language jsonata = Language::Jsonata;
constexpr bool required = true;
constexpr bool optional = false;

// AWS: the largest number of seconds anywhere ("Maximum value is 99999999").
constexpr double seconds_max = 99'999'999;

using Block = std::span<const Field>;

// A field that a JSONata state may compute.
constexpr Field dynamic(Field field)
{
    field.dynamic = true;
    return field;
}

// --- Shared blocks
constexpr std::array any_state = {
    Field{"Type", Text, required},
    Field{"Comment", Text},
    Field{"QueryLanguage", Text},
};
constexpr std::array transition = {
    Field{"Next", Text},
    Field{"End", Flag},
};
constexpr std::array assign = {
    Field{"Assign", Object},
};
constexpr std::array input_output = {
    Field{"InputPath", TextOrNull, optional, jsonpath},
    Field{"OutputPath", TextOrNull, optional, jsonpath},
    Field{"Output", Any, optional, jsonata},
};
constexpr std::array parameters = {
    Field{"Parameters", Any, optional, jsonpath},
};
constexpr std::array arguments = {
    Field{"Arguments", Any, optional, jsonata},
};
constexpr std::array result_path = {
    Field{"ResultPath", TextOrNull, optional, jsonpath},
};
constexpr std::array result_selector = {
    Field{"ResultSelector", Any, optional, jsonpath},
};
constexpr std::array retry_catch = {
    Field{"Retry", Array},
    Field{"Catch", Array},
};
constexpr std::array scope = {
    Field{"States", Object, required},
    Field{"StartAt", Text, required},
    Field{"Comment", Text},
};

// --- The machine and its parts
constexpr std::array machine_fields = {
    Field{"Version", Text},
    Field{"TimeoutSeconds", Integer, optional, both, 0, seconds_max},
    Field{"QueryLanguage", Text},
};
constexpr std::array item_processor_fields = {
    Field{"ProcessorConfig", Object},
};
constexpr std::array processor_config_fields = {
    Field{"Mode", Text},
    Field{"ExecutionType", Text},
};

// --- State types
constexpr std::array pass_fields = {
    Field{"Result", Any, optional, jsonpath},
};
constexpr std::array task_fields = {
    Field{"Resource", Text, required},
    dynamic({"TimeoutSeconds", Integer, optional, both, 1, seconds_max}),
    Field{"TimeoutSecondsPath", Text, optional, jsonpath},
    dynamic({"HeartbeatSeconds", Integer, optional, both, 1, seconds_max}),
    Field{"HeartbeatSecondsPath", Text, optional, jsonpath},
    Field{"Credentials", Object},
};
constexpr std::array choice_fields = {
    Field{"Choices", NonEmptyArray, required},
    Field{"Default", Text},
};
constexpr std::array wait_fields = {
    dynamic({"Seconds", Integer, optional, both, 0, seconds_max}),
    Field{"SecondsPath", Text, optional, jsonpath},
    Field{"Timestamp", Text},
    Field{"TimestampPath", Text, optional, jsonpath},
};
constexpr std::array fail_fields = {
    Field{"Error", Text},
    Field{"ErrorPath", Text, optional, jsonpath},
    Field{"Cause", Text},
    Field{"CausePath", Text, optional, jsonpath},
};
constexpr std::array parallel_fields = {
    Field{"Branches", NonEmptyArray, required},
};
constexpr std::array map_fields = {
    Field{"ItemProcessor", Object},
    Field{"Iterator", Object},  // deprecated spelling of ItemProcessor
    Field{"ItemsPath", Text, optional, jsonpath},
    Field{"Items", Any, optional, jsonata},
    dynamic({"ItemSelector", Object}),
    dynamic({"MaxConcurrency", Integer, optional, both, 0}),
    Field{"MaxConcurrencyPath", Text, optional, jsonpath},
    dynamic({"ToleratedFailureCount", Integer, optional, both, 0}),
    Field{"ToleratedFailureCountPath", Text, optional, jsonpath},
    dynamic({"ToleratedFailurePercentage", Number, optional, both, 0, 100}),
    Field{"ToleratedFailurePercentagePath", Text, optional, jsonpath},
    Field{"Label", Text},
    Field{"ItemReader", Object},
    Field{"ItemBatcher", Object},
    Field{"ResultWriter", Object},
};

// --- Objects inside states
constexpr std::array retrier_fields = {
    Field{"ErrorEquals", NonEmptyArray, required},
    Field{"IntervalSeconds", Integer, optional, both, 0, seconds_max},
    Field{"MaxAttempts", Integer, optional, both, 0, seconds_max},
    Field{"BackoffRate", Number, optional, both, 1},
    Field{"MaxDelaySeconds", Integer, optional, both, 1, 31'622'400},
    Field{"JitterStrategy", Text},
    Field{"Comment", Text},
};
constexpr std::array catcher_fields = {
    Field{"ErrorEquals", NonEmptyArray, required},
    Field{"Next", Text, required},
    Field{"ResultPath", TextOrNull, optional, jsonpath},
    Field{"Output", Any, optional, jsonata},
    Field{"Assign", Object},
    Field{"Comment", Text},
};
constexpr std::array credentials_fields = {
    Field{"RoleArn", Text},
    Field{"RoleArn.$", Text, optional, jsonpath},
};
constexpr std::array item_reader_fields = {
    Field{"Resource", Text, required},
    Field{"Parameters", Object, optional, jsonpath},
    Field{"Arguments", Any, optional, jsonata},
    Field{"ReaderConfig", Object},
};
constexpr std::array reader_config_fields = {
    Field{"InputType", Text},
    Field{"Transformation", Text},
    Field{"ManifestType", Text},
    Field{"CSVDelimiter", Text},
    Field{"CSVHeaderLocation", Text},
    Field{"CSVHeaders", NonEmptyArray},
    Field{"ItemsPointer", Text},
    dynamic({"MaxItems", Integer, optional, both, 0, 100'000'000}),
    Field{"MaxItemsPath", Text, optional, jsonpath},
};
constexpr std::array item_batcher_fields = {
    dynamic({"BatchInput", Object}),
    dynamic({"MaxItemsPerBatch", Integer, optional, both, 0}),
    Field{"MaxItemsPerBatchPath", Text, optional, jsonpath},
    dynamic({"MaxInputBytesPerBatch", Integer, optional, both, 0, 262'144}),
    Field{"MaxInputBytesPerBatchPath", Text, optional, jsonpath},
};
constexpr std::array result_writer_fields = {
    Field{"Resource", Text},
    Field{"Parameters", Object, optional, jsonpath},
    Field{"Arguments", Any, optional, jsonata},
    Field{"WriterConfig", Object},
};
constexpr std::array writer_config_fields = {
    Field{"Transformation", Text},
    Field{"OutputType", Text},
};

// --- Which blocks make which object
constexpr std::array machine_blocks = {Block(scope), Block(machine_fields)};
constexpr std::array branch_blocks = {Block(scope)};
constexpr std::array item_processor_blocks = {Block(scope), Block(item_processor_fields)};
constexpr std::array processor_config_blocks = {Block(processor_config_fields)};
constexpr std::array pass_blocks = {Block(any_state),    Block(transition), Block(assign),
                                    Block(input_output), Block(parameters), Block(pass_fields),
                                    Block(result_path)};
constexpr std::array task_blocks = {Block(any_state),  Block(task_fields),     Block(transition),
                                    Block(assign),     Block(input_output),    Block(parameters),
                                    Block(arguments),  Block(result_selector), Block(result_path),
                                    Block(retry_catch)};
constexpr std::array choice_blocks = {Block(any_state), Block(choice_fields), Block(assign),
                                      Block(input_output)};
constexpr std::array wait_blocks = {Block(any_state), Block(wait_fields), Block(transition),
                                    Block(assign), Block(input_output)};
constexpr std::array succeed_blocks = {Block(any_state), Block(input_output)};
constexpr std::array fail_blocks = {Block(any_state), Block(fail_fields)};
constexpr std::array parallel_blocks = {
    Block(any_state),    Block(parallel_fields), Block(transition), Block(assign),
    Block(input_output), Block(parameters),      Block(arguments),  Block(result_selector),
    Block(result_path),  Block(retry_catch)};
constexpr std::array map_blocks = {Block(any_state),       Block(map_fields),   Block(transition),
                                   Block(assign),          Block(input_output), Block(parameters),
                                   Block(result_selector), Block(result_path),  Block(retry_catch)};
constexpr std::array retrier_blocks = {Block(retrier_fields)};
constexpr std::array catcher_blocks = {Block(catcher_fields)};
constexpr std::array credentials_blocks = {Block(credentials_fields)};
constexpr std::array item_reader_blocks = {Block(item_reader_fields)};
constexpr std::array reader_config_blocks = {Block(reader_config_fields)};
constexpr std::array item_batcher_blocks = {Block(item_batcher_fields)};
constexpr std::array result_writer_blocks = {Block(result_writer_fields)};
constexpr std::array writer_config_blocks = {Block(writer_config_fields)};

}  // namespace

namespace rules {
const Rules machine{"the state machine", machine_blocks};
const Rules branch{"a branch", branch_blocks};
const Rules item_processor{"an item processor", item_processor_blocks};
const Rules processor_config{"a processor configuration", processor_config_blocks};
const Rules pass{"a Pass state", pass_blocks};
const Rules task{"a Task state", task_blocks};
const Rules choice{"a Choice state", choice_blocks};
const Rules wait{"a Wait state", wait_blocks};
const Rules succeed{"a Succeed state", succeed_blocks};
const Rules fail{"a Fail state", fail_blocks};
const Rules parallel{"a Parallel state", parallel_blocks};
const Rules map{"a Map state", map_blocks};
const Rules retrier{"a retrier", retrier_blocks};
const Rules catcher{"a catcher", catcher_blocks};
const Rules credentials{"credentials", credentials_blocks};
const Rules item_reader{"an item reader", item_reader_blocks};
const Rules reader_config{"a reader configuration", reader_config_blocks};
const Rules item_batcher{"an item batcher", item_batcher_blocks};
const Rules result_writer{"a result writer", result_writer_blocks};
const Rules writer_config{"a writer configuration", writer_config_blocks};
}  // namespace rules

const Field* Rules::find(std::string_view field) const
{
    for (const Block block : blocks) {
        for (const Field& row : block) {
            if (row.name == field) return &row;
        }
    }
    return nullptr;
}

std::span<const Rules* const> all_rules()
{
    static constexpr std::array all = {&rules::machine,        &rules::branch,
                                       &rules::item_processor, &rules::processor_config,
                                       &rules::pass,           &rules::task,
                                       &rules::choice,         &rules::wait,
                                       &rules::succeed,        &rules::fail,
                                       &rules::parallel,       &rules::map,
                                       &rules::retrier,        &rules::catcher,
                                       &rules::credentials,    &rules::item_reader,
                                       &rules::reader_config,  &rules::item_batcher,
                                       &rules::result_writer,  &rules::writer_config};
    return all;
}

}  // namespace weft::asl
