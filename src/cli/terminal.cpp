#include "cli/terminal.h"

#include <cerrno>
#include <sys/ioctl.h>
#include <unistd.h>

namespace weft::cli {

namespace {

std::string_view code_of(Colour colour)
{
    switch (colour) {
    case Colour::Red: return "\x1b[31m";
    case Colour::Green: return "\x1b[32m";
    case Colour::Yellow: return "\x1b[33m";
    case Colour::Dim: return "\x1b[2m";
    case Colour::Bold: return "\x1b[1m";
    }
    return {};
}

bool begins_character(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

// POSIX: the first of these that is set decides.
bool names_utf8(const EnvironmentFunction& environment)
{
    for (const std::string_view name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const std::optional<std::string> value = environment(name);
        if (!value) continue;
        return value->find("UTF-8") != std::string::npos ||
               value->find("utf8") != std::string::npos ||
               value->find("utf-8") != std::string::npos;
    }
    return false;
}

}  // namespace

std::size_t Terminal::columns() const
{
    winsize size{};
    if (::ioctl(file, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
    return size.ws_col;
}

std::string Terminal::paint(Colour which, std::string_view text) const
{
    if (!colour) return std::string(text);
    std::string out(code_of(which));
    out += text;
    out += "\x1b[0m";
    return out;
}

bool Terminal::write(std::string_view text) const
{
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Terminal terminal_of(int file, const EnvironmentFunction& environment)
{
    Terminal terminal;
    terminal.file = file;
    const std::optional<std::string> kind = environment("TERM");
    terminal.interactive = ::isatty(file) != 0 && kind && *kind != "dumb";
    terminal.colour = terminal.interactive && !environment("NO_COLOR");
    terminal.unicode = names_utf8(environment);
    return terminal;
}

std::size_t width_of(std::string_view text)
{
    std::size_t width = 0;
    for (const char c : text) width += begins_character(c) ? 1U : 0U;
    return width;
}

std::string_view cut_to(std::string_view text, std::size_t columns)
{
    std::size_t end = 0;
    while (end < text.size()) {
        if (begins_character(text[end]) && columns-- == 0) break;
        ++end;
    }
    return text.substr(0, end);
}

}  // namespace weft::cli
