#include "asl/yaml.h"

#include "base/limits.h"
#include "encoding/yaml_text.h"
#include "json/write.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <vector>

namespace weft::asl {
namespace {

// Values written, aliases expanded: what a bomb of aliases runs into.
constexpr std::size_t values_max = 250'000;

template <class... Args>
tl::unexpected<Error> fail_at_mark(ErrorCode error, const YAML::Mark& mark,
                                   fmt::format_string<Args...> text, Args&&... args)
{
    const std::string message = fmt::format(text, std::forward<Args>(args)...);
    if (mark.is_null()) return fail(error, "YAML: {}", message);
    return fail(error, "YAML, line {}, column {}: {}", mark.line + 1, mark.column + 1, message);
}

bool all_digits(std::string_view text, bool (*digit)(unsigned char))
{
    return !text.empty() &&
           std::ranges::all_of(text, [&](char c) { return digit(static_cast<unsigned char>(c)); });
}
bool is_decimal(unsigned char c)
{
    return c >= '0' && c <= '9';
}
bool is_octal(unsigned char c)
{
    return c >= '0' && c <= '7';
}
bool is_hexadecimal(unsigned char c)
{
    return std::isxdigit(c) != 0;
}

// An integer of the core schema as JSON text: [-+]?[0-9]+, 0o[0-7]+, 0x[0-9a-fA-F]+.
std::optional<std::string> integer_text(std::string_view text)
{
    struct Radix {
        std::string_view prefix;
        int base;
        bool (*digit)(unsigned char);
    };
    for (const Radix& radix : {Radix{"0o", 8, is_octal}, Radix{"0x", 16, is_hexadecimal}}) {
        if (!text.starts_with(radix.prefix)) continue;
        const std::string digits(text.substr(radix.prefix.size()));
        constexpr std::size_t digits_max = 15;  // stays within 64 bits
        if (!all_digits(digits, radix.digit) || digits.size() > digits_max) return std::nullopt;
        return fmt::to_string(std::stoull(digits, nullptr, radix.base));
    }
    std::string_view digits = text;
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    if (!all_digits(digits, is_decimal)) return std::nullopt;
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    return fmt::format("{}{}", negative ? "-" : "", digits);
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? as JSON text.
std::optional<std::string> float_text(std::string_view text)
{
    std::string out;
    if (text.starts_with('-')) out = "-";
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    std::string_view exponent;
    if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
        exponent = text.substr(e + 1);
        text = text.substr(0, e);
        const bool sign = exponent.starts_with('-') || exponent.starts_with('+');
        if (!all_digits(exponent.substr(sign ? 1 : 0), is_decimal)) return std::nullopt;
    }
    const std::size_t dot = text.find('.');
    std::string_view whole = text.substr(0, dot);
    const std::string_view fraction =
        dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    if (whole.empty() && fraction.empty()) return std::nullopt;
    if (!whole.empty() && !all_digits(whole, is_decimal)) return std::nullopt;
    if (!fraction.empty() && !all_digits(fraction, is_decimal)) return std::nullopt;
    while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
    out += whole.empty() ? "0" : whole;
    out += '.';
    out += fraction.empty() ? "0" : fraction;
    if (!exponent.empty()) {
        out += 'e';
        out += exponent;
    }
    return out;
}

// null, true and false of the core schema.
std::string_view word_text(std::string_view text)
{
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
        return "null";
    }
    if (text == "true" || text == "True" || text == "TRUE") return "true";
    if (text == "false" || text == "False" || text == "FALSE") return "false";
    return {};
}

bool is_infinite_or_nan(std::string_view text)
{
    if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return text == ".inf" || text == ".Inf" || text == ".INF";
}

class Writer {
public:
    explicit Writer(YamlLayout layout) : m_layout(layout) {}

    Result<> write(const YAML::Node& node, std::size_t depth)
    {
        if (depth >= json_depth_max) {
            return fail_at_mark(ErrorCode::LimitExceeded, node.Mark(), "nested too deeply");
        }
        if (++m_values > values_max || m_out.size() > yaml_bytes_max) {
            return fail_at_mark(ErrorCode::LimitExceeded, node.Mark(),
                                "too large once its aliases are expanded");
        }
        TRY(check_tag(node));
        if (!node.IsMap() && !node.IsSequence()) pad_to(node.Mark());
        switch (node.Type()) {
        case YAML::NodeType::Undefined:
        case YAML::NodeType::Null:
            m_out += "null";
            m_column += 4;
            return {};
        case YAML::NodeType::Scalar: return write_scalar(node);
        case YAML::NodeType::Sequence: return write_sequence(node, depth);
        case YAML::NodeType::Map: return write_map(node, depth);
        }
        return {};
    }

    std::string take() { return std::move(m_out); }

private:
    struct Entry {
        std::string key;
        YAML::Mark mark;
        YAML::Node value;
    };

    void put(std::string_view text)
    {
        m_out += text;
        m_column += static_cast<int>(text.size());
    }

    // Blank lines and columns up to where the YAML has the value; nothing when that is behind.
    void pad_to(const YAML::Mark& mark)
    {
        if (m_layout == YamlLayout::Compact || mark.is_null() || mark.line < m_line) return;
        // Padding is bounded by the input: lines and columns of the YAML itself.
        while (m_line < mark.line) {
            m_out += '\n';
            ++m_line;
            m_column = 0;
        }
        if (mark.column <= m_column) return;
        m_out.append(static_cast<std::size_t>(mark.column - m_column), ' ');
        m_column = mark.column;
    }

