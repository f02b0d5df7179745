#pragma once

#include "mocks/mocks.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace weft::mocks {

// Hands out the answers of one sequence: the n-th call gets the n-th answer, by order of arrival.
// Any thread.
class Player {
public:
    explicit Player(Sequence sequence) : m_sequence(std::move(sequence)) {}

    // ErrorCode::NotFound when all are used; the message says how to add more. `who` is named in
    // it.
    Result<Answer> next(std::string_view who);
    std::uint64_t calls() const { return m_calls.load(std::memory_order_relaxed); }

private:
    Sequence m_sequence;
    std::atomic<std::uint64_t> m_calls{0};
};

// Hands out the answers of a file. A call is answered by its state's name, else by its resource;
// each has one count, whatever the execution or the attempt: a retried call is the next call. Any
// thread; lives as long as its users.
class Script {
public:
    explicit Script(Mocks mocks);

    bool names(std::string_view state, std::string_view resource) const;
    // ErrorCode::NotFound when the file names neither (with the nearest name), or when the answers
    // are used up.
    Result<Answer> next(std::string_view state, std::string_view resource);

private:
    Player* find(std::string_view state, std::string_view resource) const;

    std::string m_name;
    std::deque<Player> m_players;  // a Player does not move
    std::map<std::string, Player*, std::less<>> m_by_name;
};

}  // namespace weft::mocks
