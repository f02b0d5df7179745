#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace weft::cli {

enum class Colour : std::uint8_t { Red, Green, Yellow, Dim, Bold };

// One of the process's two output streams, and what it can show.
struct Terminal {
    int file = 1;
    bool interactive = false;  // a terminal that moves its cursor
    bool colour = false;
    bool unicode = false;

    // Columns now; 80 when they cannot be told.
    std::size_t columns() const;
    // `text` in this colour, where there are colours.
    std::string paint(Colour colour, std::string_view text) const;
    // Writes all of it; false when nobody reads any more.
    bool write(std::string_view text) const;
};

using EnvironmentFunction = std::function<std::optional<std::string>(std::string_view)>;

// NO_COLOR (https://no-color.org) and TERM=dumb are respected; symbols beyond ASCII need a locale
// that names UTF-8.
Terminal terminal_of(int file, const EnvironmentFunction& environment);

// Columns that a text takes, counting code points; and its longest beginning that fits.
std::size_t width_of(std::string_view text);
std::string_view cut_to(std::string_view text, std::size_t columns);

}  // namespace weft::cli
