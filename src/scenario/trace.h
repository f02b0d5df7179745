#pragma once

#include "history/event.h"
#include "json/value.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::scenario {

// What one execution did, by its events: the states it went through, the calls it made, the
// variables it assigned.
class Trace {
public:
    struct Call {
        std::string state;
        json::Value arguments;  // what the service is given
        std::uint32_t attempt = 0;
    };

    void add(const history::Event& event);

    // The states in the order in which they were entered: a text for each; a Parallel, and a Map
    // that began, an object of its name with a list of such paths, one for each branch or
    // iteration.
    json::Value path() const;
    // The calls that were scheduled, in order; each retry is one.
    const std::vector<Call>& calls() const { return m_calls; }
    // Public events as "id<previous Type".
    const std::vector<std::string>& outline() const { return m_outline; }
    // What each state that assigned variables gave them, in order.
    const std::vector<json::Value>& assigned() const { return m_assigned; }
    // All events, private ones too.
    std::uint64_t events() const { return m_events; }
    // How often each state was entered.
    const std::map<std::string, std::uint64_t, std::less<>>& entries() const { return m_entries; }

private:
    static constexpr std::size_t none = SIZE_MAX;

    struct Visit {
        std::string state;
        bool forked = false;
        std::vector<std::vector<std::size_t>> children;  // by branch or iteration; visits
    };
    struct Frame {
        std::size_t owner = none;  // the visit whose branch or iteration it is; none: the root
        std::size_t child = 0;     // which one
        std::size_t current = none;
    };

    void enter(history::FrameId frame, std::string_view state);
    void fork(history::FrameId owner, history::FrameId frame, std::size_t child);
    json::Value path_of(const std::vector<std::size_t>& visits) const;

    std::vector<Visit> m_visits;
    std::vector<std::size_t> m_root;
    std::map<history::FrameId, Frame> m_frames;
    std::vector<Call> m_calls;
    std::vector<std::string> m_outline;
    std::vector<json::Value> m_assigned;
    std::map<std::string, std::uint64_t, std::less<>> m_entries;
    std::uint64_t m_events = 0;
};

// A path as lines, branches and iterations indented below their state.
std::vector<std::string> path_lines(const json::Value& path);
// The same in one line, for people: "Ask -> Each [3] -> Done" with the arrow " -> ".
std::string path_summary(const json::Value& path, std::string_view arrow);

}  // namespace weft::scenario
