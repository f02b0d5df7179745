#pragma once

#include "jsonata/expression.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::asl {

// An expression of a JSONata state, compiled. A value type; copies share the compiled form.
struct Query {
    std::shared_ptr<const jsonata::Expression> expression;
    // What it reads beside its own names: `$states`, and of that the context object, which need not
    // be built otherwise.
    bool reads_states = false;
    bool reads_context = false;
    // The workflow variables it may read: where one is called like a built-in function, it hides
    // it.
    std::vector<std::string> names;

    // As written, without the braces and the blanks within them: so causes quote it.
    std::string_view text() const { return expression->text(); }
};

// What to do about functions and operators that JSONata 2.0.6, AWS's version, lacks.
enum class NewerJsonata : std::uint8_t { Accept, Warn, Refuse };

// The text between `{%` and `%}`, without the blanks around it; nothing for a text that is no
// expression. AWS: the text begins and ends with them, with nothing before or behind.
std::optional<std::string_view> query_text(std::string_view text);

// Parts of `$states` that not every field has.
// AWS: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
struct QueryScope {
    bool result = false;        // Output and Assign of Task, Parallel, Map
    bool error_output = false;  // Output and Assign of a Catcher
};

}  // namespace weft::asl
