#include "asl/states/states.h"

#include "asl/resource_table.h"
#include "asl/template_compile.h"

#include <fmt/format.h>

#include <array>
#include <variant>

namespace weft::asl {
namespace {

constexpr std::array<std::string_view, 2> modes = {"INLINE", "DISTRIBUTED"};
constexpr std::array<std::string_view, 2> execution_types = {"STANDARD", "EXPRESS"};
constexpr std::array<std::string_view, 5> input_types = {"CSV", "JSON", "JSONL", "PARQUET",
                                                         "MANIFEST"};
constexpr std::array<std::string_view, 2> reader_transformations = {"NONE", "LOAD_AND_FLATTEN"};
constexpr std::array<std::string_view, 2> manifest_types = {"ATHENA_DATA", "S3_INVENTORY"};
constexpr std::array<std::string_view, 5> delimiters = {"COMMA", "PIPE", "SEMICOLON", "SPACE",
                                                        "TAB"};
constexpr std::array<std::string_view, 2> header_locations = {"FIRST_ROW", "GIVEN"};
constexpr std::array<std::string_view, 3> writer_transformations = {"NONE", "COMPACT", "FLATTEN"};
constexpr std::array<std::string_view, 2> output_types = {"JSON", "JSONL"};

struct Mode {
    bool distributed = false;
    MachineType children = MachineType::Standard;
};

Mode read_processor_config(const Object& processor)
{
    Reader& reader = processor.reader();
    Mode mode;
    mode.children = reader.type();
    const json::Value* value = processor.find("ProcessorConfig");
    if (value == nullptr) return mode;
    const Place place = processor.place().field("ProcessorConfig");
    const Object config(reader, rules::processor_config, *value, place);
    const auto chosen = config.choice("Mode", modes);
    const auto type = config.choice("ExecutionType", execution_types);
    mode.distributed = chosen == "DISTRIBUTED";
    if (!mode.distributed) {
        if (config.written("ExecutionType") && (chosen || !config.written("Mode")))
            reader.schema_error("Field 'ExecutionType' is not supported", place,
                                "only the Mode DISTRIBUTED has it");
        return mode;
    }
    if (!config.written("ExecutionType")) {
        reader.schema_error("These fields are required: [ExecutionType]", place);
    }
    if (reader.type() == MachineType::Express) {
        const Place at = place.field("Mode");
        reader.schema_error("The field 'Mode' with value 'DISTRIBUTED' is not supported inside "
                            "'EXPRESS' state machines",
                            at);
    }
    mode.children = type == "EXPRESS" ? MachineType::Express : MachineType::Standard;
    return mode;
}

void check_s3_resource(const Object& object, std::span<const std::string_view> actions)
{
    const json::Value* value = object.find("Resource");
    if (value == nullptr) return;
    const std::string_view text = value->as_string();
    for (const std::string_view action : actions) {
        if (is_states_resource(text, "s3", action)) return;
    }
    const Place place = object.place().field("Resource");
    object.reader().schema_error("The field 'Resource' does not match any of the allowed values",
                                 place);
}

void read_item_reader(const Object& map, Map& out)
{
    const json::Value* value = map.find("ItemReader");
    out.reads_items = value != nullptr;
    if (value == nullptr) return;
    const Place place = map.place().field("ItemReader");
    const Object item_reader(map.reader(), rules::item_reader, *value, place);
    constexpr std::array<std::string_view, 2> actions = {"getObject", "listObjectsV2"};
    check_s3_resource(item_reader, actions);
    item_reader.payload("Parameters");
    item_reader.payload("Arguments");
    const json::Value* config_value = item_reader.find("ReaderConfig");
    if (config_value == nullptr) return;
    const Place config_place = place.field("ReaderConfig");
    const Object config(map.reader(), rules::reader_config, *config_value, config_place);
    config.choice("InputType", input_types);
    out.reader_input_type = std::string(config.text("InputType"));
    out.items_pointer = std::string(config.text("ItemsPointer"));
    config.choice("Transformation", reader_transformations);
    config.choice("ManifestType", manifest_types);
    config.choice("CSVDelimiter", delimiters);
    config.choice("CSVHeaderLocation", header_locations);
    if (out.reader_input_type == "CSV" && !config.written("CSVHeaderLocation"))
        map.reader().schema_error("The field 'CSVHeaderLocation' is required", config_place);
    if (out.reader_input_type == "JSON" && config.written("CSVHeaderLocation"))
        map.reader().schema_error("Field 'CSVHeaderLocation' is not supported", config_place,
                                  "only the InputType CSV has it");
    if (config.text("CSVHeaderLocation") == "GIVEN" && !config.written("CSVHeaders"))
        map.reader().schema_error("These fields are required: [CSVHeaders]", config_place);
    config.number("MaxItems", "MaxItemsPath");
}

void read_item_batcher(const Object& map, Map& out)
{
    const json::Value* value = map.find("ItemBatcher");
    if (value == nullptr) return;
    const Place place = map.place().field("ItemBatcher");
    const Object batcher(map.reader(), rules::item_batcher, *value, place);
    out.item_batcher.emplace();
    out.item_batcher->batch_input = batcher.payload("BatchInput");
    out.item_batcher->items_max = batcher.number("MaxItemsPerBatch", "MaxItemsPerBatchPath");
    out.item_batcher->bytes_max =
        batcher.number("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath");
}

void read_result_writer(const Object& map)
{
    const json::Value* value = map.find("ResultWriter");
    if (value == nullptr) return;
    const Place place = map.place().field("ResultWriter");
    if (value->size() == 0) {
        map.reader().schema_error("Value cannot be empty", place);
        return;
    }
    const Object writer(map.reader(), rules::result_writer, *value, place);
    constexpr std::array<std::string_view, 1> actions = {"putObject"};
    check_s3_resource(writer, actions);
    writer.payload("Parameters");
    writer.payload("Arguments");
    const json::Value* config_value = writer.find("WriterConfig");
    if (config_value == nullptr) return;
    const Place config_place = place.field("WriterConfig");
    const Object config(map.reader(), rules::writer_config, *config_value, config_place);
    config.choice("Transformation", writer_transformations);
    config.choice("OutputType", output_types);
}

void read_processor(const Object& object, State& state, Map& map)
{
    Reader& reader = object.reader();
    constexpr std::array<std::string_view, 2> spellings = {"ItemProcessor", "Iterator"};
    object.exactly_one(spellings);
    const std::string_view field = object.written("ItemProcessor") ? "ItemProcessor" : "Iterator";
    const json::Value* value = object.find(field);
    if (value == nullptr) return;
    const Place place = object.place().field(field);
    const Object processor(reader, rules::item_processor, *value, place);
    const Mode mode = read_processor_config(processor);
    map.iterator_spelling = field == "Iterator";
    map.distributed = mode.distributed;
    map.processor = reader.read_scope(processor, state.index, 0, mode.children, !mode.distributed);
    if (mode.distributed) return;
    for (const std::string_view name : {"ItemReader", "ItemBatcher", "ResultWriter"}) {
        if (!object.written(name)) continue;
        reader.schema_error(fmt::format("Field '{}' is not supported", name), object.place(),
                            "only a Map whose ProcessorConfig has Mode DISTRIBUTED has it");
    }
}

// AWS: an array or an object as written, or an expression that gives an array.
void read_items(const Object& object, Map& map)
{
    const json::Value* items = object.find("Items");
    if (items == nullptr) return;
    const bool query = items->is_string() && query_text(items->as_string()).has_value();
    if (items->is_array() || items->is_object() || query) {
        map.items = object.payload("Items");
        const Place at = object.place().field("Items");
        if (const auto* computed = std::get_if<Template::Computed>(&map.items->node))
            check_constant(computed->query, "array", at, object.reader());
        return;
    }
    const Place place = object.place().field("Items");
    object.reader().schema_error("Expected value of type Array", place,
                                 "an array, an object or an expression: \"{% … %}\"");
}

}  // namespace

// ASL: https://states-language.net/spec.html#map-state
void read_map(const Object& object, State& state)
{
    Map map;
    read_processor(object, state, map);
    map.items_path = object.path("ItemsPath");
    map.items_path_text = std::string(object.text("ItemsPath"));
    read_items(object, map);
    constexpr std::array<std::string_view, 2> selectors = {"ItemSelector", "Parameters"};
    object.at_most_one(selectors);
    map.item_selector = object.payload("ItemSelector");
    if (!map.item_selector && state.parameters) {
        // The deprecated spelling; `Parameters` of a Map never is the state's own.
        map.item_selector = std::move(state.parameters);
        map.item_selector_is_parameters = true;
    }
    state.parameters.reset();
    map.max_concurrency = object.number("MaxConcurrency", "MaxConcurrencyPath");
    map.tolerated_failure_count =
        object.number("ToleratedFailureCount", "ToleratedFailureCountPath");
    map.tolerated_failure_percentage =
        object.number("ToleratedFailurePercentage", "ToleratedFailurePercentagePath");
    object.reader().add_label(object);
    read_item_reader(object, map);
    read_item_batcher(object, map);
    read_result_writer(object);
    map.writes_results = object.has("ResultWriter");
    state.kind = std::move(map);
}

}  // namespace weft::asl
