#include "asl/render.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::asl {
namespace {

// Long lines are shown from this many bytes before the column on.
constexpr std::size_t before_column_max = 60;
constexpr std::size_t shown_bytes_max = 110;

std::string_view line_of(std::string_view text, std::uint32_t line)
{
    for (std::uint32_t i = 1; i < line; ++i) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    std::string_view found = text.substr(0, text.find('\n'));
    if (found.ends_with('\r')) found.remove_suffix(1);
    return found;
}

bool is_continuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Byte offset of the `column`th character, counted from 1.
std::size_t byte_of(std::string_view line, std::uint32_t column)
{
    std::size_t offset = 0;
    for (std::uint32_t i = 1; i < column && offset < line.size(); ++i) {
        ++offset;
        while (offset < line.size() && is_continuation(line[offset])) ++offset;
    }
    return offset;
}

std::string blank_like(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (!is_continuation(c)) out += c == '\t' ? '\t' : ' ';
    }
    return out;
}

void write_source(std::string& out, std::string_view line, const Finding& finding)
{
    std::size_t at = byte_of(line, finding.column);
    std::size_t from = at > before_column_max ? at - before_column_max : 0;
    while (from < line.size() && is_continuation(line[from])) ++from;
    std::string_view shown = line.substr(from);
    at -= std::min(at, from);
    bool cut = shown.size() > shown_bytes_max;
    if (cut) {
        std::size_t end = shown_bytes_max;
        while (end > 0 && is_continuation(shown[end])) --end;
        shown = shown.substr(0, end);
    }
    const std::string_view lead = from > 0 ? "…" : "";
    fmt::format_to(std::back_inserter(out), "{:>6} | {}{}{}\n", finding.line, lead, shown,
                   cut ? "…" : "");
    fmt::format_to(std::back_inserter(out), "{:>6} | {}{}^\n", "", from > 0 ? " " : "",
                   blank_like(shown.substr(0, std::min(at, shown.size()))));
}

}  // namespace

std::string render(const Finding& finding, std::string_view text, std::string_view filename)
{
    std::string out(filename);
    if (finding.line > 0) {
        fmt::format_to(std::back_inserter(out), ":{}:{}", finding.line, finding.column);
    }
    const bool json = finding.code == code::json;
    // The message about bad JSON repeats its place, which is shown below anyway.
    std::string_view message = finding.message;
    if (json) message = message.substr(0, message.find("\n at ["));
    fmt::format_to(std::back_inserter(out), ": {}: {} [{}]\n",
                   finding.severity == Severity::Error ? "error" : "warning", message,
                   finding.code);
    if (!json && !finding.location.empty()) {
        fmt::format_to(std::back_inserter(out), "  at {}\n", finding.location);
    }
    if (finding.line > 0) {
        const std::string_view line = line_of(text, finding.line);
        if (!line.empty()) write_source(out, line, finding);
    }
    if (!finding.hint.empty()) {
        fmt::format_to(std::back_inserter(out), "  hint: {}\n", finding.hint);
    }
    return out;
}

}  // namespace weft::asl
