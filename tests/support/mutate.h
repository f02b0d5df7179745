#pragma once

#include "history/event.h"
#include "json/value.h"

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace weft::test {

// Changes to what was stored, as damage or a bug would make them. `draw` gives numbers: dice in a
// property test, the input's bytes under a fuzzer.
class Mutator {
public:
    explicit Mutator(std::function<std::uint64_t()> draw) : m_draw(std::move(draw)) {}

    // One change: an event dropped, repeated or moved; its id, cause, time, frame or kind changed;
    // a number or a name in its details exchanged. Mostly the public ids are made to run on
    // afterwards, so that the change itself is what contradicts.
    void change(std::vector<history::Event>& events);
    // One number, text or member somewhere in a document (a checkpoint) changed.
    json::Value change(const json::Value& value);

private:
    void change_details(std::vector<history::Event>& events, history::Event& event);
    void renumber(std::vector<history::Event>& events) const;
    std::int64_t number(std::int64_t near);
    std::uint64_t below(std::uint64_t bound) { return m_draw() % bound; }

    std::function<std::uint64_t()> m_draw;
};

}  // namespace weft::test
