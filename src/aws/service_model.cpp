#include "aws/service_model.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::aws {

namespace {

template <class T> struct Named {
    std::string_view name;
    T value;
};

constexpr std::array shape_types = {
    Named<ShapeType>{"structure", ShapeType::Structure},
    Named<ShapeType>{"list", ShapeType::List},
    Named<ShapeType>{"map", ShapeType::Map},
    Named<ShapeType>{"string", ShapeType::String},
    Named<ShapeType>{"integer", ShapeType::Integer},
    Named<ShapeType>{"long", ShapeType::Long},
    Named<ShapeType>{"float", ShapeType::Float},
    Named<ShapeType>{"double", ShapeType::Double},
    Named<ShapeType>{"boolean", ShapeType::Boolean},
    Named<ShapeType>{"blob", ShapeType::Blob},
    Named<ShapeType>{"timestamp", ShapeType::Timestamp},
    // Of older models: one character, and numbers of other widths.
    Named<ShapeType>{"character", ShapeType::String},
    Named<ShapeType>{"short", ShapeType::Integer},
    Named<ShapeType>{"byte", ShapeType::Integer},
    Named<ShapeType>{"bigInteger", ShapeType::Long},
    Named<ShapeType>{"bigDecimal", ShapeType::Double},
};
constexpr std::array locations = {
    Named<Location>{"uri", Location::Uri},
    Named<Location>{"querystring", Location::QueryString},
    Named<Location>{"header", Location::Header},
    Named<Location>{"headers", Location::Headers},
    Named<Location>{"statusCode", Location::StatusCode},
};
constexpr std::array timestamp_formats = {
    Named<TimestampFormat>{"iso8601", TimestampFormat::Iso8601},
    Named<TimestampFormat>{"unixTimestamp", TimestampFormat::Unix},
    Named<TimestampFormat>{"rfc822", TimestampFormat::Rfc822},
};

template <class T, std::size_t N>
std::optional<T> find_name(const std::array<Named<T>, N>& names, std::string_view name)
{
    const auto found = std::ranges::find(names, name, &Named<T>::name);
    return found == names.end() ? std::nullopt : std::optional(found->value);
}

std::string text(const json::Value& object, std::string_view key)
{
    const json::Value* found = object.find(key);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

bool flag(const json::Value& object, std::string_view key)
{
    const json::Value* found = object.find(key);
    return found != nullptr && found->is_bool() && found->as_bool();
}

std::optional<double> number(const json::Value& object, std::string_view key)
{
    const json::Value* found = object.find(key);
    return found != nullptr && found->is_number() ? std::optional(found->as_double())
                                                  : std::nullopt;
}

std::uint16_t status(const json::Value& object, std::string_view key)
{
    const std::optional<double> found = number(object, key);
    return found && *found >= 100 && *found < 1000 ? static_cast<std::uint16_t>(*found)
                                                   : std::uint16_t{0};
}

std::vector<std::string> texts(const json::Value& object, std::string_view key)
{
    std::vector<std::string> out;
    const json::Value* found = object.find(key);
    if (found == nullptr || !found->is_array()) return out;
    for (const json::Value& item : found->items())
        if (item.is_string()) out.emplace_back(item.as_string());
    return out;
}

std::optional<XmlNamespace> xml_namespace(const json::Value& object)
{
    const json::Value* found = object.find("xmlNamespace");
    if (found == nullptr) return std::nullopt;
    if (found->is_string()) return XmlNamespace{std::string(found->as_string()), {}};
    return XmlNamespace{text(*found, "uri"), text(*found, "prefix")};
}

}  // namespace

class ServiceModel::Compiler {
public:
    explicit Compiler(const json::Value& document) : m_document(document) {}

