#include "runtime/names.h"

#include "aws/arn.h"
#include "base/limits.h"
#include "encoding/utf8.h"

#include <charconv>
#include <vector>

namespace weft::runtime {

namespace {

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t colon = text.find(':');
        parts.push_back(text.substr(0, colon));
        if (colon == std::string_view::npos) return parts;
        text.remove_prefix(colon + 1);
    }
}

tl::unexpected<Error> bad_arn(std::string_view arn)
{
    return fail(ErrorCode::InvalidArn, "Invalid Arn: 'Invalid ARN prefix: {}'", arn);
}

// The account part's end: "arn:aws:states:us-east-1:123456789012:".
std::string prefix_of(const aws::Arn& arn)
{
    return fmt::format("arn:{}:{}:{}:{}:", arn.partition, arn.service, arn.region, arn.account);
}

// AWS API Reference, CreateStateMachine, name.
bool forbidden(char32_t c)
{
    if (c <= 0x20 || (c >= 0x7f && c <= 0x9f)) return true;
    if (c == 0xfffe || c == 0xffff || c == 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return true;
    return c < 0x80 && std::string_view("<>{}[]?*\"#%\\^|~`$&,;:/").find(static_cast<char>(c)) !=
                           std::string_view::npos;
}

}  // namespace

std::string machine_arn(const Scope& scope, std::string_view name)
{
    return fmt::format("arn:aws:states:{}:{}:stateMachine:{}", scope.region, scope.account, name);
}

std::string express_test_arn(std::string_view machine_arn, std::string_view name)
{
    constexpr std::string_view word = ":stateMachine:";
    const std::size_t at = machine_arn.find(word);
    return fmt::format("{}:express:{}:{}", machine_arn.substr(0, at),
                       machine_arn.substr(at + word.size()), name);
}

std::string activity_arn(const Scope& scope, std::string_view name)
{
    return fmt::format("arn:aws:states:{}:{}:activity:{}", scope.region, scope.account, name);
}

std::string execution_arn(std::string_view machine_arn, std::string_view name)
{
    // The machine's ARN differs in one word: stateMachine becomes execution.
    constexpr std::string_view word = ":stateMachine:";
    const std::size_t at = machine_arn.find(word);
    std::string arn;
    arn.reserve(machine_arn.size() + name.size() + 4);
    arn.append(machine_arn.substr(0, at)).append(":execution:");
    arn.append(machine_arn.substr(at + word.size())).append(":").append(name);
    return arn;
}

std::string express_arn(std::string_view machine_arn, std::string_view name, std::string_view uuid)
{
    constexpr std::string_view word = ":stateMachine:";
    const std::size_t at = machine_arn.find(word);
    return fmt::format("{}:express:{}:{}:{}", machine_arn.substr(0, at),
                       machine_arn.substr(at + word.size()), name, uuid);
}

Result<ExecutionName> parse_execution_arn(std::string_view text)
{
    const Result<aws::Arn> arn = aws::parse_arn(text);
    if (!arn || arn->service != "states") return bad_arn(text);
    const std::vector<std::string_view> parts = split(arn->resource);
    if (parts.front() == "express")
        return fail(ErrorCode::InvalidArn,
                    "Invalid Arn: 'Resource type not valid in this context: express'");
    if (parts.front() != "execution")
        return fail(ErrorCode::InvalidArn,
                    "Invalid Arn: 'Resource type not valid in this context: {}'", parts.front());
    if (parts.size() != 3 || parts[1].empty() || parts[2].empty()) return bad_arn(text);
    return ExecutionName{fmt::format("{}stateMachine:{}", prefix_of(*arn), parts[1]),
                         std::string(parts[2])};
}

