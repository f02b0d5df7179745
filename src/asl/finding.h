#pragma once

#include "asl/place.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::asl {

// INTERFACE CONTRACT.
enum class Severity : std::uint8_t { Error, Warning };

// What is wrong with a definition, where, and in AWS's words.
// AWS: ValidateStateMachineDefinition's diagnostics.
struct Finding {
    Severity severity = Severity::Error;
    std::string code;        // SCHEMA_VALIDATION_FAILED, MISSING_TRANSITION_TARGET, …
    std::string message;     // AWS's text, without place
    std::string location;    // AWS's form: `/States/X/Choices[0]/Next`, `/` for the top, Jackson's
                             // source form for bad JSON; empty when AWS gives none
    std::string hint;        // ours: "did you mean 'Next'?"; empty when there is none
    std::string pointer;     // ours: RFC 6901, of the value meant
    std::size_t offset = 0;  // ours: UTF-16 units into that value, a text
    std::uint32_t line = 0;  // in the text given; 0 when unknown
    std::uint32_t column = 0;

    // "CODE: message at location", as in InvalidDefinition's text ("at null" without a location).
    std::string fault() const;
    bool operator==(const Finding&) const = default;
};

namespace code {
constexpr std::string_view schema = "SCHEMA_VALIDATION_FAILED";
constexpr std::string_view json = "INVALID_JSON_DESCRIPTION";
constexpr std::string_view target = "MISSING_TRANSITION_TARGET";
constexpr std::string_view end_state = "MISSING_END_STATE";
constexpr std::string_view duplicate_name = "DUPLICATE_STATE_NAME";
constexpr std::string_view invalid_name = "INVALID_STATE_NAME";
constexpr std::string_view duplicate_label = "DUPLICATE_LABEL_NAME";
constexpr std::string_view invalid_label = "INVALID_LABEL_NAME";
constexpr std::string_view nested = "TOO_DEEPLY_NESTED";
constexpr std::string_view invalid_jsonata = "INVALID_JSONATA_EXPRESSION";
constexpr std::string_view unsupported_jsonata = "UNSUPPORTED_JSONATA_EXPRESSION";
constexpr std::string_view reserved_variable = "RESERVED_VARIABLE_NAME";
constexpr std::string_view invalid_variable = "INVALID_VARIABLE_NAME";
constexpr std::string_view duplicate_variable = "DUPLICATE_VARIABLE_NAME";
constexpr std::string_view no_dollar = "NO_DOLLAR";
constexpr std::string_view no_path = "NO_PATH";
constexpr std::string_view static_result = "PASS_RESULT_IS_STATIC";
constexpr std::string_view constant_type = "CONSTANT_TYPE";  // ours

// Ours: what would differ or fail on AWS (asl/target.h).
constexpr std::string_view aws_definition_size = "AWS_DEFINITION_SIZE";
constexpr std::string_view aws_payload_size = "AWS_PAYLOAD_SIZE";
constexpr std::string_view aws_duration = "AWS_DURATION";
constexpr std::string_view aws_concurrency = "AWS_CONCURRENCY";
constexpr std::string_view aws_history = "AWS_HISTORY";
constexpr std::string_view aws_resource = "AWS_RESOURCE";
constexpr std::string_view aws_jsonata = "AWS_JSONATA";
}  // namespace code

// Collects findings in the order in which they are made; what comes after the first thousand is
// counted no more.
class Findings {
public:
    static constexpr std::size_t findings_max = 1'000;

    void error(std::string_view code, std::string message, const Place& place,
               std::string hint = {});
    void warning(std::string_view code, std::string message, const Place& place,
                 std::string hint = {});
    void add(Finding finding);

    bool has_errors() const { return m_errors > 0; }
    std::size_t errors() const { return m_errors; }
    std::vector<Finding> take() { return std::move(m_findings); }

private:
    std::vector<Finding> m_findings;
    std::size_t m_errors = 0;
};

}  // namespace weft::asl
