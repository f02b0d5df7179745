#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weft::cli {

namespace {

constexpr Milliseconds redraw_after{80};
constexpr std::size_t active_lines_max = 12;
constexpr std::size_t bar_columns = 24;

std::string bar(const RunModel::Iterations& counts, const Terminal& terminal)
{
    const std::int64_t done = counts.succeeded + counts.failed;
    const auto full =
        counts.total > 0 ? static_cast<std::size_t>(static_cast<double>(done) /
                                                    static_cast<double>(counts.total) * bar_columns)
                         : bar_columns;
    std::string out = terminal.unicode ? "" : "[";
    for (std::size_t i = 0; i < bar_columns; ++i)
        out += i < full ? (terminal.unicode ? "█" : "#") : (terminal.unicode ? "░" : ".");
    if (!terminal.unicode) out += "]";
    return out;
}

std::string counts_text(const RunModel::Iterations& counts)
{
    std::string out = fmt::format("{}/{}", counts.succeeded + counts.failed, counts.total);
    if (counts.running > 0) out += fmt::format(", {} running", counts.running);
    if (counts.failed > 0) out += fmt::format(", {} failed", counts.failed);
    return out;
}

// `mark` takes one column and keeps its colour when the rest is cut.
std::string line_text(std::string mark, const RunModel::Line& line, const std::string& rest,
                      std::size_t columns)
{
    std::string body(2 + std::size_t{2} * std::min(line.depth, 10U), ' ');
    const std::size_t indent = body.size();
    std::string text = fmt::format(" {}{}", line.name, rest);
    // Control characters in a name would move the cursor.
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    body += mark;
    body += cut_to(text, columns > indent + 2 ? columns - indent - 2 : 1);
    return body;
}

}  // namespace

std::string duration_text(Milliseconds duration)
{
    const auto ms = std::max<Milliseconds::rep>(duration.count(), 0);
    if (ms < 1'000) return fmt::format("{} ms", ms);
    if (ms < 60'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1'000);
    if (ms < 3'600'000) return fmt::format("{} min {} s", ms / 60'000, ms / 1'000 % 60);
    return fmt::format("{} h {} min", ms / 3'600'000, ms / 60'000 % 60);
}

std::string finished_line(const RunModel::Line& line, const Terminal& terminal, std::size_t columns)
{
    const std::string mark = line.failed
                                 ? terminal.paint(Colour::Red, terminal.unicode ? "✗" : "x")
                                 : terminal.paint(Colour::Green, terminal.unicode ? "✓" : "*");
    std::string rest;
    if (line.iterations) rest += fmt::format("  {}", counts_text(*line.iterations));
    rest += fmt::format("  {}", duration_text(line.ended.value_or(line.since) - line.since));
    if (!line.note.empty()) rest += fmt::format("  {}", line.note);
    return line_text(mark, line, rest, columns);
}

std::string active_line(const RunModel::Line& line, Timestamp now, const Terminal& terminal,
                        std::size_t columns)
{
    const std::string mark = terminal.paint(Colour::Yellow, terminal.unicode ? "▸" : ">");
    std::string rest;
    if (line.iterations)
        rest +=
            fmt::format("  {} {}", bar(*line.iterations, terminal), counts_text(*line.iterations));
    rest += fmt::format("  {}", duration_text(now - line.since));
    if (!line.note.empty()) rest += fmt::format("  {}", line.note);
    return line_text(mark, line, rest, columns);
}

Progress::~Progress()
{
    if (m_timer_set) m_loop.cancel(m_timer);
}

void Progress::update(const RunModel& model, std::vector<RunModel::Line> ended)
{
    m_model = &model;
    std::ranges::move(ended, std::back_inserter(m_ended));
    draw_later();
}

void Progress::draw_later()
{
    if (m_timer_set) return;
    m_timer_set = true;
    m_timer = m_loop.call_at(m_loop.now() + redraw_after, [this] {
        m_timer_set = false;
        draw();
        if (!m_model->active().empty()) draw_later();  // its times go on
    });
}

void Progress::draw()
{
    if (m_model == nullptr) return;
    const std::size_t columns = m_terminal.columns() - 1;
    std::string out;
    if (m_drawn > 0) out += fmt::format("\x1b[{}A\r\x1b[J", m_drawn);
    for (const RunModel::Line& line : m_ended)
        out += finished_line(line, m_terminal, columns) + "\n";
    m_ended.clear();
    m_drawn = 0;
    const std::vector<RunModel::Line>& active = m_model->active();
    for (const RunModel::Line& line : active) {
        if (m_drawn == active_lines_max) {
            out += fmt::format("    and {} more\n", active.size() - m_drawn);
            ++m_drawn;
            break;
        }
        out += active_line(line, m_loop.now(), m_terminal, columns) + "\n";
        ++m_drawn;
    }
    m_terminal.write(out);
}

void Progress::finish()
{
    if (m_timer_set) m_loop.cancel(m_timer);
    m_timer_set = false;
    draw();
    m_drawn = 0;
}

}  // namespace weft::cli