Result<std::string> parse_machine_arn(std::string_view text)
{
    const Result<aws::Arn> arn = aws::parse_arn(text);
    if (!arn || arn->service != "states") return bad_arn(text);
    const std::vector<std::string_view> parts = split(arn->resource);
    if (parts.front() != "stateMachine")
        return fail(ErrorCode::InvalidArn,
                    "Invalid Arn: 'Resource type not valid in this context: {}'", parts.front());
    if (parts.size() < 2 || parts[1].empty()) return bad_arn(text);
    return std::string(parts[1]);
}

std::int64_t MachineName::version() const
{
    std::int64_t number = 0;
    const char* const end = qualifier.data() + qualifier.size();
    const auto [stop, error] = std::from_chars(qualifier.data(), end, number);
    return error == std::errc{} && stop == end && number > 0 && qualifier.front() != '0' ? number
                                                                                         : 0;
}

Result<MachineName> parse_qualified_arn(std::string_view text)
{
    const std::string resource = TRY(parse_machine_arn(text));
    const Result<aws::Arn> arn = aws::parse_arn(text);
    const std::vector<std::string_view> parts = split(arn->resource);
    MachineName name;
    name.name = resource.substr(0, resource.find('/'));
    if (name.name.size() < resource.size()) name.label = resource.substr(name.name.size() + 1);
    if (parts.size() > 3 || (parts.size() == 3 && parts[2].empty()) || name.name.empty())
        return bad_arn(text);
    if (parts.size() == 3) name.qualifier = std::string(parts[2]);
    name.machine_arn = fmt::format("{}stateMachine:{}", prefix_of(*arn), name.name);
    return name;
}

std::string qualified_arn(std::string_view machine_arn, std::string_view qualifier)
{
    return fmt::format("{}:{}", machine_arn, qualifier);
}

std::string qualified_arn(std::string_view machine_arn, std::int64_t version)
{
    return fmt::format("{}:{}", machine_arn, version);
}

Result<std::string> parse_activity_arn(std::string_view text)
{
    const Result<aws::Arn> arn = aws::parse_arn(text);
    if (!arn || arn->service != "states") return bad_arn(text);
    const std::vector<std::string_view> parts = split(arn->resource);
    if (parts.front() != "activity")
        return fail(ErrorCode::InvalidArn,
                    "Invalid Arn: 'Resource type not valid in this context: {}'", parts.front());
    if (parts.size() != 2 || parts[1].empty()) return bad_arn(text);
    return std::string(parts[1]);
}

Result<> check_states_arn(std::string_view text)
{
    const Result<aws::Arn> arn = aws::parse_arn(text);
    if (!arn || arn->service != "states") return bad_arn(text);
    return {};
}

Result<> check_role_arn(std::string_view text)
{
    constexpr std::string_view role = "role/";
    const Result<aws::Arn> arn = aws::parse_arn(text);
    const bool good = arn && arn->partition.starts_with("aws") && arn->service == "iam" &&
                      arn->region.empty() && arn->account.size() == 12 &&
                      arn->account.find_first_not_of("0123456789") == std::string::npos &&
                      arn->resource.starts_with(role) && arn->resource.size() > role.size();
    if (!good) return fail(ErrorCode::InvalidArn, "Invalid Role Arn: '{}'", text);
    return {};
}

Result<> check_name(std::string_view name)
{
    std::size_t characters = 0;
    bool good = !name.empty();
    for (encoding::Utf8Reader reader(name); good && !reader.done(); ++characters) {
        const std::optional<char32_t> c = reader.next();
        good = c && !forbidden(*c);
    }
    if (!good || characters > name_characters_max)
        return fail(ErrorCode::InvalidName, "Invalid Name: '{}'", name);
    return {};
}

bool same_home(std::string_view arn, std::string_view other)
{
    const auto home = [](std::string_view text) {
        std::size_t end = 0;
        for (int colons = 0; colons < 5 && end < text.size(); ++end)
            if (text[end] == ':') ++colons;
        return text.substr(0, end);
    };
    return home(arn) == home(other);
}

}  // namespace weft::runtime
