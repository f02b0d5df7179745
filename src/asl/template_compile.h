#pragma once

#include "asl/template.h"

#include <optional>
#include <string_view>

namespace weft::asl {

class Reader;
class Place;

// Compiles a payload template, or in a JSONata state a document whose texts may be expressions;
// what is wrong with its `.$` fields and expressions is reported and left out. ASL:
// https://states-language.net/spec.html#payload-template
Template compile_template(const json::Value& value, const Place& place, Reader& reader,
                          QueryScope scope = {});

// One text of a JSONata state, `{% … %}`; what is wrong with it is reported.
std::optional<Query> compile_query(std::string_view text, const Place& place, Reader& reader,
                                   QueryScope scope = {});

// Warns when the expression is a constant of another type than its field needs: "array", "boolean",
// "number" or "string". It fails then, whatever the input is.
void check_constant(const Query& query, std::string_view expected, const Place& place,
                    Reader& reader);

// The value of one `.$` field: `$…` and `$$…` are paths, anything else a call of an intrinsic
// function. Nothing when it is neither; `problem` then says why.
// The variables it reads are noted with the reader's state.
std::optional<Template> compile_expression(std::string_view text, Reader& reader,
                                           std::string& problem);

// The variables of an Assign: a template whose members' names are those of variables.
Template compile_assign(const json::Value& value, const Place& place, Reader& reader,
                        QueryScope scope = {});

// Whether a plain text reads like a path or a call that its author meant to be evaluated.
bool looks_like_expression(std::string_view text);

// A `.$` field of a JSON object that is no template as a whole.
bool is_expression_key(std::string_view key);

}  // namespace weft::asl
