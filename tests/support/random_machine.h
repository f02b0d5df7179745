#pragma once

#include "base/entropy.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace weft::test {

// What goes on elsewhere, for Tasks to call.
struct RandomWork {
    std::vector<std::string> activities;  // ARNs
    std::vector<std::string> children;    // ARNs of machines that call none
};

// Draws state machines of every type of state from a seed. Data flows as {"items": […], "r": …}, so
// that Maps always have what to run over. Every machine ends by itself.
class RandomMachine {
public:
    explicit RandomMachine(std::uint64_t seed, RandomWork work = {})
        : m_entropy(seed), m_work(std::move(work))
    {
    }

    std::string definition();
    // Without Parallel and Map.
    std::string small();
    static std::string input(Entropy& entropy);
    // How often each type was drawn, over the life of this object.
    const std::map<std::string, int>& drawn() const { return m_drawn; }

private:
    std::string scope(int depth);
    std::string state(const std::string& name, const std::string& next, int depth);
    std::string task();
    std::string retry_and_catch(const std::string& next);
    std::uint64_t below(std::uint64_t limit) { return m_entropy.next() % limit; }

    Entropy m_entropy;
    RandomWork m_work;
    int m_names = 0;
    std::map<std::string, int> m_drawn;
};

}  // namespace weft::test
