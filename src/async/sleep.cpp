#include "async/gate.h"
#include "async/loop.h"

namespace weft::async {

namespace {

// Ends with the coroutine, however that ends.
struct Timer {
    Loop& loop;
    Loop::TimerId id;
    Timer(Loop& owner, Loop::TimerId timer) : loop(owner), id(timer) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { loop.cancel(id); }
};

}  // namespace

Task<> sleep_until(Loop& loop, Timestamp when)
{
    Gate gate(loop);
    const Timer timer(loop, loop.call_at(when, [&gate] { gate.open(); }));
    co_return co_await gate.wait();
}

}  // namespace weft::async
