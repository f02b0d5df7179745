#pragma once

#include "asl/query.h"
#include "intrinsics/expression.h"
#include "jsonpath/path.h"
#include "json/value.h"

#include <string>
#include <variant>
#include <vector>

namespace weft::asl {

// INTERFACE CONTRACT.
// A payload template (Parameters, ResultSelector, ItemSelector, Assign) or a document with
// expressions of a JSONata state (Arguments, Output, Items), compiled: evaluating it parses
// nothing. ASL: https://states-language.net/spec.html#payload-template
struct Template {
    // A subtree without any `.$` field or expression stays one literal, shared by all evaluations.
    struct Literal {
        json::Value value;
    };
    struct Path {
        jsonpath::Path path;
    };
    struct Intrinsic {
        intrinsics::Expression expression;
    };
    struct Computed {  // of a JSONata state
        Query query;
        std::string field;  // where it stands in its state, for error texts: Output/price
    };
    struct Field {
        json::String key;             // without the `.$`
        std::string source;           // the field as written, with `.$`, for error texts
        std::string text;             // the path or intrinsic as written; empty for other templates
        std::vector<Template> value;  // exactly one (vector: the type is incomplete here)
    };
    struct Object {
        std::vector<Field> fields;
    };
    struct Array {
        std::vector<Template> items;
    };

    std::variant<Literal, Path, Intrinsic, Computed, Object, Array> node;
};

}  // namespace weft::asl
