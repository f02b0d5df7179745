// What one stream has to tell another: sent once, accepted once, whatever is lost on the way.

#include "tests/support/faulty_journal.h"
#include "tests/support/relay_stream.h"
#include "tests/support/runtime_world.h"
#include "json/parse.h"

#include <doctest/doctest.h>

using namespace weft;
using test::RelayStream;
using test::RuntimeWorld;

namespace {

// Two relays, child and parent, in a world whose journal flushes when told to.
class Family {
public:
    explicit Family(std::uint64_t seed = 1) : world(seed, 2, faults(this))
    {
        child = make("child");
        parent = make("parent");
    }

    // Everything that can happen without a flush, then one write, and again. Stops after
    // `flushes_max` writes, with whatever they led to not begun, and when the process must end.
    std::size_t run(std::size_t flushes_max = SIZE_MAX)
    {
        std::size_t flushes = 0;
        while (flushes < flushes_max && world.failures.empty()) {
            REQUIRE(world.world.run_until_idle(1'000'000));
            if (world.journal->pending() == 0) {
                if (world.world.advance_to_next()) continue;
                break;
            }
            world.journal->flush(1);
            ++flushes;
        }
        return flushes;
    }
    void tell(const journal::IndexRow& row, const std::string& what)
    {
        RelayStream::instruct(*world.runtime, row, *json::parse(what),
                              [this](Result<> done) { (done ? acknowledged : refused) += 1; });
    }
    void end_child() { tell(child, fmt::format(R"({{"end":{},"body":"all done"}})", parent.key)); }
    journal::IndexRow now(const journal::IndexRow& row) { return **world.journal->find(row.key); }
    RelayStream::Accepted accepted()
    {
        return RelayStream::accepted_in(*world.journal, parent.key);
    }
    void settled()
    {
        CHECK(now(child).status == journal::RunStatus::Succeeded);
        CHECK(now(parent).status == journal::RunStatus::Succeeded);
        CHECK_FALSE(now(child).outbox);
        CHECK(accepted() == RelayStream::Accepted{{{child.key, 1}, 1}});
        CHECK(world.journal->unsettled(0, 10)->empty());
    }

private:
    static RuntimeWorld::Faults faults(Family* family)
    {
        RuntimeWorld::Faults wanted;
        wanted.flush = journal::MemoryOptions::Flush::Manual;
        wanted.prepare = RelayStream::prepare;
        wanted.decorate = [family](journal::Journal& target) {
            auto faulty = std::make_unique<test::FaultyJournal>(target, test::JournalFaults{});
            family->disk = faulty.get();
            return faulty;
        };
        return wanted;
    }
    journal::IndexRow make(const std::string& name)
    {
        const journal::StreamKey key = world.journal->next_key();
        world.journal->append(RelayStream::creation(key, name, world.world.now()),
                              [](Result<> made) { REQUIRE(made); });
        world.journal->flush();
        return **world.journal->find(key);
    }

public:
    test::FaultyJournal* disk = nullptr;
    RuntimeWorld world;
    journal::IndexRow child;
    journal::IndexRow parent;
    int acknowledged = 0;
    int refused = 0;
};

}  // namespace

TEST_CASE("a message is sent once, accepted once and confirmed")
{
    Family family;
    family.tell(family.child, fmt::format(R"({{"send":{},"body":1}})", family.parent.key));
    // The sender's batch, the receiver's acceptance, the sender's confirmation.
    CHECK(family.run() == 3);
    CHECK(family.acknowledged == 1);
    CHECK(family.accepted() == RelayStream::Accepted{{{family.child.key, 1}, 1}});
    CHECK_FALSE(family.now(family.child).outbox);

    // The next one has the next number, whether or not the streams stayed in memory.
    family.world.crash();
    family.tell(family.child, fmt::format(R"({{"send":{},"body":2}})", family.parent.key));
    CHECK(family.run() == 3);
    CHECK(family.accepted() ==
          RelayStream::Accepted{{{family.child.key, 1}, 1}, {{family.child.key, 2}, 1}});
}

