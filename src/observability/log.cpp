#include "observability/log.h"

#include "encoding/utf8.h"
#include "json/write.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <unistd.h>

namespace weft::observability {

namespace {

std::atomic<Level> lowest{Level::Info};
std::atomic<Form> form{Form::Text};
std::atomic<Sink*> sink{nullptr};

constexpr std::string_view name_of(Level level)
{
    switch (level) {
    case Level::Debug: return "DEBUG";
    case Level::Info: return "INFO";
    case Level::Warning: return "WARN";
    case Level::Error: return "ERROR";
    }
    return "?";
}

// What is not UTF-8 would make the line no JSON.
void put_json_text(std::string& out, std::string_view text)
{
    std::string whole(text);
    if (!encoding::is_utf8(whole))
        for (char& c : whole)
            if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    json::write_string_to(out, whole);
}

// A value on one line: quoted when it has to be, control characters as \xNN.
void put_value(std::string& out, std::string_view value)
{
    const bool plain = !value.empty() && std::ranges::all_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f && c != '"' && c != '\\' && c != '=';
    });
    if (plain) {
        out += value;
        return;
    }
    out += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    out += '"';
}

std::string text_line(std::string_view time, Level level, std::string_view component,
                      const Fields& fields)
{
    std::string line = fmt::format("{} {} {}", time, name_of(level), component);
    for (const auto& [key, value] : fields) {
        line += ' ';
        line += key;
        line += '=';
        put_value(line, value);
    }
    line += '\n';
    return line;
}

std::string json_line(std::string_view time, Level level, std::string_view component,
                      const Fields& fields)
{
    std::string line = "{";
    const auto put = [&line](std::string_view key, std::string_view value) {
        if (line.size() > 1) line += ',';
        put_json_text(line, key);
        line += ':';
        put_json_text(line, value);
    };
    put("time", time);
    put("level", name_of(level));
    put("component", component);
    for (const auto& [key, value] : fields) put(key, value);
    line += "}\n";
    return line;
}

}  // namespace

std::optional<Level> level_of(std::string_view name)
{
    if (name == "debug") return Level::Debug;
    if (name == "info") return Level::Info;
    if (name == "warning") return Level::Warning;
    if (name == "error") return Level::Error;
    return {};
}

std::optional<Form> form_of(std::string_view name)
{
    if (name == "text") return Form::Text;
    if (name == "json") return Form::Json;
    return {};
}

void log(Level level, std::string_view component, Fields fields)
{
    if (level < lowest.load(std::memory_order_relaxed)) return;
    const auto now = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() %
        1'000;
    const std::string time =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                    fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds);
    const std::string line = form.load(std::memory_order_relaxed) == Form::Json
                                 ? json_line(time, level, component, fields)
                                 : text_line(time, level, component, fields);
    if (Sink* target = sink.load(std::memory_order_acquire)) return target->write(level, line);
    // One write a line, so that lines of several threads do not mix; a log that cannot be written
    // has nowhere to complain.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

void set_level(Level level)
{
    lowest.store(level, std::memory_order_relaxed);
}

void set_form(Form chosen)
{
    form.store(chosen, std::memory_order_relaxed);
}

void set_sink(Sink* target)
{
    sink.store(target, std::memory_order_release);
}

}  // namespace weft::observability
