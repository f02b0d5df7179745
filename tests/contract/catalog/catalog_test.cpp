// Layers: catalog catalog/sqlite
// Labels: threads
#include "base/limits.h"
#include "catalog/memory/memory_catalog.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "tests/support/temp_folder.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

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
    StateMachine without_tags = made;  // they have an operation of their own
    without_tags.tags = {};
    REQUIRE(catalog.update(without_tags, ""));
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

TEST_CASE_TEMPLATE("a version keeps what its machine was when it was published", Subject, InMemory,
                   InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    StateMachine made = machine("a");
    REQUIRE(catalog.create(made));
    const Version first =
        *catalog.publish({made.arn, std::nullopt, "the first", Timestamp(Milliseconds(5))});
    CHECK(first == Version{made.arn, 1, "the first", Timestamp(Milliseconds(5)), "",
                           made.definition, made.definition_hash, made.role_arn, made.logging,
                           made.tracing, made.encryption});
    // Published already: the same again, whatever its description.
    CHECK(*catalog.publish({made.arn, "", "other", Timestamp(Milliseconds(6))}) == first);
    const Result<Version> other = catalog.publish({made.arn, "one", "", {}});
    CHECK(other.error().code == ErrorCode::ConflictingRequest);
    CHECK(other.error().message ==
          "Failed to publish the State Machine version for revision one. The current State Machine "
          "revision is INITIAL.");
    CHECK(catalog.publish({scope + "b", std::nullopt, "", {}}).error().code ==
          ErrorCode::StateMachineDoesNotExist);

    made.revision_id = "one";
    made.definition = "{}";
    made.definition_hash = "hash of {}";
    REQUIRE(catalog.update(made, ""));
    CHECK(catalog.publish({made.arn, "", "", {}}).error().code == ErrorCode::ConflictingRequest);
    const Version second = *catalog.publish({made.arn, "one", "", Timestamp(Milliseconds(7))});
    CHECK(second.number == 2);
    CHECK(second.definition == "{}");
    CHECK(**catalog.find_version(made.arn, 1) == first);
    CHECK(**catalog.find_version(made.arn, 2) == second);
    CHECK(!catalog.find_version(made.arn, 3)->has_value());
    CHECK(!catalog.find_version(scope + "b", 1)->has_value());
    CHECK(*catalog.list_versions(made.arn, INT64_MAX, 10) == std::vector{second, first});
    CHECK(*catalog.list_versions(made.arn, INT64_MAX, 1) == std::vector{second});
    CHECK(*catalog.list_versions(made.arn, 2, 10) == std::vector{first});

    // A number is given once.
    REQUIRE(catalog.remove_version(made.arn, 2));
    CHECK(catalog.remove_version(made.arn, 2));
    CHECK(!catalog.find_version(made.arn, 2)->has_value());
    CHECK(catalog.publish({made.arn, "one", "", {}})->number == 3);

    REQUIRE(catalog.set_status(made.arn, MachineStatus::Deleting));
    CHECK(catalog.publish({made.arn, "one", "", {}}).error().code ==
          ErrorCode::StateMachineDeleting);
    REQUIRE(catalog.remove(made.arn));
    CHECK(catalog.list_versions(made.arn, INT64_MAX, 10)->empty());
    REQUIRE(catalog.create(machine("a")));
    CHECK(catalog.publish({made.arn, "", "", {}})->number == 1);
}

