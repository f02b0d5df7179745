#pragma once

#include "async/gate.h"
#include "async/spawn.h"

#include <cstddef>
#include <memory>

namespace weft::async {

// Owns coroutines on one loop: nothing in it is detached. Whoever has a group ends with
// `group.cancel_all(); co_await group.wait();`. On the loop's thread only. A group destroyed before
// that cancels what is left, and must be sure that nothing in it looks at what goes with the group.
class TaskGroup {
public:
    explicit TaskGroup(Loop& loop);
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // Runs `task`, beginning with a later job. `done`, if given, gets its result while it still
    // counts as a member.
    void spawn(Task<> task, Function<void(Result<>)> done = {});
    template <class T> void spawn(Task<T> task, Function<void(Result<T>)> done)
    {
        const std::shared_ptr<Member> member = add();
        start(member, async::spawn<T>(loop(), std::move(task), ending(member, std::move(done))));
    }

    // Cancels all members; new ones may still be spawned.
    void cancel_all();
    std::size_t size() const;
    // Waits until there are no members; of one coroutine at a time. Errors: Cancelled (the members
    // go on).
    Task<> wait();
    // The same for a caller that is not a coroutine: `job` runs once, as a later job.
    void when_empty(Function<void()> job);

private:
    struct State;
    struct Member;

    Loop& loop() const;
    std::shared_ptr<Member> add();
    static void start(const std::shared_ptr<Member>& member, Spawned handle);
    static Task<> wait_for(std::shared_ptr<State> state);

    template <class T>
    static Function<void(Result<T>)> ending(std::shared_ptr<Member> member,
                                            Function<void(Result<T>)> done)
    {
        return [member = std::move(member), done = std::move(done)](Result<T> result) mutable {
            if (done) done(std::move(result));
            member.reset();
        };
    }

    std::shared_ptr<State> m_state;
};

}  // namespace weft::async