    Result<std::shared_ptr<const ServiceModel>> run()
    {
        const json::Value& shapes = TRY(section("shapes"));
        const json::Value& operations = TRY(section("operations"));
        read_metadata(TRY(section("metadata")));
        m_model->m_shapes.reserve(shapes.size());
        for (const json::Member& member : shapes.members())
            m_by_name.emplace(member.key.view(), static_cast<ShapeIndex>(m_by_name.size()));
        for (const json::Member& member : shapes.members())
            TRY(read_shape(member.key.view(), member.value));
        for (const json::Member& member : operations.members())
            TRY(read_operation(member.key.view(), member.value));
        std::ranges::sort(m_model->m_operations, {}, &Operation::name);
        return std::shared_ptr<const ServiceModel>(std::move(m_model));
    }

private:
    // A reference that TRY can hand on.
    Result<std::reference_wrapper<const json::Value>> section(std::string_view name) const
    {
        const json::Value* found = m_document.find(name);
        if (found == nullptr || !found->is_object())
            return fail_at(ErrorCode::Corrupt, fmt::format("/{}", name),
                           "a service model has an object '{}'", name);
        return std::cref(*found);
    }

    void read_metadata(const json::Value& from)
    {
        Metadata& out = m_model->m_metadata;
        out.service_id = text(from, "serviceId");
        out.api_version = text(from, "apiVersion");
        out.endpoint_prefix = text(from, "endpointPrefix");
        out.signing_name = text(from, "signingName");
        if (out.signing_name.empty()) out.signing_name = out.endpoint_prefix;
        out.signature_version = text(from, "signatureVersion");
        out.protocol = text(from, "protocol");
        out.protocols = texts(from, "protocols");
        if (out.protocols.empty()) out.protocols.push_back(out.protocol);
        out.json_version = text(from, "jsonVersion");
        out.target_prefix = text(from, "targetPrefix");
        out.xml_namespace = text(from, "xmlNamespace");
        out.global_endpoint = text(from, "globalEndpoint");
        out.query_compatible = from.find("awsQueryCompatible") != nullptr;
    }

    Result<ShapeIndex> reference(const json::Value& from, std::string_view where) const
    {
        const json::Value* name = from.find("shape");
        const auto found = name != nullptr && name->is_string() ? m_by_name.find(name->as_string())
                                                                : m_by_name.end();
        if (found == m_by_name.end())
            return fail_at(ErrorCode::Corrupt, fmt::format("/shapes/{}", where),
                           "'{}' refers to a shape that the model does not have", where);
        return found->second;
    }

    Result<Member> read_member(std::string_view name, const json::Value& from,
                               std::string_view where) const
    {
        Member out;
        out.name = std::string(name);
        out.shape = TRY(reference(from, where));
        if (const json::Value* place = from.find("location")) {
            const auto found =
                place->is_string() ? find_name(locations, place->as_string()) : std::nullopt;
            if (!found)
                return fail_at(ErrorCode::Corrupt, fmt::format("/shapes/{}", where),
                               "'{}' has a location that is not known", where);
            out.location = *found;
        }
        out.location_name = text(from, "locationName");
        out.query_name = text(from, "queryName");
        out.xml_namespace = xml_namespace(from);
        out.idempotency_token = flag(from, "idempotencyToken");
        out.streaming = flag(from, "streaming");
        out.flattened = flag(from, "flattened");
        out.xml_attribute = flag(from, "xmlAttribute");
        out.json_value = flag(from, "jsonvalue");
        out.host_label = flag(from, "hostLabel");
        out.event_payload = flag(from, "eventpayload");
        return out;
    }

    Result<> read_parts(std::string_view name, const json::Value& from, Shape& out) const
    {
        const auto part = [&](std::string_view key) -> Result<> {
            const json::Value* found = from.find(key);
            if (found == nullptr)
                return fail_at(ErrorCode::Corrupt, fmt::format("/shapes/{}", name),
                               "shape '{}' has no '{}'", name, key);
            out.members.push_back(TRY(read_member({}, *found, name)));
            return {};
        };
        if (out.type == ShapeType::List) return part("member");
        if (out.type == ShapeType::Map) {
            TRY(part("key"));
            return part("value");
        }
        const json::Value* members = from.find("members");
        if (out.type != ShapeType::Structure || members == nullptr) return {};
        if (!members->is_object())
            return fail_at(ErrorCode::Corrupt, fmt::format("/shapes/{}", name),
                           "the members of shape '{}' are no object", name);
        out.members.reserve(members->size());
        for (const json::Member& member : members->members())
            out.members.push_back(TRY(read_member(member.key.view(), member.value, name)));
        for (const std::string& required : texts(from, "required"))
            for (Member& member : out.members) member.required |= member.name == required;
        return {};
    }

