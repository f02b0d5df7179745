#include "mocks/yaml_value.h"

#include "encoding/yaml_text.h"
#include "json/parse.h"
#include "json/pointer.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

namespace weft::mocks {
namespace {

constexpr std::size_t depth_max = 100;
constexpr std::size_t nodes_max = 200'000;  // after aliases are expanded
constexpr std::size_t bytes_max = 16U << 20;
constexpr std::size_t pointer_bytes_max = 64U << 20;

template <class... Args>
tl::unexpected<Error> fail_here(const YAML::Mark& mark, fmt::format_string<Args...> text,
                                Args&&... args)
{
    return fail(ErrorCode::InvalidInput, "{}:{}: {}", mark.line + 1, mark.column + 1,
                fmt::format(text, std::forward<Args>(args)...));
}

bool is_json_number(std::string_view text)
{
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    return text.size() > sign && text[sign] >= '0' && text[sign] <= '9';
}

// YAML 1.2, 10.3.2 core schema: what a plain scalar means. Nothing: an infinity or not-a-number,
// which JSON lacks.
std::optional<json::Value> plain_scalar(const std::string& text)
{
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
        return json::Value();
    if (text == "true" || text == "True" || text == "TRUE") return json::Value(true);
    if (text == "false" || text == "False" || text == "FALSE") return json::Value(false);
    std::string_view number = text;
    if (number.starts_with('+')) number.remove_prefix(1);
    if (is_json_number(number)) {
        if (auto value = json::parse(number)) return *std::move(value);
    }
    if (number == ".inf" || number == "-.inf" || number == ".Inf" || text == ".nan" ||
        text == ".NaN")
        return {};
    if (number.starts_with("0x") || number.starts_with("0o")) {
        char* end = nullptr;
        const std::string digits(number.substr(2));
        const auto value = std::strtoull(digits.c_str(), &end, number[1] == 'x' ? 16 : 8);
        if (!digits.empty() && digits.size() <= 15 && *end == '\0')
            return json::Value(std::uint64_t{value});
    }
    return json::Value(text);
}

class Converter {
public:
    Result<json::Value> convert(const YAML::Node& node, const std::string& pointer,
                                std::size_t depth)
    {
        const YAML::Mark mark = node.Mark();
        if (++m_nodes > nodes_max)
            return fail_here(mark, "more than {} values (with aliases expanded)", nodes_max);
        if (depth > depth_max) return fail_here(mark, "nested deeper than {}", depth_max);
        if ((m_pointer_bytes += pointer.size()) > pointer_bytes_max)
            return fail_here(mark, "its keys are too long");
        m_places[pointer] = {static_cast<std::uint32_t>(mark.line + 1),
                             static_cast<std::uint32_t>(mark.column + 1)};
        switch (node.Type()) {
        case YAML::NodeType::Sequence: return sequence(node, pointer, depth);
        case YAML::NodeType::Map: return mapping(node, pointer, depth);
        case YAML::NodeType::Scalar: return scalar(node);
        default: return json::Value();
        }
    }

    Places take_places() { return std::move(m_places); }

private:
    Result<json::Value> scalar(const YAML::Node& node)
    {
        // yaml-cpp gives quoted and block scalars the tag "!".
        if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str")
            return json::Value(node.Scalar());
        if (auto value = plain_scalar(node.Scalar())) return *std::move(value);
        return fail_here(node.Mark(), "{} is not a number JSON has", node.Scalar());
    }

    Result<json::Value> sequence(const YAML::Node& node, const std::string& pointer,
                                 std::size_t depth)
    {
        std::vector<json::Value> items;
        for (const YAML::Node& item : node) {
            items.push_back(
                TRY(convert(item, fmt::format("{}/{}", pointer, items.size()), depth + 1)));
        }
        return json::Value::array(std::move(items));
    }

    Result<json::Value> mapping(const YAML::Node& node, const std::string& pointer,
                                std::size_t depth)
    {
        std::vector<json::Member> members;
        Places keys;
        for (const auto& entry : node) {
            if (!entry.first.IsScalar())
                return fail_here(entry.first.Mark(), "a key must be a text");
            const std::string& key = entry.first.Scalar();
            if (const auto before = keys.find(key); before != keys.end()) {
                return fail_here(entry.first.Mark(), "the key '{}' stands twice, first in line {}",
                                 key, before->second.line);
            }
            const std::string below =
                fmt::format("{}/{}", pointer, json::escape_pointer_token(key));
            json::Value value = TRY(convert(entry.second, below, depth + 1));
            // A member is best shown where its key stands.
            const YAML::Mark mark = entry.first.Mark();
            m_places[below] = {static_cast<std::uint32_t>(mark.line + 1),
                               static_cast<std::uint32_t>(mark.column + 1)};
            keys[key] = m_places[below];
            members.push_back({json::String(key), std::move(value)});
        }
        return json::Value::object(std::move(members));
    }

    Places m_places;
    std::size_t m_nodes = 0;
    std::size_t m_pointer_bytes = 0;  // each place is kept with the whole way to it
};

}  // namespace

Result<YamlValue> read_yaml(std::string_view text)
{
    if (text.size() > bytes_max)
        return fail(ErrorCode::InvalidInput, "1:1: larger than {} bytes", bytes_max);
    try {
        const encoding::YamlText checked = encoding::check_yaml_text(text);
        if (checked.empty) return YamlValue{};
        if (const auto& fault = checked.fault)
            return fail(ErrorCode::InvalidInput, "{}:{}: {}", std::max(fault->line, 1U),
                        std::max(fault->column, 1U), fault->message);
        Converter converter;
        json::Value value = TRY(converter.convert(YAML::Load(std::string(text)), "", 0));
        return YamlValue{std::move(value), converter.take_places()};
    } catch (const YAML::Exception& error) {
        const YAML::Mark mark = error.mark.is_null() ? YAML::Mark() : error.mark;
        // yaml-cpp says no more than that of `[Really?, Yes]`.
        const std::string_view hint =
            error.msg == "unknown token"
                ? " (between brackets, a text that holds one of ? : , # [ ] { } needs quotes)"
                : "";
        return fail_here(mark, "not valid YAML: {}{}", error.msg, hint);
    }
}

}  // namespace weft::mocks
