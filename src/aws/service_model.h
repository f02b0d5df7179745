#pragma once

#include "base/result.h"
#include "json/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weft::aws {

// The model of one AWS service: its operations and the shapes of what goes in and comes out, with
// all that the wire protocols need. Compiled once from the service's JSON, immutable, free to be
// read by many threads. Names are those of AWS's model files.
// Source: botocore, data/<service>/<version>/service-2.json

using ShapeIndex = std::uint32_t;
constexpr ShapeIndex no_shape = UINT32_MAX;

enum class ShapeType : std::uint8_t {
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Blob,
    Timestamp
};

// Where a member travels in the REST protocols.
enum class Location : std::uint8_t { Body, Uri, QueryString, Header, Headers, StatusCode };

// Empty: as the protocol and the place have it.
enum class TimestampFormat : std::uint8_t { Default, Iso8601, Unix, Rfc822 };

struct XmlNamespace {
    std::string uri;
    std::string prefix;
};

// A shape as some structure, list or map refers to it.
struct Member {
    std::string name;  // empty for the parts of lists and maps
    ShapeIndex shape = no_shape;
    Location location = Location::Body;
    std::string location_name;  // on the wire; empty: as `name`
    std::string query_name;     // ec2
    std::optional<XmlNamespace> xml_namespace;
    bool required = false;
    bool idempotency_token = false;  // filled with a UUID when absent
    bool streaming = false;
    bool flattened = false;
    bool xml_attribute = false;
    bool json_value = false;  // JSON text in a header
    bool host_label = false;  // stands in the operation's host_prefix
    bool event_payload = false;
};

struct Shape {
    std::string name;
    ShapeType type = ShapeType::Structure;
    std::vector<Member> members;  // Structure: its own; List: one; Map: key and value
    // Length of texts, blobs, lists and maps, or the value of numbers.
    std::optional<double> min;
    std::optional<double> max;
    std::vector<std::string> enumeration;
    std::string pattern;  // a regular expression as Java has them
    std::string payload;  // of a REST structure: the member that is the whole body
    std::string location_name;
    std::optional<XmlNamespace> xml_namespace;
    TimestampFormat timestamp_format = TimestampFormat::Default;
    std::string error_code;  // of an exception, where it differs from the name
    std::uint16_t error_status = 0;
    bool exception = false;
    bool fault = false;  // the service's own, a 5xx
    bool throttling = false;
    bool document = false;  // any JSON
    bool is_union = false;  // exactly one member is set
    bool sensitive = false;
    bool sparse = false;  // may hold nulls
    bool flattened = false;
    bool streaming = false;
    bool event_stream = false;
    bool event = false;
    bool wrapper = false;

    const Member* find(std::string_view member) const;
    const Member& item() const { return members[0]; }   // List
    const Member& key() const { return members[0]; }    // Map
    const Member& value() const { return members[1]; }  // Map
};

struct Operation {
    std::string name;
    std::string method;  // of HTTP
    std::string uri;
    std::uint16_t response_code = 0;  // 0: any 2xx
    ShapeIndex input = no_shape;
    ShapeIndex output = no_shape;
    std::string input_location_name;  // rest-xml: the root element
    std::optional<XmlNamespace> input_xml_namespace;
    std::string result_wrapper;  // query
    std::vector<ShapeIndex> errors;
    std::string host_prefix;  // may name members: "{AccountId}."
    std::string auth_type;    // "none", "v4-unsigned-body"; empty: signed
    bool idempotent = false;
    bool read_only = false;
    bool unsigned_payload = false;
    bool checksum_required = false;
};

struct Metadata {
    std::string service_id;  // "Bedrock Runtime"
    std::string api_version;
    std::string endpoint_prefix;
    std::string signing_name;  // endpoint_prefix where the model names none
    std::string signature_version;
    std::string protocol;  // json, rest-json, rest-xml, query, ec2, smithy-rpc-v2-cbor
    std::vector<std::string> protocols;
    std::string json_version;
    std::string target_prefix;
    std::string xml_namespace;
    std::string global_endpoint;
    bool query_compatible = false;  // errors carry the code of the query protocol
};

class ServiceModel {
public:
    // ErrorCode::Corrupt, naming the place, when the document is no service model.
    static Result<std::shared_ptr<const ServiceModel>> compile(const json::Value& document);

    const Metadata& metadata() const { return m_metadata; }
    const std::vector<Operation>& operations() const { return m_operations; }  // sorted by name
    const std::vector<Shape>& shapes() const { return m_shapes; }
    const Shape& shape(ShapeIndex index) const { return m_shapes[index]; }
    const Shape& shape(const Member& member) const { return m_shapes[member.shape]; }
    const Operation* find(std::string_view operation) const;

private:
    class Compiler;

    Metadata m_metadata;
    std::vector<Operation> m_operations;
    std::vector<Shape> m_shapes;
};

using ServiceModelPtr = std::shared_ptr<const ServiceModel>;

}  // namespace weft::aws