    Result<> read_shape(std::string_view name, const json::Value& from)
    {
        Shape out;
        out.name = std::string(name);
        const auto type = find_name(shape_types, text(from, "type"));
        if (!type)
            return fail_at(ErrorCode::Corrupt, fmt::format("/shapes/{}", name),
                           "shape '{}' has the type '{}', which is not known", name,
                           text(from, "type"));
        out.type = *type;
        TRY(read_parts(name, from, out));
        out.min = number(from, "min");
        out.max = number(from, "max");
        out.enumeration = texts(from, "enum");
        out.pattern = text(from, "pattern");
        out.payload = text(from, "payload");
        out.location_name = text(from, "locationName");
        out.xml_namespace = xml_namespace(from);
        out.timestamp_format = find_name(timestamp_formats, text(from, "timestampFormat"))
                                   .value_or(TimestampFormat::Default);
        if (const json::Value* error = from.find("error")) {
            out.error_code = text(*error, "code");
            out.error_status = status(*error, "httpStatusCode");
        }
        if (const json::Value* retryable = from.find("retryable"))
            out.throttling = flag(*retryable, "throttling");
        out.exception = flag(from, "exception");
        out.fault = flag(from, "fault");
        out.document = flag(from, "document");
        out.is_union = flag(from, "union");
        out.sensitive = flag(from, "sensitive");
        out.sparse = flag(from, "sparse");
        out.flattened = flag(from, "flattened");
        out.streaming = flag(from, "streaming");
        out.event_stream = flag(from, "eventstream");
        out.event = flag(from, "event");
        out.wrapper = flag(from, "wrapper");
        m_model->m_shapes.push_back(std::move(out));
        return {};
    }

    Result<> read_operation(std::string_view name, const json::Value& from)
    {
        Operation out;
        out.name = std::string(name);
        const std::string where = fmt::format("operation {}", name);
        if (const json::Value* http = from.find("http")) {
            out.method = text(*http, "method");
            out.uri = text(*http, "requestUri");
            out.response_code = status(*http, "responseCode");
        }
        if (const json::Value* input = from.find("input")) {
            out.input = TRY(reference(*input, where));
            out.input_location_name = text(*input, "locationName");
            out.input_xml_namespace = xml_namespace(*input);
        }
        if (const json::Value* output = from.find("output")) {
            out.output = TRY(reference(*output, where));
            out.result_wrapper = text(*output, "resultWrapper");
        }
        if (const json::Value* errors = from.find("errors"); errors && errors->is_array())
            for (const json::Value& error : errors->items())
                out.errors.push_back(TRY(reference(error, where)));
        if (const json::Value* endpoint = from.find("endpoint"))
            out.host_prefix = text(*endpoint, "hostPrefix");
        out.auth_type = text(from, "authtype");
        out.idempotent = flag(from, "idempotent");
        out.read_only = flag(from, "readonly");
        out.unsigned_payload = flag(from, "unsignedPayload");
        const json::Value* checksum = from.find("httpChecksum");
        out.checksum_required = flag(from, "httpChecksumRequired") ||
                                (checksum != nullptr && flag(*checksum, "requestChecksumRequired"));
        m_model->m_operations.push_back(std::move(out));
        return {};
    }

    const json::Value& m_document;
    std::shared_ptr<ServiceModel> m_model = std::make_shared<ServiceModel>();
    std::unordered_map<std::string_view, ShapeIndex> m_by_name;
};

Result<std::shared_ptr<const ServiceModel>> ServiceModel::compile(const json::Value& document)
{
    return Compiler(document).run();
}

const Operation* ServiceModel::find(std::string_view operation) const
{
    const auto found = std::ranges::lower_bound(m_operations, operation, {}, &Operation::name);
    return found != m_operations.end() && found->name == operation ? &*found : nullptr;
}

const Member* Shape::find(std::string_view member) const
{
    const auto found = std::ranges::find(members, member, &Member::name);
    return found == members.end() ? nullptr : &*found;
}

}  // namespace weft::aws