    Result<> check_tag(const YAML::Node& node)
    {
        const std::string& tag = node.Tag();
        if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with("tag:yaml.org,2002:")) {
            return {};
        }
        return fail_at_mark(ErrorCode::InvalidInput, node.Mark(),
                            "the tag {} has no meaning in a definition (tags such as !Sub belong "
                            "to CloudFormation templates)",
                            tag);
    }

    Result<> write_scalar(const YAML::Node& node)
    {
        const std::string& text = node.Scalar();
        const std::string& tag = node.Tag();
        const bool plain = tag == "?" || tag.empty();
        const std::string_view type = plain ? std::string_view{} : std::string_view(tag);
        if (plain || type.ends_with(":null") || type.ends_with(":bool")) {
            if (const std::string_view word = word_text(text); !word.empty()) {
                put(word);
                return {};
            }
        }
        if (plain || type.ends_with(":int") || type.ends_with(":float")) {
            if (is_infinite_or_nan(text)) {
                return fail_at_mark(ErrorCode::InvalidInput, node.Mark(),
                                    "{} is no number that JSON has", text);
            }
            if (const auto number = integer_text(text)) {
                put(*number);
                return {};
            }
            if (const auto number = float_text(text)) {
                put(*number);
                return {};
            }
        }
        if (!plain && tag != "!" && !type.ends_with(":str")) {
            return fail_at_mark(ErrorCode::InvalidInput, node.Mark(), "'{}' is no {}", text, tag);
        }
        const std::size_t before = m_out.size();
        json::write_string_to(m_out, text);
        m_column += static_cast<int>(m_out.size() - before);
        return {};
    }

    Result<> write_sequence(const YAML::Node& node, std::size_t depth)
    {
        pad_to(node.Mark());
        put("[");
        bool first = true;
        for (const YAML::Node& item : node) {
            if (!first) put(",");
            first = false;
            TRY(write(item, depth + 1));
        }
        put("]");
        return {};
    }

    // The pairs of a map with its merge keys resolved: its own come before merged ones, which come
    // in the order given. Merge keys are of YAML 1.1, and widely used.
    Result<> collect(const YAML::Node& node, std::size_t depth, std::vector<Entry>& entries,
                     std::set<std::string>& seen)
    {
        if (depth >= json_depth_max) {
            return fail_at_mark(ErrorCode::LimitExceeded, node.Mark(), "merged too deeply");
        }
        std::vector<YAML::Node> merged;
        std::set<std::string> own;
        for (const auto& pair : node) {
            if (++m_values > values_max) {
                return fail_at_mark(ErrorCode::LimitExceeded, node.Mark(),
                                    "too large once its aliases are expanded");
            }
            if (!pair.first.IsScalar()) {
                return fail_at_mark(ErrorCode::InvalidInput, pair.first.Mark(),
                                    "a key must be a text");
            }
            const std::string& key = pair.first.Scalar();
            if (key == "<<" && pair.first.Tag() == "?") {
                if (pair.second.IsSequence()) {
                    for (const YAML::Node& part : pair.second) merged.push_back(part);
                } else {
                    merged.push_back(pair.second);
                }
                continue;
            }
            if (!own.insert(key).second) {
                return fail_at_mark(ErrorCode::InvalidInput, pair.first.Mark(),
                                    "the key '{}' is given twice", key);
            }
            if (seen.insert(key).second) entries.push_back({key, pair.first.Mark(), pair.second});
        }
        for (const YAML::Node& part : merged) {
            if (!part.IsMap()) {
                return fail_at_mark(ErrorCode::InvalidInput, part.Mark(),
                                    "only a map can be merged with '<<'");
            }
            TRY(collect(part, depth + 1, entries, seen));
        }
        return {};
    }

    Result<> write_map(const YAML::Node& node, std::size_t depth)
    {
        std::vector<Entry> entries;
        std::set<std::string> seen;
        TRY(collect(node, depth, entries, seen));
        // A block map begins where its first key does: the brace takes the column before it, so
        // that the key keeps its own as far as there is room.
        put("{");
        bool first = true;
        for (const Entry& entry : entries) {
            if (!first) put(",");
            first = false;
            pad_to(entry.mark);
            const std::size_t before = m_out.size();
            json::write_string_to(m_out, entry.key);
            m_column += static_cast<int>(m_out.size() - before);
            put(":");
            TRY(write(entry.value, depth + 1));
        }
        put("}");
        return {};
    }

    YamlLayout m_layout;
    std::string m_out;
    int m_line = 0;
    int m_column = 0;
    std::size_t m_values = 0;
};

}  // namespace

Result<std::string> yaml_to_json(std::string_view yaml, YamlLayout layout)
{
    if (yaml.size() > yaml_bytes_max) {
        return fail(ErrorCode::LimitExceeded, "YAML: {} bytes, more than the {} allowed",
                    yaml.size(), yaml_bytes_max);
    }
    try {
        const encoding::YamlText checked = encoding::check_yaml_text(yaml);
        if (checked.empty) return fail(ErrorCode::InvalidInput, "YAML: no document");
        if (const auto& fault = checked.fault) {
            YAML::Mark mark = YAML::Mark::null_mark();
            if (fault->line > 0) {
                mark.line = static_cast<int>(fault->line) - 1;
                mark.column = static_cast<int>(fault->column) - 1;
            }
            return fail_at_mark(ErrorCode::InvalidInput, mark, "{}", fault->message);
        }
        Writer writer(layout);
        TRY(writer.write(YAML::Load(std::string(yaml)), 0));
        return writer.take();
    } catch (const YAML::Exception& problem) {
        return fail_at_mark(ErrorCode::InvalidInput, problem.mark, "{}", problem.msg);
    } catch (const std::exception& problem) {
        return fail(ErrorCode::InvalidInput, "YAML: {}", problem.what());
    }
}

}  // namespace weft::asl
