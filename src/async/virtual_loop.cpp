#include "async/virtual_loop.h"

#include "base/assert.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace asio = boost::asio;

namespace weft::async {

VirtualWorld::VirtualWorld(WorldOptions options) : m_options(options), m_entropy(options.seed) {}

VirtualWorld::~VirtualWorld()
{
    WEFT_ASSERT(m_loops.empty());
}

std::unique_ptr<VirtualLoop> VirtualWorld::make_loop()
{
    // Seeds of loops are a sequence of their own: making a loop does not shift the scheduler's
    // draws.
    Entropy seeds(m_options.seed ^ (0x6c6f6f70U + m_loops_made++));
    return std::unique_ptr<VirtualLoop>(new VirtualLoop(*this, seeds.next()));
}

Timestamp VirtualWorld::now() const
{
    return m_options.start + m_wall_set +
           std::chrono::floor<std::chrono::milliseconds>(m_since_start);
}

std::uint64_t VirtualWorld::jobs_end(std::uint64_t jobs_max) const
{
    return jobs_max > UINT64_MAX - m_jobs_run ? UINT64_MAX : m_jobs_run + jobs_max;
}

bool VirtualWorld::step()
{
    m_candidates.clear();
    for (std::size_t i = 0; i < m_loops.size(); ++i) m_candidates.push_back(i);
    while (!m_candidates.empty()) {
        const std::size_t drawn =
            m_candidates.size() == 1 ? 0 : m_entropy.next() % m_candidates.size();
        VirtualLoop& loop = *m_loops[m_candidates[drawn]];
        if (loop.run_one()) {
            ++m_jobs_run;
            if (m_options.job_duration.count() > 0)
                set_clock(m_since_start + m_options.job_duration);
            return true;
        }
        m_candidates.erase(m_candidates.begin() + static_cast<std::ptrdiff_t>(drawn));
    }
    return false;
}

bool VirtualWorld::run_until_idle(std::uint64_t jobs_max)
{
    return drain(jobs_end(jobs_max));
}

bool VirtualWorld::drain(std::uint64_t end)
{
    while (m_jobs_run < end) {
        if (!step()) return true;
    }
    return false;
}

std::optional<Timestamp> VirtualWorld::earliest()
{
    std::optional<Timestamp> first;
    for (VirtualLoop* loop : m_loops) {
        const std::optional<Timestamp> due = loop->m_timers.earliest();
        if (due && (!first || *due < *first)) first = due;
    }
    return first;
}

void VirtualWorld::set_clock(std::chrono::nanoseconds since_start)
{
    m_since_start = since_start;
    for (VirtualLoop* loop : m_loops) loop->make_due_ready();
}

bool VirtualWorld::advance_to_next()
{
    const std::optional<Timestamp> next = earliest();
    if (!next) return false;
    set_clock_to(*next);
    return true;
}

void VirtualWorld::set_clock_to(Timestamp wall)
{
    set_clock(
        std::max<std::chrono::nanoseconds>(m_since_start, wall - m_options.start - m_wall_set));
}

void VirtualWorld::set_wall_clock(Milliseconds by)
{
    WEFT_ASSERT(by.count() >= 0 || m_loops.empty());
    m_wall_set += by;
    for (VirtualLoop* loop : m_loops) loop->make_due_ready();
}

bool VirtualWorld::run_until(Timestamp until, std::uint64_t jobs_max)
{
    const std::uint64_t end = jobs_end(jobs_max);
    for (;;) {
        while (now() < until || m_options.job_duration.count() == 0) {
            if (m_jobs_run >= end) return false;
            if (!step()) break;
        }
        const std::optional<Timestamp> next = earliest();
        if (now() >= until || !next || *next > until) break;
        advance_to_next();
    }
    if (now() < until) set_clock_to(until);
    return true;
}

bool VirtualWorld::run_to_end(std::uint64_t jobs_max)
{
    const std::uint64_t end = jobs_end(jobs_max);
    do {
        if (!drain(end)) return false;
    } while (advance_to_next());
    return true;
}

VirtualLoop::VirtualLoop(VirtualWorld& world, std::uint64_t seed)
    : m_world(world), m_entropy(seed),
      m_io(std::make_unique<asio::io_context>(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE))
{
    m_world.m_loops.push_back(this);
}

VirtualLoop::~VirtualLoop()
{
    WEFT_ASSERT(m_world.m_current != this);
    std::erase(m_world.m_loops, this);
    // Dropped jobs and coroutines may set and cancel timers while they go.
    drop_waiters();
    while (m_timers.size() > 0) m_timers.clear();
    while (!m_due.empty()) m_due.extract(m_due.begin());
    const std::unique_ptr<asio::io_context> io = std::exchange(m_io, nullptr);
}

bool VirtualLoop::run_one()
{
    VirtualLoop* const outer = std::exchange(m_world.m_current, this);
    WEFT_ASSERT(outer == nullptr);
    if (m_io->stopped()) m_io->restart();
    const bool ran = m_io->poll_one() > 0;
    m_world.m_current = nullptr;
    return ran;
}

void VirtualLoop::make_due_ready()
{
    for (;;) {
        TimerHeap::Due due = m_timers.take_due(m_world.now());
        if (!due.job) return;
        m_due[due.id] = std::move(due.job);
        post([this, id = due.id] {
            if (auto taken = m_due.extract(id)) taken.mapped()();
        });
    }
}

asio::any_io_executor VirtualLoop::executor()
{
    return m_io->get_executor();
}
bool VirtualLoop::here() const
{
    return m_world.m_current == this;
}
Timestamp VirtualLoop::now() const
{
    return m_world.now();
}

std::uint64_t VirtualLoop::steady_nanoseconds() const
{
    return static_cast<std::uint64_t>(m_world.m_since_start.count());
}

std::uint64_t VirtualLoop::random()
{
    return m_entropy.next();
}

void VirtualLoop::post(Function<void()> job)
{
    if (m_io == nullptr) return;  // going
    asio::post(*m_io, [job = std::move(job)]() mutable { job(); });
}

Loop::TimerId VirtualLoop::call_at(Timestamp when, Function<void()> job)
{
    const TimerId id = m_timers.add(when, std::move(job));
    return id;
}

void VirtualLoop::cancel(TimerId timer)
{
    m_timers.cancel(timer);
    m_due.extract(timer);
}

}  // namespace weft::async
