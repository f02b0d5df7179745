#include "runtime/implementation.h"
#include "runtime/names.h"

#include <charconv>
#include <utility>

namespace weft::runtime {

void Runtime::publish_version(async::Loop& home, PublishVersion request,
                              Callback<VersionItem> reply)
{
    m_impl->blocking<VersionItem>(
        home,
        [this, now = home.now(), request = std::move(request)]() -> Result<VersionItem> {
            const MachineName name = TRY(parse_qualified_arn(request.machine_arn));
            if (name.machine_arn != request.machine_arn)
                return fail(ErrorCode::StateMachineDoesNotExist,
                            "State Machine Does Not Exist: '{}'", request.machine_arn);
            std::optional<std::string> revision = request.revision_id;
            // AWS: a machine that was never updated has the revision INITIAL.
            if (revision == "INITIAL") revision = "";
            const catalog::Version version = TRY(m_impl->shared.parts.catalog.publish(
                {request.machine_arn, revision, request.description, now}));
            return VersionItem{qualified_arn(version.machine_arn, version.number), version.created};
        },
        std::move(reply));
}

void Runtime::list_versions(async::Loop& home, std::string machine_arn, std::string token,
                            std::size_t limit, Callback<VersionPage> reply)
{
    m_impl->blocking<VersionPage>(
        home,
        [this, now = home.now(), arn = std::move(machine_arn), token = std::move(token),
         limit]() -> Result<VersionPage> {
            const MachineName name = TRY(parse_qualified_arn(arn));
            if (name.machine_arn != arn || !TRY(m_impl->shared.parts.catalog.find(arn)).has_value())
                return fail(ErrorCode::StateMachineDoesNotExist,
                            "State Machine Does Not Exist: '{}'", arn);
            const PageOwner owner{"versions", arn};
            std::int64_t before = INT64_MAX;
            if (!token.empty()) {
                const std::string position = TRY(m_impl->page_tokens.open(owner, token, now));
                std::from_chars(position.data(), position.data() + position.size(), before);
            }
            const std::vector<catalog::Version> versions =
                TRY(m_impl->shared.parts.catalog.list_versions(arn, before, limit + 1));
            VersionPage page;
            for (const catalog::Version& version : versions) {
                if (page.versions.size() == limit) {
                    const std::int64_t last = versions[limit - 1].number;
                    page.token = m_impl->page_tokens.seal(owner, std::to_string(last), now);
                    break;
                }
                page.versions.push_back({qualified_arn(arn, version.number), version.created});
            }
            return page;
        },
        std::move(reply));
}

void Runtime::delete_version(async::Loop& home, std::string version_arn, Callback<void> reply)
{
    m_impl->blocking<void>(
        home,
        [this, arn = std::move(version_arn)]() -> Result<> {
            const MachineName name = TRY(parse_qualified_arn(arn));
            if (name.version() == 0 || !name.label.empty())
                return fail(ErrorCode::ValidationFailed,
                            "'{}' is not the ARN of a state machine version, which ends in its "
                            "number",
                            arn);
            TRY(m_impl->shared.parts.catalog.remove_version(name.machine_arn, name.version()));
            m_impl->shared.machines.forget(arn);
            return {};
        },
        std::move(reply));
}

}  // namespace weft::runtime
