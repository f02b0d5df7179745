#include "async/task_group.h"

#include <list>
#include <optional>
#include <vector>

namespace weft::async {

struct TaskGroup::State {
    explicit State(Loop& owner) : loop(owner) {}
    Loop& loop;
    std::list<Spawned> handles;
    std::optional<Gate> gate;  // while a coroutine waits
    std::vector<Function<void()>> when_empty;

    void told_empty()
    {
        if (gate) gate->open();
        for (Function<void()>& job : std::exchange(when_empty, {})) loop.post(std::move(job));
    }
};

// Lives in the member's coroutine: however that ends, the group hears of it.
struct TaskGroup::Member {
    explicit Member(std::shared_ptr<State> owner) : state(std::move(owner))
    {
        place = state->handles.emplace(state->handles.end());
    }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    ~Member()
    {
        state->handles.erase(place);
        if (state->handles.empty()) state->told_empty();
    }

    std::shared_ptr<State> state;
    std::list<Spawned>::iterator place;
};

TaskGroup::TaskGroup(Loop& loop) : m_state(std::make_shared<State>(loop)) {}

TaskGroup::~TaskGroup()
{
    cancel_all();
}

Loop& TaskGroup::loop() const
{
    return m_state->loop;
}

std::shared_ptr<TaskGroup::Member> TaskGroup::add()
{
    return std::make_shared<Member>(m_state);
}

void TaskGroup::start(const std::shared_ptr<Member>& member, Spawned handle)
{
    *member->place = std::move(handle);
}

void TaskGroup::spawn(Task<> task, Function<void(Result<>)> done)
{
    spawn<void>(std::move(task), std::move(done));
}

void TaskGroup::cancel_all()
{
    // Cancelling calls back into coroutines' owners, who may spawn: work on a copy.
    std::vector<Spawned> handles(m_state->handles.begin(), m_state->handles.end());
    for (Spawned& handle : handles) handle.cancel();
}

std::size_t TaskGroup::size() const
{
    return m_state->handles.size();
}

Task<> TaskGroup::wait()
{
    return wait_for(m_state);
}

Task<> TaskGroup::wait_for(std::shared_ptr<State> state)
{
    while (!state->handles.empty()) {
        state->gate.emplace(state->loop);
        CO_CHECK(co_await state->gate->wait());
    }
    co_return Result<>{};
}

void TaskGroup::when_empty(Function<void()> job)
{
    if (m_state->handles.empty()) return m_state->loop.post(std::move(job));
    m_state->when_empty.push_back(std::move(job));
}

}  // namespace weft::async
