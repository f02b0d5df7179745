#pragma once

#include "async/loop.h"
#include "base/function.h"

#include <cstddef>
#include <memory>
#include <string>

namespace weft::async {

// Where a loop sends what would hold it up: blocking reads, long evaluations.
class Pool {
public:
    virtual ~Pool() = default;
    // Runs `work` somewhere else, then `done` on `home`. Any thread. Every pair is run: what has
    // been begun must come to its end. Whoever sends work bounds it: what an outsider causes is
    // refused with an error above some number of pairs that wait (`waiting`, or `waiting_max` of
    // run_on), and the rest is at most one pair for each execution, load or message.
    virtual void run(Loop& home, Function<void()> work, Function<void()> done) = 0;
    // How many pairs wait for a thread. Any thread.
    virtual std::size_t waiting() const { return 0; }
};

// Threads of its own. The destructor finishes what was queued.
class ThreadPool final : public Pool {
public:
    explicit ThreadPool(std::size_t threads, std::string name = "pool");
    ~ThreadPool() override;
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;
    void run(Loop& home, Function<void()> work, Function<void()> done) override;
    std::size_t waiting() const override;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

// For simulation: the work is a later job of the home loop itself, so that its order is the
// scheduler's.
class InlinePool final : public Pool {
public:
    void run(Loop& home, Function<void()> work, Function<void()> done) override;
};

}  // namespace weft::async