TEST_CASE("a message that was durable and not delivered before a crash is sent again")
{
    Family family;
    family.end_child();
    CHECK(family.run(1) == 1);
    CHECK(family.now(family.child).outbox);
    CHECK(family.accepted().empty());
    family.world.crash();
    CHECK(family.run() == 2);
    family.settled();
}

TEST_CASE("a message that was accepted and not confirmed before a crash is recognised")
{
    Family family;
    family.end_child();
    CHECK(family.run(2) == 2);
    CHECK(family.now(family.child).outbox);
    CHECK(family.accepted().size() == 1);
    const std::uint64_t batches = (*family.world.journal->last_batch(family.parent.key))->number;
    family.world.crash();
    // Only the confirmation is written now.
    CHECK(family.run() == 1);
    CHECK((*family.world.journal->last_batch(family.parent.key))->number == batches);
    family.settled();
}

TEST_CASE("a crash at any flush between a child's end and its parent loses and doubles nothing")
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        for (std::size_t first = 0; first <= 3; ++first) {
            for (std::size_t second = 0; second <= 3; ++second) {
                CAPTURE(seed);
                CAPTURE(first);
                CAPTURE(second);
                Family family(seed);
                family.end_child();
                family.run(first);
                family.world.crash();
                if (first == 0) {  // nothing was durable, nobody was told so
                    CHECK(family.acknowledged == 0);
                    family.end_child();
                }
                family.run(second);
                family.world.crash();
                if (first == 0 && second == 0) family.end_child();
                family.run();
                family.settled();
            }
        }
    }
}

TEST_CASE("a message that arrives again is accepted no second time and confirmed each time")
{
    Family family;
    family.tell(family.child, fmt::format(R"({{"send":{},"body":1}})", family.parent.key));
    family.run();
    runtime::Worker& owner =
        family.world.runtime->implementation().shared.owner(family.parent.shard);
    owner.loop().post([&] {
        owner.message(family.parent,
                      {family.child.key, 1, json::String("note"), json::Value("again")});
    });
    CHECK(family.run() == 0);
    CHECK(family.accepted() == RelayStream::Accepted{{{family.child.key, 1}, 1}});
}

TEST_CASE("a disk that is full for a while delays a message and neither loses nor doubles it")
{
    for (std::size_t refused_at = 0; refused_at < 3; ++refused_at) {
        CAPTURE(refused_at);
        Family family;
        family.end_child();
        CHECK(family.run(refused_at) == refused_at);
        family.disk->set_full(true);
        family.world.world.run_until(family.world.world.now() + Seconds(30));
        // With nothing durable yet, the one who asked is told and may ask again.
        CHECK(family.refused == (refused_at == 0 ? 1 : 0));
        family.disk->set_full(false);
        family.run();
        if (refused_at == 0) {
            CHECK(family.now(family.child).status == journal::RunStatus::Running);
            family.end_child();
            family.run();
        }
        family.settled();
    }
}

TEST_CASE("an outcome that is not known ends the process, and the next one finds out")
{
    for (std::size_t lost_at = 0; lost_at < 3; ++lost_at) {
        CAPTURE(lost_at);
        Family family;
        family.end_child();
        CHECK(family.run(lost_at) == lost_at);
        family.disk->lose_next();
        // The write that is lost may be queued already: then it is a later one.
        for (int i = 0; i < 10 && family.world.failures.empty(); ++i) {
            if (family.run(1) > 0) continue;
            family.tell(family.child, fmt::format(R"({{"send":{}}})", family.parent.key));
            family.tell(family.parent, fmt::format(R"({{"send":{}}})", family.child.key));
        }
        REQUIRE_FALSE(family.world.failures.empty());
        CHECK(family.world.failures.front().code == ErrorCode::OutcomeUnknown);
        family.disk->restart();
        family.world.failures.clear();
        family.world.crash();
        family.run();
        if (family.now(family.child).status == journal::RunStatus::Running) {
            CHECK(family.acknowledged == 0);
            continue;
        }
        CHECK(family.now(family.parent).status == journal::RunStatus::Succeeded);
        for (const auto& [message, times] : family.accepted()) CHECK(times == 1);
        CHECK_FALSE(family.now(family.child).outbox);
    }
}
