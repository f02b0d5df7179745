#include "runtime/retention.h"

#include "encoding/timestamp.h"
#include "observability/log.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace weft::runtime {

namespace {

constexpr std::size_t look_rows = 1'000;  // index rows read at one time
constexpr std::size_t retire_rows = 100;  // executions hidden in one transaction
constexpr std::size_t purge_rows = 250;   // rows removed in one transaction
// A step is followed by a pause of so many times what it took: the journal belongs to executions.
constexpr int pause_times = 3;
constexpr Milliseconds pause_min{20};
constexpr Milliseconds pause_max{5'000};
constexpr Milliseconds pass_pause_min{1'000};
constexpr Milliseconds pass_pause_max{600'000};
constexpr int passes_in_retention = 20;  // of a short retention

}  // namespace

Milliseconds Retention::between_passes() const
{
    return std::clamp(m_shared.options.retention / passes_in_retention, pass_pause_min,
                      pass_pause_max);
}

void Retention::begin()
{
    if (m_shared.options.retention == keep_forever) return;
    m_loop.post([this] { m_loop.call_at(m_loop.now() + pass_pause_min, [this] { pass(); }); });
}

void Retention::pass()
{
    if (stopping()) return;
    m_before = m_loop.now() - m_shared.options.retention;
    m_after = 0;
    m_deleted_before_pass = m_deleted.value();
    // First what an earlier pass, or process, left half removed.
    purge();
}

void Retention::look(journal::StreamKey after)
{
    m_step_began = m_loop.now();
    auto page = std::make_shared<Result<journal::EndedPage>>(journal::EndedPage());
    m_shared.parts.blocking.run(
        m_loop,
        [&journal = m_shared.parts.journal, page, before = m_before, after] {
            *page = journal.ended(before, after, look_rows);
        },
        [this, page] { looked(std::move(*page)); });
}

void Retention::looked(Result<journal::EndedPage> page)
{
    if (!page) return failed(page.error());
    m_after = page->next != 0 ? std::optional(page->next) : std::nullopt;
    if (page->keys.empty()) return pause(&Retention::go_on);
    // The rest of a page is looked at again.
    if (page->keys.size() > retire_rows) {
        page->keys.resize(retire_rows);
        m_after = page->keys.back();
    }
    retire(std::move(page->keys));
}

void Retention::retire(std::vector<journal::StreamKey> keys)
{
    if (stopping()) return;
    m_shared.parts.journal.retire(std::move(keys), m_before,
                                  [this](Result<journal::Removal> result) {
                                      m_loop.post([this, result = std::move(result)] {
                                          if (!result) return failed(result.error());
                                          m_deleted.add(result->streams);
                                          pause(&Retention::purge);
                                      });
                                  });
}

void Retention::purge()
{
    if (stopping()) return;
    m_step_began = m_loop.now();
    m_shared.parts.journal.purge(purge_rows, [this](Result<journal::Removal> result) {
        m_loop.post([this, result = std::move(result)] {
            if (!result) return failed(result.error());
            pause(result->more ? &Retention::purge : &Retention::go_on);
        });
    });
}

void Retention::go_on()
{
    if (stopping()) return;
    if (m_after) return look(*m_after);
    ended_pass();
}

void Retention::ended_pass()
{
    if (const std::uint64_t deleted = m_deleted.value() - m_deleted_before_pass; deleted > 0)
        observability::log(observability::Level::Info, "retention",
                           {{"what", "deleted executions"},
                            {"count", std::to_string(deleted)},
                            {"ended_before", encoding::format_timestamp(m_before)}});
    m_loop.call_at(m_loop.now() + between_passes(), [this] { pass(); });
}

void Retention::pause(void (Retention::*next)())
{
    if (stopping()) return;
    const Milliseconds took = m_loop.now() - m_step_began;
    m_loop.call_at(m_loop.now() + std::clamp(took * pause_times, pause_min, pause_max),
                   [this, next] { (this->*next)(); });
}

// The next pass begins with what this one left.
void Retention::failed(const Error& error)
{
    if (stopping()) return;
    // A full queue is no fault: there is more important work.
    if (error.code != ErrorCode::Throttled)
        m_shared.log_failure("deleting executions that ended long ago", error);
    ended_pass();
}

}  // namespace weft::runtime
