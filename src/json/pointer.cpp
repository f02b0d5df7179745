#include "json/pointer.h"

#include <charconv>

namespace weft::json {

namespace {

// RFC 6901, section 4: digits without leading zeros; anything else is no index.
const Value* item_at(const Value& array, std::string_view token)
{
    if (token.empty() || (token.size() > 1 && token[0] == '0')) return nullptr;
    std::size_t index = 0;
    const char* end = token.data() + token.size();
    const auto read = std::from_chars(token.data(), end, index);
    return read.ec == std::errc() && read.ptr == end ? array.at(index) : nullptr;
}

}  // namespace

Result<std::vector<std::string>> parse_pointer(std::string_view pointer)
{
    std::vector<std::string> tokens;
    if (pointer.empty()) return tokens;
    if (pointer[0] != '/')
        return fail(ErrorCode::InvalidInput, "JSON pointer '{}' does not begin with /", pointer);
    for (std::size_t i = 0; i < pointer.size(); ++i) {
        if (pointer[i] == '/') {
            tokens.emplace_back();
        } else if (pointer[i] != '~') {
            tokens.back() += pointer[i];
        } else {
            const char code = ++i < pointer.size() ? pointer[i] : '\0';
            if (code != '0' && code != '1')
                return fail(ErrorCode::InvalidInput,
                            "JSON pointer '{}' has a ~ that is neither ~0 nor ~1", pointer);
            tokens.back() += code == '0' ? '~' : '/';
        }
    }
    return tokens;
}

std::string escape_pointer_token(std::string_view token)
{
    std::string escaped;
    escaped.reserve(token.size());
    for (const char c : token) {
        if (c == '~') {
            escaped += "~0";
        } else if (c == '/') {
            escaped += "~1";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string join_pointer(std::string_view pointer, std::string_view token)
{
    return std::string(pointer) + "/" + escape_pointer_token(token);
}

std::string join_pointer(std::string_view pointer, std::size_t index)
{
    return std::string(pointer) + "/" + std::to_string(index);
}

const Value* resolve_token(const Value& value, std::string_view token)
{
    return value.is_array() ? item_at(value, token) : value.find(token);
}

const Value* resolve(const Value& root, std::string_view pointer)
{
    const auto tokens = parse_pointer(pointer);
    if (!tokens) return nullptr;
    const Value* value = &root;
    for (const std::string& token : *tokens) {
        value = resolve_token(*value, token);
        if (value == nullptr) return nullptr;
    }
    return value;
}

}  // namespace weft::json
