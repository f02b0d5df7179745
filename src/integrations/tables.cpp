#include "integrations/tables.h"

#include <fmt/core.h>

#include <utility>

namespace weft::integrations {
namespace {

// arn:aws-cn:states:::… → arn:aws:states:::…
std::string in_partition_aws(std::string_view resource)
{
    for (const std::string_view partition : {"arn:aws-cn:", "arn:aws-us-gov:"}) {
        if (resource.starts_with(partition))
            return fmt::format("arn:aws:{}", resource.substr(partition.size()));
    }
    return std::string(resource);
}

}  // namespace

ResourceTable::ResourceTable(std::vector<Row> rows)
{
    for (Row& row : rows) m_rows.emplace(row.resource, std::move(row.integration));
}

Integration* ResourceTable::find(std::string_view resource) const
{
    auto found = m_rows.find(resource);
    if (found != m_rows.end()) return found->second.get();
    std::string name = in_partition_aws(resource);
    constexpr std::string_view token = ".waitForTaskToken";
    if (name.ends_with(token)) name.resize(name.size() - token.size());
    found = m_rows.find(name);
    if (found != m_rows.end()) return found->second.get();
    name.replace(name.rfind(':') + 1, std::string::npos, "*");
    found = m_rows.find(name);
    return found == m_rows.end() ? nullptr : found->second.get();
}

// Decides call by call. Its permit keys carry the resource in front, so that the bound can be asked
// of the same integration that gave the key.
class OverlayTable::Overlay final : public Integration {
public:
    Overlay(std::shared_ptr<mocks::Script> script, const Table& below)
        : m_script(script), m_mock(std::move(script)), m_below(below)
    {
    }

    std::string permit_key(const Call& call) const override
    {
        if (m_script->names(call.state.view(), call.resource.view())) return {};
        const Integration* below = m_below.find(call.resource.view());
        const std::string key = below == nullptr ? std::string() : below->permit_key(call);
        return key.empty() ? key : fmt::format("{}|{}", call.resource.view(), key);
    }

    std::uint32_t permits_max(std::string_view permit_key) const override
    {
        const std::size_t bar = permit_key.find('|');
        if (bar == std::string_view::npos) return 0;
        const Integration* below = m_below.find(permit_key.substr(0, bar));
        return below == nullptr ? 0 : below->permits_max(permit_key.substr(bar + 1));
    }

    async::Task<Outcome> invoke(async::Loop& loop, Call call) override
    {
        if (m_script->names(call.state.view(), call.resource.view())) {
            return m_mock.invoke(loop, std::move(call));
        }
        if (Integration* below = m_below.find(call.resource.view()))
            return below->invoke(loop, std::move(call));
        return unknown(std::move(call));
    }

private:
    static async::Task<Outcome> unknown(Call call)
    {
        Failure failure;
        failure.error = "States.Runtime";
        failure.cause = fmt::format(
            "Weft cannot run the resource '{}' yet, and the mocks name neither it nor state '{}'",
            call.resource.view(), call.state.view());
        co_return Outcome(std::move(failure));
    }

    std::shared_ptr<mocks::Script> m_script;
    MockIntegration m_mock;
    const Table& m_below;
};

OverlayTable::OverlayTable(std::shared_ptr<mocks::Script> script, const Table& below)
    : m_overlay(std::make_unique<Overlay>(std::move(script), below))
{
}

OverlayTable::~OverlayTable() = default;

Integration* OverlayTable::find(std::string_view) const
{
    return m_overlay.get();
}

}  // namespace weft::integrations
