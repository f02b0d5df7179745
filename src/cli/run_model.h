#pragma once

#include "history/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace weft::cli {

// What an execution is doing, folded from its events: which states are active, how far its Maps are
// and where it failed. A pure value; Progress shows it.
class RunModel {
public:
    struct Iterations {
        std::int64_t total = 0;
        std::int64_t succeeded = 0;
        std::int64_t failed = 0;
        std::int64_t running = 0;
    };
    // A state that was entered. States inside a Map's iterations have no line of their own.
    struct Line {
        history::FrameId frame = 0;
        std::string name;
        std::uint32_t depth = 0;  // Parallels around it
        Timestamp since{};
        std::optional<Timestamp> ended;
        std::optional<Iterations> iterations;  // a Map
        std::string note;                      // the last error, while it is being retried
        bool failed = false;
    };

    // Lines of states that ended by it are appended to `ended`.
    void apply(const history::Event& event, std::vector<Line>& ended);

    const std::vector<Line>& active() const { return m_active; }  // in order of entering
    // Where the failure that ended the execution arose; empty when it cannot be told.
    const std::string& failed_state() const { return m_failed_state; }

private:
    struct Frame {
        history::FrameId owner = 0;
        std::uint32_t depth = 0;
        bool hidden = false;  // inside a Map's iteration
        std::string state;
        history::FrameId first_branch = 0;  // of the Parallel it is in
        std::uint32_t branches = 0;
    };

    void enter(const history::Event& event, const std::string& name);
    void leave(const history::Event& event, bool failed, std::vector<Line>& ended);
    void note_failure(history::FrameId frame, std::string state, std::string error);
    bool is_within(history::FrameId frame, history::FrameId ancestor) const;
    Line* line_of(history::FrameId frame);
    void forget_branches(history::FrameId frame);

    std::unordered_map<history::FrameId, Frame> m_frames;
    std::vector<Line> m_active;
    history::FrameId m_last_frame = 0;
    history::FrameId m_failed_frame = 0;
    std::string m_failed_state;
};

}  // namespace weft::cli
