#include "aws/arn.h"

#include <array>

namespace weft::aws {

namespace {

constexpr std::size_t arn_bytes_max = 2'000;  // AWS API model, LongArn

bool is_ok(std::string_view part)
{
    for (const char c : part)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return false;
    return true;
}

}  // namespace

Result<Arn> parse_arn(std::string_view text)
{
    // AWS: arn:partition:service:region:account:resource, the last part whatever follows the fifth
    // colon.
    if (text.size() > arn_bytes_max)
        return fail(ErrorCode::InvalidArn, "Invalid Arn: longer than {} bytes", arn_bytes_max);
    std::array<std::string_view, 5> parts;
    std::string_view rest = text;
    for (std::string_view& part : parts) {
        const std::size_t colon = rest.find(':');
        if (colon == std::string_view::npos)
            return fail(ErrorCode::InvalidArn, "Invalid Arn: '{}' has fewer than six parts", text);
        part = rest.substr(0, colon);
        rest.remove_prefix(colon + 1);
    }
    if (parts[0] != "arn")
        return fail(ErrorCode::InvalidArn, "Invalid Arn: '{}' does not begin with 'arn:'", text);
    if (parts[1].empty() || parts[2].empty() || rest.empty())
        return fail(ErrorCode::InvalidArn,
                    "Invalid Arn: '{}' lacks its partition, service or resource", text);
    if (!is_ok(text))
        return fail(ErrorCode::InvalidArn, "Invalid Arn: '{}' holds a blank or control character",
                    text);
    return Arn{std::string(parts[1]), std::string(parts[2]), std::string(parts[3]),
               std::string(parts[4]), std::string(rest)};
}

std::string to_string(const Arn& arn)
{
    return fmt::format("arn:{}:{}:{}:{}:{}", arn.partition, arn.service, arn.region, arn.account,
                       arn.resource);
}

}  // namespace weft::aws
