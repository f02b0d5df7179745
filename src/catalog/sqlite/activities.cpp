#include "catalog/sqlite/sqlite_catalog.h"
#include "json/parse.h"
#include "json/write.h"

#include <algorithm>
#include <cstdint>

namespace weft::catalog {

namespace {

using storage::Connection;
using storage::Statement;
using storage::Use;

Result<Activity> activity_of(const Statement& row)
{
    Activity activity;
    activity.arn = row.text(0);
    activity.name = row.text(1);
    activity.created = Timestamp(Milliseconds(row.integer(2)));
    auto encryption = json::parse(row.text(3));
    auto tags = json::parse(row.text(4));
    if (!encryption || !tags)
        return fail(ErrorCode::Corrupt, "activity {}: its configuration is damaged", activity.arn);
    activity.encryption = *std::move(encryption);
    activity.tags = *std::move(tags);
    return activity;
}

}  // namespace

Result<> SqliteCatalog::create_activity(const Activity& activity)
{
    return m_database.write([&activity](Connection& connection) -> Result<> {
        Statement* insert = TRY(connection.cached("INSERT INTO activity VALUES(?1,?2,?3,?4,?5)"));
        const std::string encryption = json::write(activity.encryption);
        const std::string tags = json::write(activity.tags);
        insert->bind_text(1, activity.arn)
            .bind_text(2, activity.name)
            .bind(3, activity.created.time_since_epoch().count())
            .bind_text(4, encryption)
            .bind_text(5, tags);
        Result<> inserted = insert->run();
        if (!inserted && inserted.error().code == ErrorCode::ConflictingRequest)
            return fail(ErrorCode::ActivityAlreadyExists, "Activity Already Exists: '{}'",
                        activity.arn);
        return inserted;
    });
}

Result<> SqliteCatalog::remove_activity(const std::string& arn)
{
    return m_database.write([&arn](Connection& connection) -> Result<> {
        Statement* erase = TRY(connection.cached("DELETE FROM activity WHERE arn=?1"));
        TRY(erase->bind_text(1, arn).run());
        if (connection.changes() == 0)
            return fail(ErrorCode::ActivityDoesNotExist, "Activity Does Not Exist: '{}'", arn);
        return {};
    });
}

Result<std::optional<Activity>> SqliteCatalog::find_activity(const std::string& arn)
{
    auto reader = m_database.reader();
    Use query(
        *TRY(reader->cached("SELECT arn,name,created,encryption,tags FROM activity WHERE arn=?1")));
    query->bind_text(1, arn);
    if (!TRY(query->step())) return std::nullopt;
    return TRY(activity_of(*query.operator->()));
}

Result<std::vector<Activity>> SqliteCatalog::list_activities(const std::string& arn_prefix,
                                                             const std::string& after,
                                                             std::size_t limit)
{
    auto reader = m_database.reader();
    std::int64_t created = INT64_MIN;
    if (!after.empty()) {
        // An activity that was removed since its page was read has no date to go on from.
        Use last(*TRY(reader->cached("SELECT created FROM activity WHERE arn=?1")));
        last->bind_text(1, after);
        if (!TRY(last->step()))
            return fail(ErrorCode::InvalidToken, "the page token's '{}' is gone", after);
        created = last->integer(0);
    }
    Use query(*TRY(reader->cached(
        "SELECT arn,name,created,encryption,tags FROM activity WHERE (created,arn)>(?1,?2) "
        "AND substr(arn,1,length(?3))=?3 ORDER BY created,arn LIMIT ?4")));
    query->bind(1, created)
        .bind_text(2, after)
        .bind_text(3, arn_prefix)
        .bind(4, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    std::vector<Activity> activities;
    while (TRY(query->step())) {
        auto activity = TRY(activity_of(*query.operator->()));
        activities.push_back(std::move(activity));
    }
    return activities;
}

Result<std::uint64_t> SqliteCatalog::count_activities(const std::string& arn_prefix)
{
    auto reader = m_database.reader();
    Use query(
        *TRY(reader->cached("SELECT count(*) FROM activity WHERE substr(arn,1,length(?1))=?1")));
    query->bind_text(1, arn_prefix);
    TRY(query->step());
    return static_cast<std::uint64_t>(query->integer(0));
}

}  // namespace weft::catalog
