#include "aws/service_models.h"

#include "json/parse.h"

#include <zstd.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace weft::aws {

namespace {

constexpr std::string_view magic = "WEFTAWSM";
constexpr std::uint32_t format_version = 1;
constexpr std::size_t head_size = 20;
// No model comes near (EC2: 1.3 MB); what claims more is not inflated.
constexpr std::size_t plain_size_max = std::size_t{64} << 20;

std::uint32_t number_at(std::string_view bytes, std::size_t offset)
{
    std::uint32_t out = 0;
    for (std::size_t i = 4; i-- > 0;)
        out = out << 8U | static_cast<unsigned char>(bytes[offset + i]);
    return out;
}

Result<std::string> inflate(std::string_view frame, std::size_t plain_size)
{
    if (plain_size > plain_size_max)
        return fail(ErrorCode::Corrupt, "a service model of {} bytes is too large", plain_size);
    std::string out(plain_size, '\0');
    const std::size_t size = ZSTD_decompress(out.data(), out.size(), frame.data(), frame.size());
    if (ZSTD_isError(size) != 0 || size != plain_size)
        return fail(ErrorCode::Corrupt,
                    "a frame of the service models does not inflate to {} bytes", plain_size);
    return out;
}

Result<json::Value> parse(const std::string& text)
{
    Result<json::Value> value = json::parse(text);
    if (!value)
        return fail(ErrorCode::Corrupt, "a service model is no JSON: {}", value.error().message);
    return value;
}

Result<std::size_t> size_member(const json::Value& object, std::string_view key)
{
    const json::Value* found = object.find(key);
    if (found == nullptr || found->kind() != json::Kind::Int || found->as_int() < 0)
        return fail(ErrorCode::Corrupt, "the index of the service models has no number '{}'", key);
    return static_cast<std::size_t>(found->as_int());
}

Result<std::string> text_member(const json::Value& object, std::string_view key)
{
    const json::Value* found = object.find(key);
    if (found == nullptr || !found->is_string())
        return fail(ErrorCode::Corrupt, "the index of the service models has no text '{}'", key);
    return std::string(found->as_string());
}

char lower(char c)
{
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool equal_but_for_case(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace

std::string sdk_service_name(std::string_view service_id)
{
    std::string out;
    for (const char c : service_id)
        if (c != ' ') out.push_back(lower(c));
    for (const std::string_view prefix : {"amazon", "aws"})
        if (out.starts_with(prefix)) out.erase(0, prefix.size());
    constexpr std::string_view suffix = "service";
    if (out.size() > suffix.size() && out.ends_with(suffix)) out.resize(out.size() - suffix.size());
    return out;
}

Result<ServiceModels> ServiceModels::open(std::string_view bytes)
{
    if (bytes.size() < head_size || !bytes.starts_with(magic))
        return fail(ErrorCode::Corrupt, "these bytes are no compacted service models");
    const std::uint32_t version = number_at(bytes, 8);
    if (version != format_version)
        return fail(ErrorCode::Corrupt, "the service models have the format {}, not {}", version,
                    format_version);
    const std::size_t packed = number_at(bytes, 12);
    const std::size_t plain = number_at(bytes, 16);
    if (bytes.size() - head_size < packed)
        return fail(ErrorCode::Corrupt, "the service models end within their index");
    ServiceModels out;
    out.m_frames = bytes.substr(head_size + packed);
    const std::string index = TRY(inflate(bytes.substr(head_size, packed), plain));
    TRY(out.read_index(index));
    return out;
}

Result<> ServiceModels::read_index(std::string_view text)
{
    const json::Value index = TRY(parse(std::string(text)));
    m_source = TRY(text_member(index, "source"));
    const json::Value* services = index.find("services");
    if (services == nullptr || !services->is_array())
        return fail(ErrorCode::Corrupt, "the index of the service models has no services");
    for (const json::Value& service : services->items()) {
        Entry entry;
        entry.name = TRY(text_member(service, "name"));
        entry.service_id = TRY(text_member(service, "serviceId"));
        entry.api_version = TRY(text_member(service, "apiVersion"));
        entry.offset = TRY(size_member(service, "offset"));
        entry.size = TRY(size_member(service, "size"));
        entry.plain_size = TRY(size_member(service, "plainSize"));
        if (entry.offset > m_frames.size() || entry.size > m_frames.size() - entry.offset)
            return fail(ErrorCode::Corrupt, "the model of '{}' lies beyond the end", entry.name);
        const json::Value* operations = service.find("operations");
        if (operations == nullptr || !operations->is_array())
            return fail(ErrorCode::Corrupt, "the index names no operations of '{}'", entry.name);
        for (const json::Value& name : operations->items())
            if (name.is_string()) entry.operations.emplace_back(name.as_string());
        m_entries.push_back(std::move(entry));
    }
    if (!std::ranges::is_sorted(m_entries, {}, &Entry::name))
        return fail(ErrorCode::Corrupt, "the services are not sorted by name");
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        m_by_sdk_name.emplace(sdk_service_name(m_entries[i].service_id), i);
    return {};
}

const ServiceModels::Entry* ServiceModels::find(std::string_view service) const
{
    const auto found = std::ranges::lower_bound(m_entries, service, {}, &Entry::name);
    return found != m_entries.end() && found->name == service ? &*found : nullptr;
}

std::optional<OperationName> ServiceModels::find_sdk(std::string_view service,
                                                     std::string_view action) const
{
    const auto found = m_by_sdk_name.find(service);
    if (found == m_by_sdk_name.end()) return std::nullopt;
    const Entry& entry = m_entries[found->second];
    // Only the first letters differ, where an operation begins with an acronym.
    for (const std::string& operation : entry.operations)
        if (equal_but_for_case(operation, action)) return OperationName{entry.name, operation};
    return std::nullopt;
}

Result<ServiceModelPtr> ServiceModels::model(std::string_view service) const
{
    const Entry* entry = find(service);
    if (entry == nullptr)
        return fail(ErrorCode::NotFound, "there is no model of the service '{}'", service);
    const std::string text =
        TRY(inflate(m_frames.substr(entry->offset, entry->size), entry->plain_size));
    return ServiceModel::compile(TRY(parse(text)));
}

}  // namespace weft::aws
