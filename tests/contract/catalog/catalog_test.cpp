// Layers: catalog catalog/sqlite
// Labels: threads
#include "catalog/memory/memory_catalog.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "tests/support/temp_folder.h"

#include <doctest/doctest.h>

#include <thread>

using namespace weft;
using namespace weft::catalog;
using namespace weft::test;

namespace {

struct InMemory {
    MemoryCatalog store;
    Catalog& catalog() { return store; }
};

struct InSqlite {
    TempFolder folder;
    std::unique_ptr<storage::Database> database = *storage::Database::open(folder.path());
    std::unique_ptr<SqliteCatalog> store = *SqliteCatalog::open(*database);
    Catalog& catalog() { return *store; }
};

const std::string scope = "arn:aws:states:us-east-1:123456789012:stateMachine:";

StateMachine machine(const std::string& name, std::int64_t created = 1'000)
{
    StateMachine made;
    made.arn = scope + name;
    made.name = name;
    made.type = MachineType::Express;
    made.definition = "{\"StartAt\": \"" + name + "\"}\n";
    made.definition_hash = "hash of " + name;
    made.role_arn = "arn:aws:iam::123456789012:role/r";
    made.created = Timestamp(Milliseconds(created));
    made.updated = Timestamp(Milliseconds(created + 1));
    made.logging = json::Value::object({{"level", "ALL"}, {"destinations", json::Value::array()}});
    made.tags = json::Value::array({json::Value::object({{"key", "k"}, {"value", "v"}})});
    return made;
}

const std::string activity_scope = "arn:aws:states:us-east-1:123456789012:activity:";

Activity activity(const std::string& name, std::int64_t created = 1'000)
{
    return {activity_scope + name, name, Timestamp(Milliseconds(created)),
            json::Value::object({{"type", "AWS_OWNED_KEY"}}),
            json::Value::array({json::Value::object({{"key", "k"}, {"value", name}})})};
}

}  // namespace

TEST_CASE_TEMPLATE("a machine reads back as it was created", Subject, InMemory, InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    const StateMachine made = machine("a");
    REQUIRE(catalog.create(made));
    CHECK(**catalog.find(made.arn) == made);
    CHECK(**catalog.definition("hash of a") == made.definition);
    CHECK(!catalog.find(scope + "b")->has_value());
    CHECK(!catalog.definition("other")->has_value());
    const auto again = catalog.create(made);
    REQUIRE(!again);
    CHECK(again.error().code == ErrorCode::StateMachineAlreadyExists);
}

TEST_CASE_TEMPLATE("an update replaces the revision that it expects, no other", Subject, InMemory,
                   InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    StateMachine made = machine("a");
    REQUIRE(catalog.create(made));
    made.definition = "{}";
    made.definition_hash = "hash of {}";
    made.revision_id = "one";
    made.tags = {};
    REQUIRE(catalog.update(made, ""));
    CHECK(**catalog.find(made.arn) == made);
    CHECK(**catalog.definition("hash of a") == machine("a").definition);
    StateMachine late = made;
    late.revision_id = "two";
    CHECK(catalog.update(late, "").error().code == ErrorCode::ConflictingRequest);
    CHECK((*catalog.find(made.arn))->revision_id == "one");
    CHECK(catalog.update(machine("b"), "").error().code == ErrorCode::StateMachineDoesNotExist);
    CHECK(!catalog.definition("hash of b")->has_value());
}

TEST_CASE_TEMPLATE("deleting is a status until the machine is removed", Subject, InMemory, InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    REQUIRE(catalog.create(machine("a")));
    REQUIRE(catalog.create(machine("b")));
    CHECK(catalog.deleting()->empty());
    REQUIRE(catalog.set_status(scope + "b", MachineStatus::Deleting));
    CHECK(*catalog.deleting() == std::vector{scope + "b"});
    CHECK((*catalog.find(scope + "b"))->status == MachineStatus::Deleting);
    REQUIRE(catalog.remove(scope + "b"));
    CHECK(!catalog.find(scope + "b")->has_value());
    CHECK(catalog.deleting()->empty());
    CHECK(**catalog.definition("hash of b") == machine("b").definition);
    CHECK(catalog.remove(scope + "b").error().code == ErrorCode::StateMachineDoesNotExist);
    CHECK(catalog.set_status(scope + "b", MachineStatus::Active).error().code ==
          ErrorCode::StateMachineDoesNotExist);
    CHECK(catalog.create(machine("b")));
}

TEST_CASE_TEMPLATE("lists go by date, then ARN, page by page, within a scope", Subject, InMemory,
                   InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    REQUIRE(catalog.create(machine("c", 1)));
    REQUIRE(catalog.create(machine("a", 2)));
    REQUIRE(catalog.create(machine("b", 2)));
    REQUIRE(catalog.create(machine("0", 3)));
    StateMachine foreign = machine("x", 2);
    foreign.arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:x";
    REQUIRE(catalog.create(foreign));
    const std::string prefix = "arn:aws:states:us-east-1:123456789012:";
    std::vector<std::string> names;
    std::string after;
    while (true) {
        const auto page = *catalog.list(prefix, after, 2);
        if (page.empty()) break;
        CHECK(page.size() <= 2);
        for (const StateMachine& each : page) names.push_back(each.name);
        after = page.back().arn;
    }
    CHECK(names == std::vector<std::string>{"c", "a", "b", "0"});
    CHECK(catalog.list(prefix, scope + "gone", 2).error().code == ErrorCode::InvalidToken);
}

TEST_CASE_TEMPLATE("an activity reads back until it is removed", Subject, InMemory, InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    REQUIRE(catalog.create_activity(activity("a")));
    CHECK(**catalog.find_activity(activity_scope + "a") == activity("a"));
    CHECK(catalog.create_activity(activity("a", 2'000)).error().code ==
          ErrorCode::ActivityAlreadyExists);
    CHECK(**catalog.find_activity(activity_scope + "a") == activity("a"));
    CHECK(!catalog.find_activity(activity_scope + "b")->has_value());
    REQUIRE(catalog.remove_activity(activity_scope + "a"));
    CHECK(!catalog.find_activity(activity_scope + "a")->has_value());
    CHECK(catalog.remove_activity(activity_scope + "a").error().code ==
          ErrorCode::ActivityDoesNotExist);
    CHECK(catalog.create_activity(activity("a", 2'000)));
}

TEST_CASE_TEMPLATE("activities are listed and counted within a scope", Subject, InMemory, InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    for (const auto& [name, created] :
         {std::pair{"c", 1}, std::pair{"a", 2}, std::pair{"b", 2}, std::pair{"0", 3}})
        REQUIRE(catalog.create_activity(activity(name, created)));
    Activity foreign = activity("x", 2);
    foreign.arn = "arn:aws:states:us-east-1:210987654321:activity:x";
    REQUIRE(catalog.create_activity(foreign));
    std::vector<std::string> names;
    std::string after;
    while (true) {
        const auto page = *catalog.list_activities(activity_scope, after, 3);
        if (page.empty()) break;
        for (const Activity& each : page) names.push_back(each.name);
        after = page.back().arn;
    }
    CHECK(names == std::vector<std::string>{"c", "a", "b", "0"});
    CHECK(*catalog.count_activities(activity_scope) == 4);
    CHECK(*catalog.count_activities("arn:aws:states:us-east-1:210987654321:activity:") == 1);
    CHECK(catalog.list_activities(activity_scope, activity_scope + "gone", 2).error().code ==
          ErrorCode::InvalidToken);
}

TEST_CASE_TEMPLATE("of concurrent creations of one machine one succeeds", Subject, InMemory,
                   InSqlite)
{
    Subject subject;
    std::atomic<int> created = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            if (subject.catalog().create(machine("same"))) ++created;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(created == 1);
}

TEST_CASE("the catalog is there after reopening")
{
    const TempFolder folder;
    {
        auto database = *storage::Database::open(folder.path());
        auto store = *SqliteCatalog::open(*database);
        REQUIRE(store->create(machine("a")));
    }
    auto database = *storage::Database::open(folder.path());
    auto store = *SqliteCatalog::open(*database);
    CHECK(**store->find(scope + "a") == machine("a"));
}
