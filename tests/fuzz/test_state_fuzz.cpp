// Layers: api runtime
// Labels: new
// A request for TestState, as it comes from the network: it is answered once, with AWS's shape or
// with an error that says something. Behind the API stands the whole runtime in simulated time.
#include "api/states/operation.h"
#include "async/pool.h"
#include "async/virtual_loop.h"
#include "base/assert.h"
#include "catalog/memory/memory_catalog.h"
#include "journal/memory/memory_journal.h"
#include "runtime/runtime.h"
#include "tests/support/model_file.h"
#include "json/parse.h"
#include "json/write.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

using namespace weft;

namespace {

// Every call of a Task is answered with its parameters.
class Echo final : public integrations::Integration, public integrations::Table {
public:
    std::string permit_key(const integrations::Call&) const override { return "echo"; }
    std::uint32_t permits_max(std::string_view) const override { return 1; }
    async::Task<integrations::Outcome> invoke(async::Loop&, integrations::Call call) override
    {
        integrations::Success success{std::move(call.parameters), {}};
        co_return integrations::Outcome(std::move(success));
    }
    Integration* find(std::string_view) const override { return const_cast<Echo*>(this); }
};

// A small model under the name of a service that definitions can call: aws-sdk:sample:getThing.
const std::string& models_file()
{
    static const std::string file = test::model_file({{"sample", test::sample_service()}});
    return file;
}

class World {
public:
    World()
        : m_models(*aws::ServiceModels::open(models_file())), m_loop(m_world.make_loop()),
          m_journal(options()), m_runtime({{m_loop.get()},
                                           m_journal,
                                           m_catalog,
                                           m_echo,
                                           m_pool,
                                           m_pool,
                                           nullptr,
                                           {},
                                           &m_models},
                                          small_options())
    {
    }

    Result<json::Value> ask(const json::Value& request)
    {
        std::optional<Result<json::Value>> answer;
        m_loop->post([&] {
            const api::states::Context context{m_runtime, *m_loop, m_limits, {}};
            api::states::test_state(context, request, [&](Result<json::Value> given) {
                WEFT_ASSERT(!answer.has_value());
                answer.emplace(std::move(given));
            });
        });
        WEFT_ASSERT(m_world.run_while_not([&] { return answer.has_value(); }, 1'000'000));
        return std::move(*answer);
    }

private:
    journal::MemoryOptions options()
    {
        journal::MemoryOptions out;
        out.flush = journal::MemoryOptions::Flush::Posted;
        out.post = [this](Function<void()> job) { m_loop->post(std::move(job)); };
        return out;
    }
    static runtime::RuntimeOptions small_options()
    {
        runtime::RuntimeOptions out;
        out.limits = limits_for(LimitsProfile::Aws);
        out.compute_fuel = 100'000;
        return out;
    }

    Limits m_limits = limits_for(LimitsProfile::Aws);
    integrations::ServiceModelCache m_models;
    Echo m_echo;
    async::InlinePool m_pool;
    catalog::MemoryCatalog m_catalog;
    async::VirtualWorld m_world;
    std::unique_ptr<async::VirtualLoop> m_loop;
    journal::MemoryJournal m_journal;
    runtime::Runtime m_runtime;
};

// Members that are JSON texts may stand as JSON, which mutates better than a text in a text.
json::Value with_text(const json::Value& object, std::string_view name)
{
    const json::Value* value = object.find(name);
    if (value == nullptr || value->is_string()) return object;
    return json::with_member(object, name, json::write(*value));
}

json::Value request_of(json::Value request)
{
    for (const char* name : {"definition", "input", "variables", "context"})
        request = with_text(request, name);
    constexpr std::array<std::pair<const char*, const char*>, 2> inner = {
        {{"mock", "result"}, {"stateConfiguration", "mapItemReaderData"}}};
    for (const auto& [object, name] : inner)
        if (const json::Value* part = request.find(object); part != nullptr && part->is_object())
            request = json::with_member(request, object, with_text(*part, name));
    return request;
}

void check(const json::Value& answer)
{
    const json::Value* status = answer.find("status");
    WEFT_ASSERT(status != nullptr);
    constexpr std::array<std::string_view, 4> known = {"SUCCEEDED", "FAILED", "RETRIABLE",
                                                       "CAUGHT_ERROR"};
    WEFT_ASSERT(std::ranges::find(known, status->as_string()) != known.end());
    const bool left = *status == json::Value("SUCCEEDED") || *status == json::Value("CAUGHT_ERROR");
    WEFT_ASSERT((answer.find("output") != nullptr) == left);
    if (left) WEFT_ASSERT(json::parse(answer.find("output")->as_string()).has_value());
    const json::Value* data = answer.find("inspectionData");
    if (data != nullptr) WEFT_ASSERT(data->find("input") != nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static World world;
    const auto request = json::parse({reinterpret_cast<const char*>(data), size});
    if (!request || !request->is_object()) return 0;
    const Result<json::Value> answer = world.ask(request_of(*request));
    if (answer)
        check(*answer);
    else
        WEFT_ASSERT(!answer.error().message.empty());
    return 0;
}
