#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace weft::asl {

// What a field's value must be. Paths, templates and timestamps are JSON strings or objects here;
// their own syntax is checked where they are compiled.
enum class Shape : std::uint8_t {
    Text,
    Flag,
    Integer,
    Number,
    Object,
    Array,
    NonEmptyArray,
    TextOrNull,  // InputPath, ResultPath, OutputPath
    Any,
};

enum class Language : std::uint8_t { Both, JsonPath, Jsonata };

// A field of some object of the language.
struct Field {
    std::string_view name;
    Shape shape = Shape::Text;
    bool required = false;
    Language language = Language::Both;
    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
    bool dynamic = false;  // in a JSONata state a text that is an expression may stand there
};

// The fields an object may have, as blocks that several objects share.
struct Rules {
    std::string_view name;  // for hints: "a Wait state", "a retrier"
    std::span<const std::span<const Field>> blocks;

    const Field* find(std::string_view field) const;
};

namespace rules {
extern const Rules machine;
extern const Rules branch;
extern const Rules item_processor;
extern const Rules processor_config;
extern const Rules pass;
extern const Rules task;
extern const Rules choice;
extern const Rules wait;
extern const Rules succeed;
extern const Rules fail;
extern const Rules parallel;
extern const Rules map;
extern const Rules retrier;
extern const Rules catcher;
extern const Rules credentials;
extern const Rules item_reader;
extern const Rules reader_config;
extern const Rules item_batcher;
extern const Rules result_writer;
extern const Rules writer_config;
}  // namespace rules

// Every table above, for the documentation and the tests.
std::span<const Rules* const> all_rules();

}  // namespace weft::asl
