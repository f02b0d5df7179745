#pragma once

#include "base/result.h"
#include "json/value.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weft::json {
class SourceMap;
}

namespace weft::mocks {

// A file people write (YAML or JSON) as a JSON value that still knows where each part stood. A
// value type; copies share. YAML: the core schema of YAML 1.2 (so `no` and `on` are texts); one
// document; keys are texts and distinct; aliases are expanded up to a bound; numbers that JSON
// cannot say (.inf) are refused.
class Document {
public:
    struct Place {
        std::uint32_t line = 0;  // from 1; 0 when not known
        std::uint32_t column = 0;
    };

    // `name` is what messages call the file. ErrorCode::InvalidInput with name, line and column.
    static Result<Document> parse(std::string_view text, std::string name);
    // A value that came from elsewhere; messages then name JSON Pointers in place of lines.
    static Document of(json::Value value, std::string name);

    const json::Value& value() const { return m_value; }
    const std::string& name() const { return m_name; }
    // "weft.yaml:12:5", or "name at /pointer" when lines are not known.
    std::string place(std::string_view pointer) const;

private:
    json::Value m_value;
    std::string m_name;
    std::shared_ptr<const std::map<std::string, Place, std::less<>>> m_places;  // YAML
    std::shared_ptr<const json::SourceMap> m_json_places;
};

// One value inside a Document, for readers of a schema: every message begins with its place.
// Borrows the document.
class Node {
public:
    explicit Node(const Document& document) : m_document(&document), m_value(&document.value()) {}

    const json::Value& value() const { return *m_value; }
    const std::string& pointer() const { return m_pointer; }
    std::string place() const { return m_document->place(m_pointer); }

    // The member, or nothing when there is none.
    std::optional<Node> find(std::string_view key) const;
    Node member(std::size_t index) const;  // of an object, in order
    std::string_view member_key(std::size_t index) const;
    Node item(std::size_t index) const;  // of an array

    // `what` names the thing in messages ("an answer"). Each fails with ErrorCode::InvalidInput.
    Result<> expect_object(std::string_view what,
                           std::initializer_list<std::string_view> known_fields) const;
    Result<std::string> text(std::string_view what) const;
    Result<bool> boolean(std::string_view what) const;
    Result<std::int64_t> integer(std::string_view what, std::int64_t least,
                                 std::int64_t most) const;
    Result<double> number(std::string_view what, double least, double most) const;

    // An error at this place.
    tl::unexpected<Error> fail(std::string message) const;

private:
    Node(const Document* document, const json::Value* value, std::string pointer)
        : m_document(document), m_value(value), m_pointer(std::move(pointer))
    {
    }

    const Document* m_document;
    const json::Value* m_value;
    std::string m_pointer;
};

}  // namespace weft::mocks
