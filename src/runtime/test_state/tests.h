#pragma once

#include "async/loop.h"
#include "async/spawn.h"
#include "async/task.h"
#include "runtime/requests.h"
#include "runtime/test_state/preparation.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace weft::runtime {

struct Shared;

// The tests of states that are under way (TestState). A test is a coroutine on the loop that asked
// for it: it prepares and steps on the compute pool, and waits for calls and timers on its loop.
// Nothing of it is kept. Any thread.
class StateTests {
public:
    explicit StateTests(Shared& shared) : m_shared(shared) {}

    // At most this many at one time; more are throttled.
    static constexpr std::size_t open_max = 1'000;

    void run(async::Loop& home, TestStateRequest request, Callback<TestStateReply> reply);
    // Cancels what is under way and calls `idle` on `home` when nothing is left. Once.
    void shut_down(async::Loop& home, Function<void()> idle);

private:
    struct Open {
        async::Loop* loop = nullptr;
        std::shared_ptr<async::Spawned> handle;
    };
    void ended(std::uint64_t id);

    Shared& m_shared;
    std::mutex m_mutex;
    std::uint64_t m_next = 1;
    std::unordered_map<std::uint64_t, Open> m_open;
    bool m_stopping = false;
    Function<void()> m_idle;
};

}  // namespace weft::runtime
