#include "runtime/implementation.h"

#include "encoding/uuid.h"
#include "engine/dataflow/data_flow.h"
#include "json/parse.h"

#include <memory>
#include <utility>

namespace weft::runtime {

namespace {

// Rows read from the index at one time.
constexpr std::size_t page_rows = 1'000;

// Start-up, page by page: executions that were under way, tasks on offer, then asynchronous Express
// starts, then machines being deleted. Holds itself alive through the callbacks.
class Recovery : public std::enable_shared_from_this<Recovery> {
public:
    Recovery(Runtime::Implementation& runtime, async::Loop& home, Callback<void> done)
        : m_shared(runtime.shared), m_runtime(runtime), m_home(home), m_done(std::move(done))
    {
    }

    void executions(journal::StreamKey after)
    {
        read<std::vector<journal::IndexRow>>(
            [this, after] { return m_shared.parts.journal.unsettled(after, page_rows); },
            [self = shared_from_this()](std::vector<journal::IndexRow> rows) {
                for (const journal::IndexRow& row : rows) {
                    Worker& owner = self->m_shared.owner(row.shard);
                    owner.loop().post([&owner, row] { owner.recover(row); });
                }
                if (rows.size() < page_rows) return self->offers(0);
                self->executions(rows.back().key);
            });
    }

private:
    struct Restart {
        journal::StreamKey key = 0;
        Result<StartJob> job;
    };

    // Tasks of activities that no worker has.
    void offers(std::int64_t after)
    {
        read<std::vector<journal::Offer>>(
            [this, after] { return m_shared.parts.journal.offers(after, page_rows); },
            [self = shared_from_this()](std::vector<journal::Offer> offers) {
                const std::int64_t last = offers.empty() ? 0 : offers.back().order;
                const bool more = offers.size() == page_rows;
                for (journal::Offer& offer : offers) self->m_shared.board.offer(std::move(offer));
                if (!more) return self->express(0);
                self->offers(last);
            });
    }

    void express(journal::StreamKey after)
    {
        using Starts = std::vector<std::shared_ptr<Restart>>;
        read<Starts>(
            [this, after]() -> Result<Starts> {
                Starts restarts;
                for (const journal::ExpressStart& start :
                     TRY(m_shared.parts.journal.express_starts(after, page_rows)))
                    restarts.push_back(
                        std::make_shared<Restart>(Restart{start.key, restart(start)}));
                return restarts;
            },
            [self = shared_from_this()](Starts restarts) {
                for (const auto& one : restarts) self->run_again(one);
                if (restarts.size() < page_rows) {
                    self->m_runtime.waker->begin();
                    self->m_runtime.retention->begin();
                    return self->m_done({});
                }
                self->express(restarts.back()->key);
            });
    }

    Result<StartJob> restart(const journal::ExpressStart& start)
    {
        // Its input may be as deep as documents go.
        const json::Value body =
            TRY(json::parse(start.body, {.depth_max = engine::document_depth_max + 16}));
        const json::Value* machine = body.find("machine");
        const json::Value* name = body.find("name");
        const json::Value* uuid = body.find("uuid");
        const json::Value* input = body.find("input");
        if (machine == nullptr || name == nullptr || uuid == nullptr || input == nullptr)
            return fail(ErrorCode::Corrupt, "Express start {} is incomplete", start.key);
        StartJob job;
        job.mode = StartJob::Mode::ExpressAsync;
        const json::Value* version = body.find("version");
        const json::Value* alias = body.find("alias");
        if (version != nullptr) job.version_arn = std::string(version->as_string());
        if (alias != nullptr) job.alias_arn = std::string(alias->as_string());
        job.registered = TRY(m_shared.machines.load(
            job.version_arn.empty() ? std::string(machine->as_string()) : job.version_arn));
        job.name = std::string(name->as_string());
        job.express_uuid = std::string(uuid->as_string());
        job.input = *input;
        job.key = start.key;
        return job;
    }

    void run_again(const std::shared_ptr<Restart>& restart)
    {
        if (!restart->job) {
            // Its machine was deleted since, or the row is damaged: it cannot run again.
            m_shared.log_failure("an Express execution that was under way", restart->job.error());
            m_shared.parts.journal.erase_express(restart->key, [](Result<>) {});
            return;
        }
        m_shared.starts_queued.fetch_add(1, std::memory_order_relaxed);
        Worker& owner = m_shared.owner(restart->job->registered->row.arn, restart->job->name);
        owner.loop().post([&owner, restart] { owner.start(std::move(*restart->job)); });
    }

    template <class T> void read(Function<Result<T>()> work, Function<void(T)> next)
    {
        auto result = std::make_shared<Result<T>>(fail(ErrorCode::Internal, "no result"));
        auto call = std::make_shared<Function<Result<T>()>>(std::move(work));
        auto go_on = std::make_shared<Function<void(T)>>(std::move(next));
        m_shared.parts.blocking.run(
            m_home, [result, call] { *result = (*call)(); },
            [self = shared_from_this(), result, go_on] {
                if (!*result) return self->m_done(tl::unexpected(std::move(*result).error()));
                (*go_on)(**std::move(result));
            });
    }

    Shared& m_shared;
    Runtime::Implementation& m_runtime;
    async::Loop& m_home;
    Callback<void> m_done;
};

}  // namespace

void Runtime::recover(async::Loop& home, Callback<void> done)
{
    std::make_shared<Recovery>(*m_impl, home, std::move(done))->executions(0);
}

}  // namespace weft::runtime
