#include "cli/text_file.h"

#include "asl/yaml.h"
#include "json/parse.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::cli {

namespace {

Result<std::string> read_all(int file, std::string_view name, std::size_t size_hint,
                             std::size_t bytes_max)
{
    std::string text;
    std::size_t size = 0;
    text.resize(std::min(size_hint, bytes_max) + 1);
    while (true) {
        const ssize_t got = ::read(file, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(ErrorCode::Io, "cannot read {}: {}", name, std::strerror(errno));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
        if (size > bytes_max)
            return fail(ErrorCode::LimitExceeded, "{} is larger than {} bytes", name, bytes_max);
        if (size == text.size()) text.resize(text.size() * 2);
    }
    text.resize(size);
    return text;
}

bool looks_like_json(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

Result<json::Value> parse_json(std::string_view text, std::string_view name)
{
    tl::expected<json::Value, json::ParseFault> parsed = json::parse_or_fault(text);
    if (parsed) return *std::move(parsed);
    const json::ParseFault& fault = parsed.error();
    // The place comes first here, as compilers write it.
    const std::string what = json::describe(fault);
    return fail(ErrorCode::InvalidInput, "{}:{}:{}: not valid JSON: {}", name, fault.position.line,
                fault.position.column, std::string_view(what).substr(0, what.rfind(" at line ")));
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return fail(ErrorCode::Io, "cannot read '{}': {}", path, std::strerror(errno));
    struct stat status{};
    std::size_t size = 0;
    if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        size = static_cast<std::size_t>(status.st_size);
    Result<std::string> text = read_all(file, fmt::format("'{}'", path), size, bytes_max);
    ::close(file);
    return text;
}

Result<std::string> read_standard_input(std::size_t bytes_max)
{
    return read_all(0, "standard input", 1U << 16, bytes_max);
}

Result<json::Value> read_json_argument(const std::string& argument, const Limits& limits)
{
    if (argument.empty()) return json::Value::object();
    std::string name = "input";
    std::string text;
    // The limit is one of compact JSON; a file may have white space besides.
    const std::size_t bytes_max =
        std::min(file_bytes_max, std::max<std::size_t>(limits.payload_bytes_max * 4, 64U << 20));
    if (argument == "-") {
        name = "standard input";
        text = TRY(read_standard_input(bytes_max));
    } else if (looks_like_json(argument)) {
        text = argument;
    } else {
        Result<std::string> read = read_file(argument, bytes_max);
        if (read) {
            name = argument;
            text = *std::move(read);
        } else if (::access(argument.c_str(), F_OK) == 0) {
            return tl::unexpected(std::move(read).error());
        } else if (tl::expected<json::Value, json::ParseFault> scalar =
                       json::parse_or_fault(argument)) {
            return *std::move(scalar);
        } else {
            return fail(ErrorCode::InvalidInput, "'{}' is neither a file that exists nor JSON",
                        argument);
        }
        if (name.ends_with(".yaml") || name.ends_with(".yml")) {
            Result<std::string> converted = asl::yaml_to_json(text);
            if (!converted)
                return fail(ErrorCode::InvalidInput, "{}: not valid YAML: {}", name,
                            converted.error().message);
            text = *std::move(converted);
        }
    }
    json::Value value = TRY(parse_json(text, name));
    const std::size_t limit = limits.payload_bytes_max;
    if (value.written_size(limit) > limit)
        return fail(ErrorCode::LimitExceeded, "{}: the input is larger than the {} bytes allowed",
                    name, limit);
    return value;
}

bool is_yaml(std::string_view path, std::string_view text)
{
    if (path.ends_with(".yaml") || path.ends_with(".yml")) return true;
    if (path.ends_with(".json")) return false;
    return !looks_like_json(text);
}

}  // namespace weft::cli
