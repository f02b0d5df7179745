#pragma once

#include "async/loop.h"
#include "cli/run_model.h"
#include "cli/terminal.h"

#include <string>
#include <vector>

namespace weft::cli {

// A finished or an active state as one line of at most `columns`, without its newline.
std::string finished_line(const RunModel::Line& line, const Terminal& terminal,
                          std::size_t columns);
std::string active_line(const RunModel::Line& line, Timestamp now, const Terminal& terminal,
                        std::size_t columns);
// "12 ms", "1.2 s", "3 min 4 s".
std::string duration_text(Milliseconds duration);

// Live progress on an interactive terminal: what ended scrolls away upwards, what is active is
// drawn again below it, a few times a second. On the loop's thread.
class Progress {
public:
    Progress(const Terminal& terminal, async::Loop& loop) : m_terminal(terminal), m_loop(loop) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    // Something changed; `ended` are new.
    void update(const RunModel& model, std::vector<RunModel::Line> ended);
    // Draws what is left and leaves the cursor on a fresh line.
    void finish();

private:
    void draw();
    void draw_later();

    const Terminal& m_terminal;
    async::Loop& m_loop;
    const RunModel* m_model = nullptr;
    std::vector<RunModel::Line> m_ended;
    std::size_t m_drawn = 0;  // lines below which the cursor stands
    async::Loop::TimerId m_timer = 0;
    bool m_timer_set = false;
};

}  // namespace weft::cli
