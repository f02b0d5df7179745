#include "runtime/runtime.h"

#include "base/assert.h"
#include "encoding/uuid.h"
#include "observability/log.h"
#include "runtime/implementation.h"
#include "runtime/names.h"
#include "json/write.h"

#include <algorithm>
#include <utility>

namespace weft::runtime {

namespace {

std::string fresh_uuid(async::Loop& loop)
{
    Entropy entropy(loop.random());
    return encoding::uuid_v4(entropy);
}

// The version whose share of 100 the draw falls into.
std::int64_t route_drawn(const std::vector<catalog::Route>& routes, double draw)
{
    double sum = 0;
    for (const catalog::Route& route : routes) {
        sum += static_cast<double>(route.weight);
        if (draw < sum) return route.version;
    }
    return routes.back().version;
}

// The start row of an asynchronous Express execution: all that is needed to run it again.
std::string express_body(const StartJob& job)
{
    std::vector<json::Member> body{{"machine", job.registered->row.arn},
                                   {"name", job.name},
                                   {"uuid", job.express_uuid},
                                   {"input", job.input}};
    if (!job.version_arn.empty()) body.push_back({"version", job.version_arn});
    if (!job.alias_arn.empty()) body.push_back({"alias", job.alias_arn});
    return json::write(json::Value::object(std::move(body)));
}

}  // namespace

Runtime::Implementation::Implementation(RuntimeParts the_parts, RuntimeOptions the_options)
    : shared(std::move(the_parts), the_options), page_tokens(shared.parts.journal.secret())
{
    WEFT_ASSERT(!shared.parts.loops.empty());
    for (async::Loop* loop : shared.parts.loops)
        shared.workers.push_back(std::make_unique<Worker>(shared, *loop));
    waker = std::make_unique<Waker>(shared, *shared.parts.loops.front());
    retention = std::make_unique<Retention>(shared, *shared.parts.loops.front());
    shared.note_wake = [this](Timestamp due) { waker->note(due); };
    shared.woken = [this](journal::StreamKey key) { waker->settled(key); };
    shared.board.matched = [this](const journal::Offer& offer, const PollPtr& poll) {
        Worker& owner = shared.owner(offer.shard);
        const engine::WorkerFound found{offer.scheduled, offer.dispatch, json::String(poll->worker),
                                        poll->id};
        owner.loop().post(
            [&owner, key = offer.key, found] { owner.command(key, engine::Command(found), {}); });
    };
    shared.lost = [this](journal::StreamKey key) { waker->lost(key); };
    shared.log_failure = [](const std::string& what, const Error& error) {
        observability::log(observability::Level::Error, "runtime",
                           {{"what", what}, {"error", error.message}});
    };
}

Result<> Runtime::Implementation::admit(std::size_t in_use, std::size_t max, const char* what) const
{
    if (shared.stopping.load(std::memory_order_relaxed))
        return fail(ErrorCode::Throttled, "the service is shutting down and takes no new work");
    if (in_use < max) return {};
    shared.throttled.add();
    return fail(ErrorCode::Throttled, "too many {} at once ({}); try again", what, max);
}

Result<> Runtime::Implementation::admit_read() const
{
    const std::size_t waiting = shared.parts.blocking.waiting();
    if (waiting < shared.options.reads_queued_max) return {};
    shared.throttled.add();
    return fail(ErrorCode::Throttled, "{} requests wait for the disk; try again later", waiting);
}

void Runtime::Implementation::resolve(async::Loop& home, const std::string& arn,
                                      Callback<StartTarget> reply)
{
    if (RegisteredPtr known = shared.machines.cached(arn)) {
        // What is cached under another ARN than its machine's is a version.
        const bool version = known->row.arn != arn;
        return reply(StartTarget{std::move(known), version ? arn : std::string(), {}});
    }
    Result<MachineName> name = parse_qualified_arn(arn);
    if (!name) return reply(tl::unexpected(std::move(name).error()));
    if (!name->label.empty())
        return reply(fail(ErrorCode::LabeledArn,
                          "This operation does not support labeled state machine ARNs: '{}'", arn));
    // AWS: a start by an alias picks one of its versions at random, by weight.
    Entropy entropy(home.random());
    const double draw = entropy.unit() * 100;
    blocking<StartTarget>(
        home,
        [this, arn, name = *std::move(name), draw]() -> Result<StartTarget> {
            StartTarget target;
            if (!name.qualifier.empty()) target.version_arn = arn;
            if (!name.qualifier.empty() && name.version() == 0) {
                const std::optional<catalog::Alias> alias =
                    TRY(shared.parts.catalog.find_alias(name.machine_arn, name.qualifier));
                if (!alias)
                    return fail(ErrorCode::StateMachineDoesNotExist,
                                "State Machine Does Not Exist: '{}'", arn);
                target.alias_arn = arn;
                target.version_arn =
                    qualified_arn(name.machine_arn, route_drawn(alias->routes, draw));
            }
            target.registered =
                TRY(shared.machines.load(target.version_arn.empty() ? arn : target.version_arn));
            return target;
        },
        std::move(reply));
}

Runtime::Runtime(RuntimeParts parts, RuntimeOptions options)
    : m_impl(std::make_unique<Implementation>(std::move(parts), options))
{
}

Runtime::~Runtime() = default;

Statistics Runtime::statistics() const
{
    const Shared& shared = m_impl->shared;
    Statistics sum;
    for (const auto& worker : shared.workers) {
        const WorkerCounts& counts = worker->counts();
        sum.slices += counts.slices.value();
        sum.evaluations_moved += counts.evaluations_moved.value();
        sum.loads += counts.loads.value();
        sum.wakes += counts.wakes.value();
        sum.refused_batches += counts.refused_batches.value();
        sum.streams += counts.streams.value();
        sum.calls += counts.calls.value();
    }
    sum.throttled = shared.throttled.value();
    sum.starts_queued = shared.starts_queued.load(std::memory_order_relaxed);
    sum.express_open = shared.express_open.load(std::memory_order_relaxed);
    sum.reads_queued = shared.parts.blocking.waiting();
    sum.evaluations_queued = shared.parts.compute.waiting();
    sum.open = shared.parts.journal.open_count();
    sum.deleted = m_impl->retention->deleted();
    return sum;
}

void Runtime::start(async::Loop& home, StartRequest request, Callback<StartReply> reply)
{
    Shared& shared = m_impl->shared;
    if (Result<> admitted = m_impl->admit(shared.starts_queued.load(std::memory_order_relaxed),
                                          shared.options.starts_queued_max, "starts");
        !admitted)
        return reply(tl::unexpected(std::move(admitted).error()));
    if (!request.name.empty())
        if (Result<> name = check_name(request.name); !name)
            return reply(tl::unexpected(std::move(name).error()));

    shared.starts_queued.fetch_add(1, std::memory_order_relaxed);
    const std::string arn = request.machine_arn;
    m_impl->resolve(
        home, arn,
        [this, &home, request = std::move(request),
         reply = std::move(reply)](Result<StartTarget> found) mutable {
            Shared& all = m_impl->shared;
            const auto refuse = [&](Error error) {
                all.starts_queued.fetch_sub(1, std::memory_order_relaxed);
                reply(tl::unexpected(std::move(error)));
            };
            if (!found) return refuse(std::move(found).error());
            const RegisteredPtr registered = found->registered;
            const catalog::StateMachine& row = registered->row;
            if (row.status == catalog::MachineStatus::Deleting)
                return refuse({ErrorCode::StateMachineDeleting,
                               fmt::format("State Machine is being deleted: '{}'", row.arn),
                               {}});

            StartJob job;
            job.registered = registered;
            job.version_arn = std::move(found->version_arn);
            job.alias_arn = std::move(found->alias_arn);
            job.input = std::move(request.input);
            job.parent = request.parent;
            if (job.parent && job.parent->waits && row.type == catalog::MachineType::Express)
                return refuse({ErrorCode::StateMachineTypeNotSupported,
                               "This operation is not supported by this type of state machine",
                               {}});
            const bool named = !request.name.empty();
            job.name = named ? std::move(request.name) : fresh_uuid(home);
            Worker& owner = all.owner(registered->shards.shard_of(job.name));
            if (row.type == catalog::MachineType::Express) {
                if (Result<> admitted =
                        m_impl->admit(all.express_open.load(std::memory_order_relaxed),
                                      all.options.express_open_max, "Express executions");
                    !admitted)
                    return refuse(std::move(admitted).error());
                job.mode = StartJob::Mode::ExpressAsync;
                job.express_uuid = fresh_uuid(home);
                job.key = all.parts.journal.next_key();
                const std::string execution = express_arn(row.arn, job.name, job.express_uuid);
                const Timestamp now = home.now();
                journal::ExpressStart start{job.key, express_body(job)};
                auto answer = std::make_shared<Callback<StartReply>>(std::move(reply));
                auto held = std::make_shared<StartJob>(std::move(job));
                all.parts.journal.put_express(std::move(start), [&all, &home, &owner, held, answer,
                                                                 execution, now](Result<> kept) {
                    if (!kept) {
                        all.starts_queued.fetch_sub(1, std::memory_order_relaxed);
                        home.post(
                            [answer, error = kept.error()] { (*answer)(tl::unexpected(error)); });
                        return;
                    }
                    home.post([answer, execution, now] { (*answer)(StartReply{execution, now}); });
                    owner.loop().post([&owner, held] { owner.start(std::move(*held)); });
                });
                return;
            }
            if (!named) {
                job.started = bring_home(home, std::move(reply));
            } else {
                // AWS: same name and input while it runs: the answer of the first start.
                auto answer = std::make_shared<Callback<StartReply>>(std::move(reply));
                job.started = bring_home<StartReply>(
                    home, [this, &home, answer, machine = row.arn, name = job.name,
                           input = job.input, parent = job.parent](Result<StartReply> started) {
                        if (started || started.error().code != ErrorCode::ExecutionAlreadyExists)
                            return (*answer)(std::move(started));
                        m_impl->blocking<StartReply>(
                            home,
                            [this, machine, name, input, parent]() -> Result<StartReply> {
                                return earlier_start(m_impl->shared.parts.journal, machine, name,
                                                     input, parent);
                            },
                            [answer](Result<StartReply> earlier) { (*answer)(std::move(earlier)); },
                            Implementation::Origin::Begun);
                    });
            }
            if (owner.loop().here()) return owner.start(std::move(job));
            auto held = std::make_shared<StartJob>(std::move(job));
            owner.loop().post([&owner, held] { owner.start(std::move(*held)); });
        });
}

void Runtime::start_sync(async::Loop& home, StartRequest request, Callback<SyncReply> reply)
{
    Shared& shared = m_impl->shared;
    if (Result<> admitted = m_impl->admit(shared.express_open.load(std::memory_order_relaxed),
                                          shared.options.express_open_max, "Express executions");
        !admitted)
        return reply(tl::unexpected(std::move(admitted).error()));
    if (!request.name.empty())
        if (Result<> name = check_name(request.name); !name)
            return reply(tl::unexpected(std::move(name).error()));

    const std::string arn = request.machine_arn;
    m_impl->resolve(
        home, arn,
        [this, &home, request = std::move(request),
         reply = std::move(reply)](Result<StartTarget> found) mutable {
            if (!found) return reply(tl::unexpected(std::move(found).error()));
            const RegisteredPtr registered = found->registered;
            const catalog::StateMachine& row = registered->row;
            if (row.type != catalog::MachineType::Express)
                return reply(fail(ErrorCode::StateMachineTypeNotSupported,
                                  "This operation is not supported by this type of state machine"));
            if (row.status == catalog::MachineStatus::Deleting)
                return reply(fail(ErrorCode::StateMachineDeleting,
                                  "State Machine is being deleted: '{}'", row.arn));
            StartJob job;
            job.mode = StartJob::Mode::ExpressSync;
            job.registered = registered;
            job.version_arn = std::move(found->version_arn);
            job.alias_arn = std::move(found->alias_arn);
            job.input = std::move(request.input);
            job.name = request.name.empty() ? fresh_uuid(home) : std::move(request.name);
            job.express_uuid = fresh_uuid(home);
            job.ended = bring_home(home, std::move(reply));
            m_impl->shared.starts_queued.fetch_add(1, std::memory_order_relaxed);
            // Nothing to keep and nobody else to know of it: it runs on the loop that asked, when
            // that is one of the workers'.
            Worker& owner = m_impl->shared.worker_of(home);
            if (owner.loop().here()) return owner.start(std::move(job));
            auto held = std::make_shared<StartJob>(std::move(job));
            owner.loop().post([&owner, held] { owner.start(std::move(*held)); });
        });
}

void Runtime::stop(async::Loop& home, StopRequest request, Callback<Timestamp> reply)
{
    std::string arn = request.execution_arn;
    m_impl->blocking<journal::IndexRow>(
        home, [this, arn = std::move(arn)] { return find_row(m_impl->shared.parts.journal, arn); },
        [this, &home, request = std::move(request),
         reply = std::move(reply)](Result<journal::IndexRow> row) mutable {
            if (!row) return reply(tl::unexpected(std::move(row).error()));
            // AWS: stopping what has ended answers with the moment it ended.
            if (row->stop) return reply(*row->stop);
            engine::Stop stop;
            if (request.error) stop.error = json::String(*request.error);
            if (request.cause) stop.cause = json::String(*request.cause);
            auto answer = std::make_shared<Callback<Timestamp>>(std::move(reply));
            Callback<void> done =
                bring_home<void>(home, [this, &home, answer,
                                        arn = std::move(request.execution_arn)](Result<> stopped) {
                    if (!stopped) return (*answer)(tl::unexpected(stopped.error()));
                    m_impl->blocking<journal::IndexRow>(
                        home, [this, arn] { return find_row(m_impl->shared.parts.journal, arn); },
                        [answer, &home](Result<journal::IndexRow> now) {
                            if (!now) return (*answer)(tl::unexpected(now.error()));
                            (*answer)(now->stop.value_or(home.now()));
                        },
                        Implementation::Origin::Begun);
                });
            Worker& owner = m_impl->shared.owner(row->shard);
            auto held = std::make_shared<Callback<void>>(std::move(done));
            owner.loop().post([&owner, row = *row, stop = std::move(stop), held] {
                owner.command(row, engine::Command(stop), std::move(*held));
            });
        });
}

void Runtime::test_state(async::Loop& home, TestStateRequest request,
                         Callback<TestStateReply> reply)
{
    m_impl->tests.run(home, std::move(request), std::move(reply));
}

void Runtime::describe(async::Loop& home, std::string execution_arn,
                       Callback<ExecutionDescription> reply)
{
    m_impl->blocking<ExecutionDescription>(
        home,
        [this, now = home.now(), arn = std::move(execution_arn)]() -> Result<ExecutionDescription> {
            journal::Journal& journal = m_impl->shared.parts.journal;
            const journal::IndexRow row = TRY(find_row(journal, arn));
            TRY(m_impl->shared.quarantine.check(arn));
            ExecutionDescription description = TRY(describe_row(journal, row));
            description.not_redrivable = TRY(m_impl->not_redrivable(row, now));
            return description;
        },
        std::move(reply));
}

void Runtime::history(async::Loop& home, HistoryRequest request, Callback<HistoryPage> reply)
{
    m_impl->blocking<HistoryPage>(
        home,
        [this, now = home.now(), request = std::move(request)]() -> Result<HistoryPage> {
            TRY(m_impl->shared.quarantine.check(request.execution_arn));
            return read_history(m_impl->shared.parts.journal, m_impl->page_tokens, request, now);
        },
        std::move(reply));
}

// Registers with the execution's worker first and looks at the journal second, so that an end in
// between is not missed.
void Runtime::wait(async::Loop& home, const std::string& arn, Callback<ExecutionDescription> reply)
{
    const Result<ExecutionName> name = parse_execution_arn(arn);
    if (!name) return reply(tl::unexpected(name.error()));
    struct Waiting {
        Callback<ExecutionDescription> reply;
        bool answered = false;
    };
    auto waiting = std::make_shared<Waiting>();
    waiting->reply = std::move(reply);
    const auto answer = [waiting](Result<ExecutionDescription> result) {
        if (std::exchange(waiting->answered, true)) return;
        waiting->reply(std::move(result));
    };
    const std::uint64_t id = home.random();
    Worker& owner = m_impl->shared.owner(name->machine_arn, name->name);
    owner.loop().post([this, &owner, &home, arn, id, answer] {
        owner.wait_for_end(arn, id, bring_home<SyncReply>(home, [answer](Result<SyncReply> end) {
                               if (!end) return answer(tl::unexpected(end.error()));
                               answer(std::move(end->execution));
                           }));
        home.post([this, &owner, &home, arn, id, answer] {
            describe(home, arn, [&owner, arn, id, answer](Result<ExecutionDescription> now) {
                if (now && now->status == journal::RunStatus::Running) return;
                owner.loop().post([&owner, arn, id] { owner.forget_wait(arn, id); });
                answer(std::move(now));
            });
        });
    });
}

void Runtime::shut_down(async::Loop& home, Callback<void> done)
{
    m_impl->shared.stopping.store(true);
    m_impl->shared.board.close();
    auto left = std::make_shared<std::atomic<std::size_t>>(m_impl->shared.workers.size() + 1);
    auto answer = std::make_shared<Callback<void>>(std::move(done));
    m_impl->tests.shut_down(home, [left, answer] {
        if (left->fetch_sub(1) == 1) (*answer)({});
    });
    for (auto& worker : m_impl->shared.workers) {
        worker->loop().post([&worker = *worker, left, answer, &home] {
            worker.shut_down([left, answer, &home] {
                if (left->fetch_sub(1) == 1) home.post([answer] { (*answer)({}); });
            });
        });
    }
}

}  // namespace weft::runtime
