#pragma once

#include "asl/fields.h"
#include "asl/machine.h"
#include "asl/place.h"
#include "json/value.h"

#include <optional>
#include <span>
#include <string_view>

namespace weft::asl {

class Reader;

// One JSON object of a definition, read by its table of fields. Making one checks what the table
// says: required fields are there, no other fields are, each has its JSON type and range. The
// accessors compile what a field holds and report what is wrong with it; a field that is absent or
// already reported is simply not there. Borrows everything.
class Object {
public:
    Object(Reader& reader, const Rules& rules, const json::Value& value, const Place& place);

    const json::Value* find(std::string_view field) const;
    bool has(std::string_view field) const { return find(field) != nullptr; }
    // Whether it was written at all, well or not.
    bool written(std::string_view field) const { return m_value.find(field) != nullptr; }
    std::string_view text(std::string_view field) const;  // empty when absent
    bool flag(std::string_view field) const;              // false when absent
    std::optional<std::uint64_t> count(std::string_view field) const;

    DataPath data_path(std::string_view field) const;
    ResultPath result_path(std::string_view field) const;
    std::optional<jsonpath::Path> path(std::string_view field) const;
    // A path that names exactly one place; it may start at a variable.
    std::optional<jsonpath::Path> reference_path(std::string_view field) const;
    std::optional<Template> payload(std::string_view field, QueryScope scope = {}) const;
    std::optional<Template> path_or_intrinsic(std::string_view field) const;
    // Assign: an object with a member for each variable, whose names are checked.
    std::optional<Template> assign(QueryScope scope = {}) const;
    // The expression in a field of a JSONata state, which must give a value of the type `expected`
    // (check_constant); nothing where a plain value stands.
    std::optional<Query> query(std::string_view field, std::string_view expected) const;
    // `field` itself, or in a JSONata state what it computes, or the reference path in
    // `path_field`; two of them are an error.
    std::optional<NumberField> number(std::string_view field, std::string_view path_field) const;
    // Null when absent or not among `allowed`, which is reported.
    std::optional<std::string_view> choice(std::string_view field,
                                           std::span<const std::string_view> allowed) const;

    // Reports when more than one of the fields is written.
    void at_most_one(std::span<const std::string_view> fields) const;
    void exactly_one(std::span<const std::string_view> fields) const;

    const json::Value& value() const { return m_value; }
    const Place& place() const { return m_place; }
    Reader& reader() const { return m_reader; }

private:
    void check_required() const;
    void check_member(const json::Member& member) const;

    Reader& m_reader;
    const Rules& m_rules;
    const json::Value& m_value;
    const Place& m_place;
};

}  // namespace weft::asl
