// Layers: catalog/sqlite journal/sqlite
// Sources: src/server/check_store.cpp
// A storm over SQLite's journal and catalog on a disk that loses power, fills up and fails; and
// bits that flip in what it left behind.
#include "journal/batch_codec.h"
#include "observability/log.h"
#include "server/check_store.h"
#include "tests/simulation/executions/disk_world.h"
#include "tests/simulation/executions/seeds.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace weft;
using namespace weft::test;

namespace {

constexpr std::uint64_t seeds_count = 400;
constexpr std::uint64_t check_every = 8;

class Quiet final : public observability::Sink {
public:
    Quiet() { observability::set_sink(this); }
    ~Quiet() override { observability::set_sink(nullptr); }
    void write(observability::Level, std::string_view) override {}
};

std::string first_finding(const std::string& folder)
{
    const Result<cli::StoreReport> report = server::check_store(folder);
    if (!report) return report.error().message;
    if (report->findings.empty()) return {};
    return report->findings.front().where + ": " + report->findings.front().message;
}

// What a store answers, by question; an error is an answer that names what is wrong.
using Answers = std::map<std::string, std::string>;

class Questions {
public:
    Questions(storage::Database& database, journal::Journal& journal, catalog::Catalog& catalog)
        : m_journal(journal), m_catalog(catalog)
    {
        (void)database;
    }

