#include "tests/support/model_file.h"

#include "base/assert.h"
#include "json/parse.h"
#include "json/write.h"

#include <zstd.h>

#include <cstdint>

namespace weft::test {

namespace {

std::string compress(const std::string& text)
{
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1);
    WEFT_ASSERT(ZSTD_isError(size) == 0);
    out.resize(size);
    return out;
}

void put(std::string& out, std::size_t number)
{
    for (unsigned shift = 0; shift < 32; shift += 8)
        out.push_back(static_cast<char>(number >> shift & 0xFFU));
}

}  // namespace

std::string model_file(const std::vector<std::pair<std::string, json::Value>>& services)
{
    std::vector<json::Value> entries;
    std::string frames;
    for (const auto& [name, document] : services) {
        const std::string plain = json::write(document);
        const std::string frame = compress(plain);
        std::vector<json::Value> operations;
        for (const json::Member& operation : document.find("operations")->members())
            operations.emplace_back(operation.key);
        const json::Value& metadata = *document.find("metadata");
        entries.push_back(
            json::Value::object({{"name", name},
                                 {"serviceId", *metadata.find("serviceId")},
                                 {"apiVersion", *metadata.find("apiVersion")},
                                 {"offset", std::uint64_t{frames.size()}},
                                 {"size", std::uint64_t{frame.size()}},
                                 {"plainSize", std::uint64_t{plain.size()}},
                                 {"operations", json::Value::array(std::move(operations))}}));
        frames += frame;
    }
    const std::string index = json::write(json::Value::object(
        {{"source", "test 1"}, {"services", json::Value::array(std::move(entries))}}));
    const std::string packed = compress(index);
    std::string out = "WEFTAWSM";
    put(out, 1);
    put(out, packed.size());
    put(out, index.size());
    return out + packed + frames;
}

json::Value sample_service()
{
    Result<json::Value> parsed = json::parse(R"({
      "metadata": {"serviceId": "AWS Sample Service", "apiVersion": "2020-01-01", "endpointPrefix": "sample",
                   "protocol": "rest-json", "jsonVersion": "1.1", "signatureVersion": "v4"},
      "operations": {
        "GetThing": {"name": "GetThing", "http": {"method": "GET", "requestUri": "/things/{Id}", "responseCode": 200},
                     "input": {"shape": "GetThingInput"}, "output": {"shape": "Thing"},
                     "errors": [{"shape": "Missing"}], "endpoint": {"hostPrefix": "things."}, "readonly": true},
        "DBPing": {"name": "DBPing", "http": {"method": "POST", "requestUri": "/"}}
      },
      "shapes": {
        "GetThingInput": {"type": "structure", "required": ["Id"],
          "members": {"Id": {"shape": "Text", "location": "uri", "locationName": "Id"}}},
        "Thing": {"type": "structure", "required": ["name", "made"], "payload": "body", "members": {
          "name": {"shape": "Text"}, "made": {"shape": "Time"}, "kind": {"shape": "Kind"},
          "size": {"shape": "Size"}, "ratio": {"shape": "Ratio"}, "open": {"shape": "Flag"},
          "parts": {"shape": "Parts"}, "tags": {"shape": "Tags"}, "data": {"shape": "Bytes"},
          "any": {"shape": "Any"}, "body": {"shape": "Bytes", "streaming": true},
          "note": {"shape": "Text", "location": "header", "locationName": "x-note", "jsonvalue": true}}},
        "Part": {"type": "structure", "required": ["id"], "members": {"id": {"shape": "Text"}, "next": {"shape": "Part"}}},
        "Parts": {"type": "list", "member": {"shape": "Part", "locationName": "item"}, "max": 2, "flattened": true},
        "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "Text": {"type": "string", "min": 2, "max": 4}, "Kind": {"type": "string", "enum": ["A", "B"]},
        "Time": {"type": "timestamp", "timestampFormat": "iso8601"}, "Size": {"type": "integer", "min": 1, "max": 9},
        "Ratio": {"type": "double"}, "Flag": {"type": "boolean"}, "Bytes": {"type": "blob", "min": 1},
        "Any": {"type": "structure", "members": {}, "document": true},
        "Missing": {"type": "structure", "members": {}, "exception": true, "error": {"code": "NoThing", "httpStatusCode": 404}}
      }})");
    WEFT_ASSERT(parsed.has_value());
    return *std::move(parsed);
}

}  // namespace weft::test