TEST_CASE_TEMPLATE("a machine has so many versions and no more", Subject, InMemory, InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    StateMachine made = machine("a");
    REQUIRE(catalog.create(made));
    for (std::size_t i = 0; i < machine_versions_max; ++i) {
        REQUIRE(catalog.publish({made.arn, std::nullopt, "", {}}));
        const std::string before = std::exchange(made.revision_id, std::to_string(i));
        REQUIRE(catalog.update(made, before));
    }
    CHECK(catalog.publish({made.arn, std::nullopt, "", {}}).error().code ==
          ErrorCode::QuotaExceeded);
    REQUIRE(catalog.remove_version(made.arn, 7));
    CHECK(catalog.publish({made.arn, std::nullopt, "", {}})->number == 1'001);
}

TEST_CASE_TEMPLATE("what is published as it is written is there with its version, or not at all",
                   Subject, InMemory, InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    StateMachine made = machine("a");
    const auto first = catalog.create_published(made, {made.arn, {}, "the first", made.created});
    REQUIRE(first);
    CHECK(first->number == 1);
    CHECK(first->description == "the first");
    CHECK(first->definition == made.definition);
    CHECK(*catalog.find_version(made.arn, 1) == *first);
    CHECK(*catalog.find(made.arn) == made);
    // Publishing the same revision again finds it.
    CHECK(*catalog.publish({made.arn, "", "another", {}}) == *first);
    CHECK(catalog.create_published(made, {}).error().code == ErrorCode::StateMachineAlreadyExists);
    CHECK(catalog.list_versions(made.arn, INT64_MAX, 10)->size() == 1);

    made.revision_id = "r1";
    made.role_arn = "another role";
    CHECK(catalog.update_published(made, "r0", {}).error().code == ErrorCode::ConflictingRequest);
    const auto second = catalog.update_published(made, "", {made.arn, {}, "the second", {}});
    REQUIRE(second);
    CHECK(second->number == 2);
    CHECK(second->revision_id == "r1");
    CHECK(second->role_arn == "another role");

    StateMachine late = made;
    late.revision_id = "late";
    for (std::size_t i = 2; i < machine_versions_max; ++i) {
        const std::string before = std::exchange(made.revision_id, std::to_string(i));
        REQUIRE(catalog.update_published(made, before, {}));
    }
    // Without room for the version the machine stays as it is.
    CHECK(catalog.update_published(late, made.revision_id, {}).error().code ==
          ErrorCode::QuotaExceeded);
    CHECK(*catalog.find(made.arn) == made);
    late.arn = machine("b").arn;
    CHECK(catalog.update_published(late, "", {}).error().code ==
          ErrorCode::StateMachineDoesNotExist);
}

TEST_CASE_TEMPLATE("an alias leads to versions that are there", Subject, InMemory, InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    StateMachine made = machine("a");
    REQUIRE(catalog.create(made));
    Alias alias{
        made.arn,  "live", "of the test", Timestamp(Milliseconds(2)), Timestamp(Milliseconds(2)),
        {{1, 100}}};
    CHECK(catalog.create_alias(alias).error().code == ErrorCode::NotFound);
    REQUIRE(catalog.publish({made.arn, "", "", {}}));
    made.revision_id = "one";
    REQUIRE(catalog.update(made, ""));
    REQUIRE(catalog.publish({made.arn, "one", "", {}}));
    REQUIRE(catalog.create_alias(alias));
    CHECK(**catalog.find_alias(made.arn, "live") == alias);
    CHECK(!catalog.find_alias(made.arn, "other")->has_value());
    CHECK(catalog.create_alias(alias).error().code == ErrorCode::ConflictingRequest);

    Alias earlier{
        made.arn,          "zero", "", Timestamp(Milliseconds(1)), Timestamp(Milliseconds(1)),
        {{1, 30}, {2, 70}}};
    REQUIRE(catalog.create_alias(earlier));
    CHECK(*catalog.aliases(made.arn) == std::vector{earlier, alias});
    CHECK(catalog.aliases(scope + "b")->empty());
    const auto used = catalog.remove_version(made.arn, 1);
    REQUIRE(!used);
    CHECK(used.error().code == ErrorCode::ConflictingRequest);
    CHECK(used.error().message ==
          "Version to be deleted must not be referenced by an alias. Current list of aliases "
          "referencing this version: [zero, live]");

    alias.routes = {{2, 100}};
    alias.description = "";
    alias.updated = Timestamp(Milliseconds(9));
    REQUIRE(catalog.update_alias(alias));
    CHECK(**catalog.find_alias(made.arn, "live") == alias);
    alias.routes = {{3, 100}};
    CHECK(catalog.update_alias(alias).error().code == ErrorCode::NotFound);
    alias.routes = {{2, 100}};
    alias.name = "other";
    CHECK(catalog.update_alias(alias).error().code == ErrorCode::NotFound);
    REQUIRE(catalog.remove_alias(made.arn, "zero"));
    CHECK(catalog.remove_alias(made.arn, "zero").error().code == ErrorCode::NotFound);
    CHECK(catalog.remove_version(made.arn, 1));
    for (std::size_t i = catalog.aliases(made.arn)->size(); i < machine_aliases_max; ++i) {
        alias.name = "n" + std::to_string(i);
        REQUIRE(catalog.create_alias(alias));
    }
    alias.name = "one too many";
    CHECK(catalog.create_alias(alias).error().code == ErrorCode::QuotaExceeded);
    REQUIRE(catalog.set_status(made.arn, MachineStatus::Deleting));
    CHECK(catalog.create_alias(alias).error().code == ErrorCode::StateMachineDeleting);
    REQUIRE(catalog.remove(made.arn));
    CHECK(catalog.aliases(made.arn)->empty());
}

TEST_CASE_TEMPLATE("tags change by what is there, of machines and of activities", Subject, InMemory,
                   InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    REQUIRE(catalog.create(machine("a")));
    REQUIRE(catalog.create_activity(activity("a")));
    for (const std::string& arn : {scope + "a", activity_scope + "a"}) {
        CAPTURE(arn);
        const json::Value before = **catalog.tags(arn);
        const json::Value after = json::Value::array();
        REQUIRE(catalog.change_tags(arn, [&](const json::Value& present) -> Result<json::Value> {
            CHECK(present == before);
            return after;
        }));
        CHECK(**catalog.tags(arn) == after);
        const auto refused =
            catalog.change_tags(arn, [](const json::Value&) -> Result<json::Value> {
                return fail(ErrorCode::TooManyTags, "no");
            });
        REQUIRE(!refused);
        CHECK(refused.error().code == ErrorCode::TooManyTags);
        CHECK(**catalog.tags(arn) == after);
    }
    CHECK((*catalog.find(scope + "a"))->tags == json::Value::array());
    CHECK(!catalog.tags(scope + "b")->has_value());
    CHECK(catalog
              .change_tags(scope + "b",
                           [](const json::Value& tags) -> Result<json::Value> { return tags; })
              .error()
              .code == ErrorCode::NotFound);
}

TEST_CASE_TEMPLATE("machines are counted within a scope", Subject, InMemory, InSqlite)
{
    Subject subject;
    Catalog& catalog = subject.catalog();
    CHECK(*catalog.count(scope) == 0);
    for (const char* name : {"a", "b"}) REQUIRE(catalog.create(machine(name)));
    CHECK(*catalog.count(scope) == 2);
    CHECK(*catalog.count("arn:aws:states:eu-west-1:") == 0);
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

TEST_CASE("tables of the first version are brought up to date")
{
    const TempFolder folder;
    std::ifstream file("tests/data/golden/catalog_v1.sql");
    REQUIRE(file);
    std::stringstream text;
    text << file.rdbuf();
    const std::string sql = text.str();
    {
        auto database = *storage::Database::open(folder.path());
        REQUIRE(database->write([&sql](storage::Connection& connection) -> Result<> {
            return connection.execute(sql.c_str());
        }));
    }
    auto database = *storage::Database::open(folder.path());
    auto store = *SqliteCatalog::open(*database);
    StateMachine old = machine("old", 1'700'000'000'000);
    old.type = MachineType::Standard;
    old.updated = Timestamp(Milliseconds(1'700'000'000'001));
    old.definition = R"({"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}})";
    old.definition_hash = "5f0d";
    old.revision_id = "3d1f4b1e-0c55-4d8e-9d6a-0c3d5a5e2f11";
    old.logging = json::Value::object({{"level", "OFF"}});
    CHECK(**store->find(scope + "old") == old);
    CHECK(*store->deleting() == std::vector{scope + "going"});
    const auto version = store->publish({old.arn, old.revision_id, "", Timestamp(Milliseconds(2))});
    REQUIRE(version);
    CHECK(version->number == 1);
    CHECK(version->definition == old.definition);
    REQUIRE(store->create_alias({old.arn, "live", "", {}, {}, {{1, 100}}}));
    REQUIRE(store->create_activity(activity("a")));
}
