#include "runtime/implementation.h"
#include "runtime/names.h"

#include <utility>

namespace weft::runtime {

void Runtime::create_activity(async::Loop& home, CreateActivity request,
                              Callback<catalog::Activity> reply)
{
    m_impl->blocking<catalog::Activity>(
        home,
        [this, now = home.now(), request = std::move(request)]() -> Result<catalog::Activity> {
            catalog::Catalog& catalog = m_impl->shared.parts.catalog;
            TRY(check_name(request.name));
            const catalog::Activity activity{activity_arn(request.scope, request.name),
                                             request.name, now, request.encryption, request.tags};
            // AWS: the same name is the same activity; its tags stay as they are.
            if (std::optional<catalog::Activity> there = TRY(catalog.find_activity(activity.arn))) {
                if (there->encryption == activity.encryption) return *std::move(there);
                return fail(ErrorCode::ActivityAlreadyExists, "Activity Already Exists: '{}'",
                            activity.arn);
            }
            const std::uint64_t most = m_impl->shared.options.limits.activities_max;
            if (TRY(catalog.count_activities(activity_arn(request.scope, ""))) >= most)
                return fail(ErrorCode::ActivityLimitExceeded,
                            "Activity Limit Exceeded: this account has the {} activities that it "
                            "may have in {}",
                            most, request.scope.region);
            const Result<> created = catalog.create_activity(activity);
            if (created) return activity;
            if (created.error().code != ErrorCode::ActivityAlreadyExists)
                return tl::unexpected(created.error());
            // Another request was quicker.
            std::optional<catalog::Activity> there = TRY(catalog.find_activity(activity.arn));
            if (there && there->encryption == activity.encryption) return *std::move(there);
            return tl::unexpected(created.error());
        },
        std::move(reply));
}

void Runtime::describe_activity(async::Loop& home, std::string arn,
                                Callback<catalog::Activity> reply)
{
    m_impl->blocking<catalog::Activity>(
        home,
        [this, arn = std::move(arn)]() -> Result<catalog::Activity> {
            TRY(parse_activity_arn(arn));
            std::optional<catalog::Activity> activity =
                TRY(m_impl->shared.parts.catalog.find_activity(arn));
            if (activity) return *std::move(activity);
            return fail(ErrorCode::ActivityDoesNotExist, "Activity Does Not Exist: '{}'", arn);
        },
        std::move(reply));
}

void Runtime::delete_activity(async::Loop& home, std::string arn, Callback<void> reply)
{
    m_impl->blocking<void>(
        home,
        [this, arn = std::move(arn)]() -> Result<> {
            TRY(parse_activity_arn(arn));
            Result<> removed = m_impl->shared.parts.catalog.remove_activity(arn);
            m_impl->shared.board.forget(arn);
            if (!removed && removed.error().code == ErrorCode::ActivityDoesNotExist) return {};
            return removed;
        },
        std::move(reply));
}

void Runtime::list_activities(async::Loop& home, Scope scope, std::string token, std::size_t limit,
                              Callback<ActivityPage> reply)
{
    m_impl->blocking<ActivityPage>(
        home,
        [this, now = home.now(), scope = std::move(scope), token = std::move(token),
         limit]() -> Result<ActivityPage> {
            const std::string prefix = activity_arn(scope, "");
            const PageOwner owner{"activities", prefix};
            std::string after;
            if (!token.empty()) after = TRY(m_impl->page_tokens.open(owner, token, now));
            ActivityPage page;
            page.activities =
                TRY(m_impl->shared.parts.catalog.list_activities(prefix, after, limit + 1));
            if (page.activities.size() > limit) {
                page.activities.resize(limit);
                page.token = m_impl->page_tokens.seal(owner, page.activities.back().arn, now);
            }
            return page;
        },
        std::move(reply));
}

}  // namespace weft::runtime
