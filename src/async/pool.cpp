#include "async/pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

namespace weft::async {

struct ThreadPool::State {
    struct Job {
        Loop* home = nullptr;
        Function<void()> work;
        Function<void()> done;
    };

    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Job> jobs;
    bool stopping = false;
    std::vector<std::thread> threads;

    void serve()
    {
        while (true) {
            Job job;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [&] { return stopping || !jobs.empty(); });
                if (jobs.empty()) return;
                job = std::move(jobs.front());
                jobs.pop_front();
            }
            job.work();
            job.work = {};
            job.home->post(std::move(job.done));
        }
    }
};

ThreadPool::ThreadPool(std::size_t threads, std::string name) : m_state(std::make_unique<State>())
{
    for (std::size_t i = 0; i < threads; ++i) {
        m_state->threads.emplace_back([state = m_state.get(), name] {
            pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
            state->serve();
        });
    }
}

ThreadPool::~ThreadPool()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->stopping = true;
    }
    m_state->wake.notify_all();
    for (std::thread& thread : m_state->threads) thread.join();
}

void ThreadPool::run(Loop& home, Function<void()> work, Function<void()> done)
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->jobs.push_back({&home, std::move(work), std::move(done)});
    }
    m_state->wake.notify_one();
}

std::size_t ThreadPool::waiting() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->jobs.size();
}

void InlinePool::run(Loop& home, Function<void()> work, Function<void()> done)
{
    home.post([&home, work = std::move(work), done = std::move(done)]() mutable {
        work();
        work = {};
        home.post(std::move(done));
    });
}

}  // namespace weft::async
