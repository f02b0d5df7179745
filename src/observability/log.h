#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weft::observability {

enum class Level : std::uint8_t { Debug, Info, Warning, Error };

// How a line looks: as below, or one JSON object with the members time, level, component and the
// fields.
enum class Form : std::uint8_t { Text, Json };

// By their names on the command line: debug, info, warning, error; text, json.
std::optional<Level> level_of(std::string_view name);
std::optional<Form> form_of(std::string_view name);

// Where lines go. The default writes `2024-01-02T03:04:05.678Z ERROR runtime what="…" error="…"` to
// standard error, one write a line.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void write(Level level, std::string_view line) = 0;
};

using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

// One structured line. Any thread. Never hand it a secret or a payload.
void log(Level level, std::string_view component, Fields fields);

// Lines below `level` are dropped. The default is Info.
void set_level(Level level);
// The default is Text.
void set_form(Form form);
// Tests look at what is logged; null: standard error again. The sink must outlive its use.
void set_sink(Sink* sink);

}  // namespace weft::observability
