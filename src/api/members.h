#pragma once

#include "base/result.h"
#include "json/value.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::api {

struct Length {
    std::size_t min = 0;
    std::size_t max = SIZE_MAX;  // in characters (Unicode code points)
};
struct Range {
    std::int64_t min = INT64_MIN;
    std::int64_t max = INT64_MAX;
};

// Whether the service's model marks a member's shape as sensitive. AWS leaves the value of such a
// one out of what is said of it: "Value at 'cause' failed to satisfy constraint: …".
enum class Secrecy : std::uint8_t { Open, Sensitive };

// Reads the members of a request and gathers what is wrong with them, so that one answer names it
// all. Messages are AWS's: "1 validation error detected: Value '1001' at 'maxResults' failed to
// satisfy constraint: Member must have value less than or equal to 1000". A member of the wrong
// JSON type is a SerializationException there; here the message says which.
class Members {
public:
    explicit Members(const json::Value& body) : m_body(body) {}
    // Of an object inside the request: `path` is prefixed to the names in messages
    // ("routingConfiguration.1.member."). What is no object is of the wrong type.
    Members(const json::Value& body, std::string path);

    std::string required_text(std::string_view name, Length length = {},
                              Secrecy secrecy = Secrecy::Open);
    std::optional<std::string> text(std::string_view name, Length length = {},
                                    Secrecy secrecy = Secrecy::Open);
    std::optional<std::string> one_of(std::string_view name,
                                      std::initializer_list<std::string_view> values);
    std::optional<std::int64_t> integer(std::string_view name, Range range = {});
    std::optional<bool> boolean(std::string_view name);
    std::optional<json::Value> object(std::string_view name);
    std::optional<json::Value> array(std::string_view name);

    // The items of an array of between min and max. `shape` is the items' name in the service's
    // model, by which AWS prints them.
    std::vector<json::Value> list(std::string_view name, Length length, std::string_view shape);
    // The items of an array of texts of such a length each.
    std::vector<std::string> texts(std::string_view name, Length each);
    // A constraint or a type that is not one of the above.
    void violated(std::string_view name, std::string_view value, const std::string& constraint);
    void require(std::string_view name);
    void wrong_type(std::string_view name, std::string_view expected);
    // What is wrong with an object inside counts here as well.
    void add(const Members& inside);

    // What was gathered: ValidationFailed or, for a wrong type, InvalidInput.
    Result<> check() const;

private:
    const json::Value* find(std::string_view name) const;
    void violated_unseen(std::string_view name, const std::string& constraint);

    const json::Value& m_body;
    std::string m_path;
    std::string m_wrong_type;
    std::vector<std::string> m_violations;
};

}  // namespace weft::api
