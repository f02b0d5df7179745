#include "jsonata/fault_table.h"

#include "jsonata/functions/json_text.h"

#include <algorithm>
#include <array>

namespace weft::jsonata {

namespace {

constexpr std::array rows{
    FaultRow{"D1001", "Number out of range: {{value}}"},
    FaultRow{"D1002", "Cannot negate a non-numeric value: {{value}}"},
    FaultRow{"D1004", "Regular expression matches zero length string"},
    FaultRow{"D1009", "Multiple key definitions evaluate to same key: {{value}}"},
    FaultRow{"D1011", "Stack overflow. Check for non-terminating recursive function.  Consider "
                      "rewriting as tail-recursive"},
    FaultRow{"D1012", "Evaluation timeout after {{value}} milliseconds. Check for infinite loop"},
    FaultRow{
        "D1013",
        "Object property names starting with _jsonata_ are reserved for internal use: {{value}}"},
    FaultRow{"D2005", "The left side of := must be a variable name (start with $)"},
    FaultRow{"D2014", "The size of the sequence allocated by the range operator (..) must not "
                      "exceed 1e7.  Attempted to allocate {{value}}."},
    FaultRow{"D2015", "The maximum sequence length of {{value}} was exceeded."},
    FaultRow{"D3001", "Attempting to invoke string function on Infinity or NaN"},
    FaultRow{"D3010", "Second argument of replace function cannot be an empty string"},
    FaultRow{"D3011", "Fourth argument of replace function must evaluate to a positive number"},
    FaultRow{"D3012", "Attempted to replace a matched string with a non-string value"},
    FaultRow{"D3020", "Third argument of split function must evaluate to a positive number"},
    FaultRow{"D3030", "Unable to cast value to a number: {{value}}"},
    FaultRow{"D3040", "Third argument of match function must evaluate to a positive number"},
    FaultRow{
        "D3050",
        "The second argument of reduce function must be a function with at least two arguments"},
    FaultRow{"D3060", "The sqrt function cannot be applied to a negative number: {{value}}"},
    FaultRow{"D3061", "The power function has resulted in a value that cannot be represented as a "
                      "JSON number: base={{value}}, exponent={{exp}}"},
    FaultRow{
        "D3070",
        "The single argument form of the sort function can only be applied to an array of strings "
        "or an array of numbers.  Use the second argument to specify a comparison function"},
    FaultRow{"D3080", "The picture string must only contain a maximum of two sub-pictures"},
    FaultRow{"D3081", "The sub-picture must not contain more than one instance of the "
                      "'decimal-separator' character"},
    FaultRow{"D3082",
             "The sub-picture must not contain more than one instance of the 'percent' character"},
    FaultRow{
        "D3083",
        "The sub-picture must not contain more than one instance of the 'per-mille' character"},
    FaultRow{"D3084",
             "The sub-picture must not contain both a 'percent' and a 'per-mille' character"},
    FaultRow{"D3085",
             "The mantissa part of a sub-picture must contain at least one character that is "
             "either an 'optional digit character' or a member of the 'decimal digit family'"},
    FaultRow{"D3086", "The sub-picture must not contain a passive character that is preceded by an "
                      "active character and that is followed by another active character"},
    FaultRow{"D3087", "The sub-picture must not contain a 'grouping-separator' character that "
                      "appears adjacent to a 'decimal-separator' character"},
    FaultRow{
        "D3088",
        "The sub-picture must not contain a 'grouping-separator' at the end of the integer part"},
    FaultRow{"D3089", "The sub-picture must not contain two adjacent instances of the "
                      "'grouping-separator' character"},
    FaultRow{"D3090",
             "The integer part of the sub-picture must not contain a member of the 'decimal digit "
             "family' that is followed by an instance of the 'optional digit character'"},
    FaultRow{"D3091",
             "The fractional part of the sub-picture must not contain an instance of the 'optional "
             "digit character' that is followed by a member of the 'decimal digit family'"},
    FaultRow{"D3092", "A sub-picture that contains a 'percent' or 'per-mille' character must not "
                      "contain a character treated as an 'exponent-separator'"},
    FaultRow{"D3093", "The exponent part of the sub-picture must comprise only of one or more "
                      "characters that are members of the 'decimal digit family'"},
    FaultRow{
        "D3100",
        "The radix of the formatBase function must be between 2 and 36.  It was given {{value}}"},
    FaultRow{"D3110", "The argument of the toMillis function must be an ISO 8601 formatted "
                      "timestamp. Given {{value}}"},
    FaultRow{"D3120", "Syntax error in expression passed to function eval: {{value}}"},
    FaultRow{"D3121", "Dynamic error evaluating the expression passed to function eval: {{value}}"},
    FaultRow{"D3130", "Formatting or parsing an integer as a sequence starting with {{value}} is "
                      "not supported by this implementation"},
    FaultRow{"D3131", "In a decimal digit pattern, all digits must be from the same decimal group"},
    FaultRow{"D3132", "Unknown component specifier {{value}} in date/time picture string"},
    FaultRow{"D3133", "The 'name' modifier can only be applied to months and days in the date/time "
                      "picture string, not {{value}}"},
    FaultRow{"D3134", "The timezone integer format specifier cannot have more than four digits"},
    FaultRow{"D3135", "No matching closing bracket ']' in date/time picture string"},
    FaultRow{"D3136",
             "The date/time picture string is missing specifiers required to parse the timestamp"},
    FaultRow{"D3137", "{{{message}}}"},
    FaultRow{
        "D3138",
        "The $single() function expected exactly 1 matching result.  Instead it matched more."},
    FaultRow{"D3139",
             "The $single() function expected exactly 1 matching result.  Instead it matched 0."},
    FaultRow{"D3140", "Malformed URL passed to ${{{functionName}}}(): {{value}}"},
    FaultRow{"D3141", "{{{message}}}"},
    FaultRow{"S0101", "String literal must be terminated by a matching quote"},
    FaultRow{"S0102", "Number out of range: {{token}}"},
    FaultRow{"S0103", "Unsupported escape sequence: \\{{token}}"},
    FaultRow{"S0104", "The escape sequence \\u must be followed by 4 hex digits"},
    FaultRow{"S0105", "Quoted property name must be terminated with a backquote (`)"},
    FaultRow{"S0106", "Comment has no closing tag"},
    FaultRow{"S0201", "Syntax error: {{token}}"},
    FaultRow{"S0202", "Expected {{value}}, got {{token}}"},
    FaultRow{"S0203", "Expected {{value}} before end of expression"},
    FaultRow{"S0204", "Unknown operator: {{token}}"},
    FaultRow{"S0205", "Unexpected token: {{token}}"},
    FaultRow{"S0206", "Unknown expression type: {{token}}"},
    FaultRow{"S0207", "Unexpected end of expression"},
    FaultRow{"S0208",
             "Parameter {{value}} of function definition must be a variable name (start with $)"},
    FaultRow{"S0209", "A predicate cannot follow a grouping expression in a step"},
    FaultRow{"S0210", "Each step can only have one grouping expression"},
    FaultRow{"S0211", "The symbol {{token}} cannot be used as a unary operator"},
    FaultRow{"S0212", "The left side of := must be a variable name (start with $)"},
    FaultRow{"S0213",
             "The literal value {{value}} cannot be used as a step within a path expression"},
    FaultRow{"S0214", "The right side of {{token}} must be a variable name (start with $)"},
    FaultRow{"S0215", "A context variable binding must precede any predicates on a step"},
    FaultRow{"S0216", "A context variable binding must precede the 'order-by' clause on a step"},
    FaultRow{"S0217",
             "The object representing the 'parent' cannot be derived from this expression"},
    FaultRow{"S0301", "Empty regular expressions are not allowed"},
    FaultRow{"S0302", "No terminating / in regular expression"},
    FaultRow{"S0303", "Invalid regular expression: /{{{value}}}/{{{flags}}}: {{{message}}}"},
    FaultRow{"S0401", "Type parameters can only be applied to functions and arrays"},
    FaultRow{"S0402", "Choice groups containing parameterized types are not supported"},
    FaultRow{"S0500", "Attempted to evaluate an expression containing syntax error(s)"},
    FaultRow{"T0410", "Argument {{index}} of function {{token}} does not match function signature"},
    FaultRow{
        "T0411",
        "Context value is not a compatible type with argument {{index}} of function {{token}}"},
    FaultRow{"T0412", "Argument {{index}} of function {{token}} must be an array of {{type}}"},
    FaultRow{"T1003", "Key in object structure must evaluate to a string; got: {{value}}"},
    FaultRow{"T1005", "Attempted to invoke a non-function. Did you mean ${{{token}}}?"},
    FaultRow{"T1006", "Attempted to invoke a non-function"},
    FaultRow{"T1007", "Attempted to partially apply a non-function. Did you mean ${{{token}}}?"},
    FaultRow{"T1008", "Attempted to partially apply a non-function"},
    FaultRow{"T1010", "The matcher function argument passed to function {{token}} does not return "
                      "the correct object structure"},
    FaultRow{"T2001", "The left side of the {{token}} operator must evaluate to a number"},
    FaultRow{"T2002", "The right side of the {{token}} operator must evaluate to a number"},
    FaultRow{"T2003", "The left side of the range operator (..) must evaluate to an integer"},
    FaultRow{"T2004", "The right side of the range operator (..) must evaluate to an integer"},
    FaultRow{"T2006", "The right side of the function application operator ~> must be a function"},
    FaultRow{"T2007",
             "Type mismatch when comparing values {{value}} and {{value2}} in order-by clause"},
    FaultRow{"T2008",
             "The expressions within an order-by clause must evaluate to numeric or string values"},
    FaultRow{"T2009", "The values {{value}} and {{value2}} either side of operator {{token}} must "
                      "be of the same data type"},
    FaultRow{"T2010", "The expressions either side of operator {{token}} must evaluate to numeric "
                      "or string values"},
    FaultRow{"T2011", "The insert/update clause of the transform expression must evaluate to an "
                      "object: {{value}}"},
    FaultRow{"T2012", "The delete clause of the transform expression must evaluate to a string or "
                      "array of strings: {{value}}"},
    FaultRow{"T2013",
             "The transform expression clones the input object using the $clone() function.  This "
             "has been overridden in the current scope by a non-function."},
    FaultRow{"U1001", "Stack overflow error: Check for non-terminating recursive function.  "
                      "Consider rewriting as tail-recursive."},
    FaultRow{"U1002",
             "Expression evaluation memory limit exceeded: Check for excessive memory usage"},
    FaultRow{"U1003", "The regular expression takes too many steps or too much memory to match"},
    FaultRow{"U1101", "The chunks of $partition must have at least 1 item, not {{value}}"},
    FaultRow{"U1102", "The step of $range must not be zero"},
    FaultRow{"U1103", "$hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not {{value}}"},
    FaultRow{"U1104", "$parse was given a text that is not JSON: {{value}}"},
};
static_assert(std::ranges::is_sorted(rows, {}, &FaultRow::code), "the table is searched by code");

void append_insert(std::string& out, const json::Value* value, bool as_json)
{
    if (value == nullptr) {
        out += "undefined";
    } else if (value->is_string() && !as_json) {
        out += value->as_string();
    } else {
        // One that nests too deep is shown up to there.
        static_cast<void>(functions::append_json(out, *value, functions::Digits::Shortest));
    }
}

}  // namespace

std::span<const FaultRow> fault_rows()
{
    return rows;
}

std::string_view fault_template(std::string_view code)
{
    const auto row = std::ranges::lower_bound(rows, code, {}, &FaultRow::code);
    return row != rows.end() && row->code == code ? row->text : std::string_view();
}

std::string fault_message(const functions::Fault& fault)
{
    std::string_view rest = fault_template(fault.code);
    std::string message;
    for (;;) {
        const std::size_t open = rest.find("{{");
        if (open == std::string_view::npos) break;
        const bool plain = rest.substr(open).starts_with("{{{");
        const std::size_t name = open + (plain ? 3 : 2);
        const std::string_view close_mark = plain ? "}}}" : "}}";
        const std::size_t close = rest.find(close_mark, name);
        if (close == std::string_view::npos) break;
        message += rest.substr(0, open);
        append_insert(message, fault.find(rest.substr(name, close - name)), !plain);
        rest.remove_prefix(close + close_mark.size());
    }
    message += rest;
    return message;
}

}  // namespace weft::jsonata
