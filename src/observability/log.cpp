#include "observability/log.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <unistd.h>

namespace weft::observability {

namespace {

std::atomic<Level> lowest{Level::Info};
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

}  // namespace

void log(Level level, std::string_view component, Fields fields)
{
    if (level < lowest.load(std::memory_order_relaxed)) return;
    const auto now = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() %
        1'000;
    std::string line = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z {} {}",
                                   fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                                   milliseconds, name_of(level), component);
    for (const auto& [key, value] : fields) {
        line += ' ';
        line += key;
        line += '=';
        put_value(line, value);
    }
    line += '\n';
    if (Sink* target = sink.load(std::memory_order_acquire)) return target->write(level, line);
    // One write a line, so that lines of several threads do not mix; a log that cannot be written
    // has nowhere to complain.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

void set_level(Level level)
{
    lowest.store(level, std::memory_order_relaxed);
}

void set_sink(Sink* target)
{
    sink.store(target, std::memory_order_release);
}

}  // namespace weft::observability
