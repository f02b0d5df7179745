#include "jsonata/signature.h"

#include <span>

namespace weft::jsonata {

namespace {

std::uint16_t type_of(char symbol)
{
    switch (symbol) {
    case 's': return type_string;
    case 'n': return type_number;
    case 'b': return type_boolean;
    case 'l': return type_null;
    case 'a': return type_array;
    case 'o': return type_object;
    case 'f': return type_function;
    default: return 0;
    }
}

constexpr std::uint16_t any_json =
    type_string | type_number | type_boolean | type_null | type_array | type_object;

std::size_t closing(std::string_view text, std::size_t open, char left, char right)
{
    int depth = 1;
    std::size_t at = open;
    while (++at < text.size() && depth > 0) {
        if (text[at] == right) --depth;
        if (text[at] == left) ++depth;
    }
    return at - 1;
}

tl::unexpected<Fault> refuse(const char* code, std::string_view value)
{
    Fault fault;
    fault.kind = FaultKind::Syntax;
    fault.code = code;
    fault.value = json::Value(value);
    return tl::unexpected(std::move(fault));
}

}  // namespace

tl::expected<Signature, Fault> Signature::parse(std::string_view text)
{
    Signature signature;
    std::vector<Parameter>& all = signature.m_parameters;
    for (std::size_t at = 1; at < text.size() && text[at] != ':'; ++at) {
        Parameter parameter;
        const char symbol = text[at];
        switch (symbol) {
        case 's':
        case 'n':
        case 'b':
        case 'l':
        case 'o': parameter.types = type_of(symbol) | type_missing; break;
        case 'a':
            parameter.types = any_json | type_function | type_missing;
            parameter.array = true;
            break;
        case 'f': parameter.types = type_function; break;
        case 'j': parameter.types = any_json | type_missing; break;
        case 'x': parameter.types = any_json | type_function | type_missing; break;
        case '-':
            if (all.empty()) continue;
            all.back().context = all.back().types;
            all.back().optional = true;
            continue;
        case '?':
            if (!all.empty()) all.back().optional = true;
            continue;
        case '+':
            if (!all.empty()) all.back().repeated = true;
            continue;
        case '(': {
            const std::size_t end = closing(text, at, '(', ')');
            const std::string_view choice = text.substr(at + 1, end - at - 1);
            if (choice.find('<') != std::string_view::npos) return refuse("S0402", choice);
            parameter.types = type_missing;
            for (const char one : choice) parameter.types |= type_of(one);
            at = end;
            break;
        }
        case '<': {
            const std::size_t end = closing(text, at, '<', '>');
            const bool array = !all.empty() && all.back().array;
            const bool function = !all.empty() && all.back().types == type_function;
            if (!array && !function) return refuse("S0401", text.substr(at - 1, 1));
            if (array && at + 1 < end) all.back().subtype = type_of(text[at + 1]);
            at = end;
            continue;
        }
        default: continue;
        }
        all.push_back(parameter);
    }
    return signature;
}

bool Signature::match_from(std::size_t parameter, std::span<const std::uint16_t> arguments,
                           std::size_t parameters, bool whole,
                           std::vector<std::uint32_t>& counts) const
{
    if (parameter == parameters) return !whole || arguments.empty();
    const Parameter& wanted = m_parameters[parameter];
    const std::size_t least = wanted.optional ? 0 : 1;
    const std::size_t most = wanted.repeated ? arguments.size() : 1;
    std::size_t fit = 0;
    while (fit < most && fit < arguments.size() && (arguments[fit] & wanted.types) != 0) ++fit;
    for (std::size_t taken = fit + 1; taken-- > least;) {
        counts[parameter] = static_cast<std::uint32_t>(taken);
        if (match_from(parameter + 1, arguments.subspan(taken), parameters, whole, counts))
            return true;
    }
    return false;
}

bool Signature::match(std::span<const std::uint16_t> arguments,
                      std::vector<std::uint32_t>& counts) const
{
    counts.assign(m_parameters.size(), 0);
    return match_from(0, arguments, m_parameters.size(), true, counts);
}

std::size_t Signature::mismatch(std::span<const std::uint16_t> arguments) const
{
    // The longest run of parameters that takes some of the arguments tells which one it is.
    std::vector<std::uint32_t> counts(m_parameters.size());
    std::size_t good = 0;
    for (std::size_t parameters = 1; parameters <= m_parameters.size(); ++parameters) {
        if (!match_from(0, arguments, parameters, false, counts)) break;
        good = 0;
        for (std::size_t i = 0; i < parameters; ++i) good += counts[i];
    }
    return good;
}

std::string_view items_name(std::uint16_t type)
{
    switch (type) {
    case type_string: return "strings";
    case type_number: return "numbers";
    case type_boolean: return "booleans";
    case type_array: return "arrays";
    case type_object: return "objects";
    case type_function: return "functions";
    default: return "values";
    }
}

}  // namespace weft::jsonata