    Answers ask()
    {
        machines();
        offers();
        note("next wake", m_journal.next_wake(Timestamp{}), [](const std::optional<Timestamp>& at) {
            return at ? fmt::to_string(at->time_since_epoch().count()) : std::string("none");
        });
        note("due", m_journal.due(timestamp_max - Milliseconds(1), 1'000), keys);
        note("unsettled", m_journal.unsettled(0, 1'000), keys);
        m_answers["secret"] = m_journal.secret();
        return std::move(m_answers);
    }

private:
    template <class T, class Text>
    void note(const std::string& question, const Result<T>& answer, Text text)
    {
        m_answers[question] = answer ? text(*answer) : "error: " + answer.error().message;
    }
    static std::string keys(const std::vector<journal::IndexRow>& rows)
    {
        std::string text;
        for (const journal::IndexRow& row : rows) text += fmt::format("{} ", row.key);
        return text;
    }
    static std::string text_of(const journal::IndexRow& row)
    {
        const auto time = [](const std::optional<Timestamp>& at) {
            return at ? at->time_since_epoch().count() : -1;
        };
        return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}", row.key,
                           static_cast<int>(row.kind), row.shard, row.machine_arn, row.name,
                           static_cast<int>(row.status), time(row.start), time(row.stop),
                           time(row.wake_at), row.outbox, row.revision_hash,
                           row.version_arn + row.alias_arn);
    }
    void machines()
    {
        const auto machines = m_catalog.list("arn:", "", 100);
        note("machines", machines, [](const std::vector<catalog::StateMachine>& list) {
            std::string text;
            for (const catalog::StateMachine& machine : list)
                text +=
                    fmt::format("{} {} {} {} {} {} {}\n", machine.arn, machine.name,
                                machine.definition, machine.definition_hash, machine.role_arn,
                                machine.created.time_since_epoch().count(), machine.revision_id);
            return text;
        });
        note("activities", m_catalog.list_activities("arn:", "", 100),
             [](const std::vector<catalog::Activity>& list) {
                 std::string text;
                 for (const catalog::Activity& activity : list)
                     text += fmt::format("{} {} {}\n", activity.arn, activity.name,
                                         activity.created.time_since_epoch().count());
                 return text;
             });
        for (const std::string name : {"branches", "items"}) {
            const std::string arn = "arn:aws:states:us-east-1:123456789012:stateMachine:" + name;
            const auto rows =
                m_journal.list({.machine_arn = arn, .status = {}, .before = {}, .limit = 1'000});
            note("list " + name, rows, keys);
            note("running " + name, m_journal.running_count(arn),
                 [](std::uint64_t count) { return fmt::to_string(count); });
            if (rows)
                for (const journal::IndexRow& row : *rows) stream(row.key);
            for (int i = 0; i < 3; ++i)
                note(fmt::format("name {} x{}", name, i),
                     m_journal.find_by_name(arn, fmt::format("x{}", i)),
                     [](const std::optional<journal::IndexRow>& row) {
                         return row ? fmt::to_string(row->key) : std::string("none");
                     });
        }
    }
    void stream(journal::StreamKey key)
    {
        note(fmt::format("row {}", key), m_journal.find(key),
             [](const std::optional<journal::IndexRow>& row) {
                 return row ? text_of(*row) : std::string("none");
             });
        note(fmt::format("batches {}", key), m_journal.read(key, 0, SIZE_MAX),
             [](const std::vector<journal::Batch>& batches) {
                 std::string text;
                 journal::BatchEncoder encoder;
                 journal::EncodedBatch encoded;
                 for (const journal::Batch& batch : batches) {
                     if (!encoder.encode(batch, encoded)) return std::string("not encoded");
                     text += fmt::format("{} {} {} ", batch.number, batch.first_public,
                                         batch.public_count) +
                             encoded.bytes;
                     for (const auto& row : encoded.rows) text += row.bytes;
                 }
                 return text;
             });
        note(fmt::format("checkpoint {}", key), m_journal.checkpoint(key),
             [](const std::optional<journal::Checkpoint>& found) {
                 return found ? fmt::format("{} {} {}", found->next_batch, found->events,
                                            found->state)
                              : std::string("none");
             });
    }
    void offers()
    {
        note("offers", m_journal.offers(0, 1'000), [](const std::vector<journal::Offer>& list) {
            std::string text;
            for (const journal::Offer& offer : list)
                text += fmt::format("{} {} {} {} {}\n", offer.key, offer.shard, offer.scheduled,
                                    offer.dispatch, offer.activity);
            return text;
        });
    }

    journal::Journal& m_journal;
    catalog::Catalog& m_catalog;
    Answers m_answers;
};

// Opens the file as a server would, from memory; the answers, or one that says why not.
Answers answers_of(const std::string& bytes)
{
    const TempFolder folder;
    SimulatedDisk disk(1);
    storage::DatabaseOptions options;
    options.vfs = disk.name();
    options.readers = 1;
    const auto open = [&]() -> Result<Answers> {
        const auto database = TRY(storage::Database::open(folder.path(), options));
        const auto catalog = TRY(catalog::SqliteCatalog::open(*database));
        const auto journal = TRY(journal::SqliteJournal::open(*database));
        return Questions(*database, *journal, *catalog).ask();
    };
    disk.create(folder.path() + "/weft.db", bytes);
    Result<Answers> answers = open();
    if (answers) return *std::move(answers);
    return {{"open", "error: " + answers.error().message}};
}

// The first question that is answered otherwise, and not by an error; empty when there is none.
std::string silently_wrong(const Answers& right, const Answers& given)
{
    if (given.contains("open")) return {};
    for (const auto& [question, answer] : given) {
        if (answer.starts_with("error: ")) continue;
        const auto found = right.find(question);
        if (found == right.end() || found->second != answer) return question;
    }
    for (const auto& [question, answer] : right)
        if (!given.contains(question)) return question;
    return {};
}

std::string bytes_of(const std::string& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("executions survive a disk that loses power, fills up and fails")
{
    const Quiet quiet;
    const Seeds seeds = seeds_for("disk", seeds_count);
    if (seeds.skipped) return;
    std::map<std::string, int> seen;
    for (const std::uint64_t seed : seeds.list) {
        DiskWorld world(seed, seen);
        std::string wrong = world.run();
        if (wrong.empty() && seed % check_every == 0) {
            const TempFolder folder;
            world.save_to(folder.path());
            wrong = first_finding(folder.path());
            ++seen["stores checked"];
        }
        REQUIRE_MESSAGE(wrong.empty(),
                        fmt::format("seed {} ({}): {}", seed, command_for("disk", seed), wrong));
    }
    std::cout << fmt::format("disk worlds: {} seeds\n", seeds.list.size());
    for (const auto& [what, count] : seen) std::cout << fmt::format("  {:<32} {}\n", what, count);
    if (!seeds.all) return;
    for (const std::string what :
         {"power lost at a write or sync", "power lost while starting", "stopped by a failed sync",
          "disk full", "failing writes", "starts refused", "writes undone", "ActivitySucceeded",
          "TaskSucceeded", "WaitStateExited"})
        CHECK_MESSAGE(seen[what] > 0, what);
}

TEST_CASE("a bit that flips in the file is found by the check when it changes an answer")
{
    const Quiet quiet;
    const Seeds seeds = seeds_for("bits", 400);
    if (seeds.skipped) return;
    std::map<std::string, int> seen;
    const TempFolder folder;
    DiskWorld world(3, seen);
    world.stop_after(Seconds(60));
    REQUIRE(world.run() == "");
    world.save_to(folder.path());
    REQUIRE(first_finding(folder.path()) == "");
    const std::string file = folder.path() + "/weft.db";
    const std::string whole = bytes_of(file);
    const Answers right = answers_of(whole);
    REQUIRE(right.contains("batches 1"));
    REQUIRE(right.at("offers") != "");
    std::map<std::string, int> unfound;
    int harmless = 0;
    int named = 0;
    int found = 0;
    for (const std::uint64_t seed : seeds.list) {
        Entropy dice(seed * 11 + 5);
        std::string damaged = whole;
        const std::size_t at = dice.next() % damaged.size();
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << dice.next() % 8));
        const Answers given = answers_of(damaged);
        const std::string question = silently_wrong(right, given);
        if (question.empty()) {
            (given == right ? harmless : named) += 1;
            continue;
        }
        std::ofstream(file, std::ios::binary | std::ios::trunc) << damaged;
        if (first_finding(folder.path()).empty())
            ++unfound[fmt::format("{} ({})", question, command_for("bits", seed))];
        else
            ++found;
    }
    std::cout << fmt::format("bits: {} flipped, {} changed nothing, {} were named when they were "
                             "read, {} found by the check, {} not found\n",
                             seeds.list.size(), harmless, named, found, unfound.size());
    for (const auto& [question, count] : unfound)
        std::cout << fmt::format("  not found: {}\n", question);
    CHECK(unfound.empty());
    if (seeds.all) CHECK(named + found > 0);
}
