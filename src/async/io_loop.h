#pragma once

#include "async/loop.h"

#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace weft::async {

// The real loop: one io_context, run by one thread. Posting is cheap from anywhere: jobs gather in
// a queue that is drained with one wake-up for however many were posted meanwhile. All timers share
// one Asio timer, set to the earliest.
//
// Whoever uses a loop ends before it: servers, clients and groups are stopped first, then stop()
// and join(). What is left (queued jobs, timers, suspended coroutines) is dropped without being run
// by the destructor.
class IoLoop final : public Loop {
public:
    // `name` is the thread's name as the system shows it (15 characters).
    explicit IoLoop(std::string name = "loop");
    ~IoLoop() override;  // stop() and join()

    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;

    // Runs the loop on a thread of its own. Once.
    void start();
    // Runs the loop on the caller's thread until stop(). Instead of start().
    void run();
    // Ends the loop after the jobs posted so far. From any thread, any number of times; does not
    // wait.
    void stop();
    // Waits for the loop's own thread to end. Not on the loop.
    void join();

    boost::asio::any_io_executor executor() override;
    bool here() const override;
    Timestamp now() const override;
    std::uint64_t steady_nanoseconds() const override;
    std::uint64_t random() override;  // on the loop's thread
    void post(Function<void()> job) override;
    TimerId call_at(Timestamp when, Function<void()> job) override;
    void cancel(TimerId timer) override;

    boost::asio::io_context& context();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace weft::async
