#pragma once

#include "base/result.h"
#include "journal/wire.h"
#include "json/value.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace weft::journal {

// Values in the batch encoding. Within one sequence of values, a node that takes `shared_bytes_min`
// or more is written once, by its identity, and later only named, so that documents that share stay
// small and share again when read. A value whose JSON text takes `row_bytes_min` or more becomes a
// row of its own, named by its hash, and so do such values inside it.

constexpr std::size_t shared_bytes_min = 16;
constexpr std::size_t row_bytes_min = 4'096;
// Deeper values are refused when written (LimitExceeded) and when read (Corrupt): both sides
// recurse.
constexpr std::size_t value_depth_max = 1'500;

// The first half of the SHA-256 of a value row's bytes. Of cryptographic strength, because a
// document from outside must not be able to stand in for another one.
struct ValueHash {
    std::array<char, 16> bytes{};
    bool operator==(const ValueHash&) const = default;
    std::string_view view() const { return {bytes.data(), bytes.size()}; }
};
ValueHash hash_of(std::string_view bytes);

struct ValueHashOf {
    std::size_t operator()(const ValueHash& hash) const
    {
        std::size_t word = 0;
        std::memcpy(&word, hash.bytes.data(), sizeof word);
        return word;
    }
};

struct ValueRow {
    ValueHash hash;
    std::string bytes;
    bool operator==(const ValueRow&) const = default;
};

// Which nodes were written, by address; cleared in constant time.
class IdentityMap {
public:
    void clear();
    // The number given to `identity`, or -1.
    std::int64_t find(const void* identity) const;
    void insert(const void* identity, std::uint32_t number);

private:
    struct Entry {
        const void* identity = nullptr;
        std::uint32_t number = 0;
        std::uint32_t epoch = 0;
    };
    std::vector<Entry> m_entries;
    std::uint32_t m_epoch = 1;
    std::size_t m_count = 0;
};

// Writes a sequence of values. All of them must stay alive until the next clear().
class ValueEncoder {
public:
    void clear();
    void write(wire::Writer& out, const json::Value& value);
    // The rows that the values written since clear() need.
    std::vector<ValueRow>& rows() { return m_rows; }
    bool too_deep() const { return m_too_deep; }

private:
    struct Scope {
        IdentityMap nodes;
        std::vector<std::uint32_t> heights;  // by number
    };
    struct Row {
        ValueHash hash;
        std::size_t height = 0;
    };
    // Each gives the value's height: how deep it nests, 0 for what is no container. What is only
    // named counts as well.
    std::size_t write_value(wire::Writer& out, Scope& scope, const json::Value& value,
                            std::size_t depth, bool may_be_large);
    std::size_t write_node(wire::Writer& out, Scope& scope, const json::Value& value,
                           std::size_t depth, bool large);
    std::size_t write_row(wire::Writer& out, const json::Value& value, std::size_t depth);
    // What does not recurse stays out of the frames of what does: a stack holds value_depth_max
    // levels.
    [[gnu::noinline]] static bool write_scalar(wire::Writer& out, const json::Value& value);
    [[gnu::noinline]] void write_text(wire::Writer& out, Scope& scope, const json::Value& value);
    [[gnu::noinline]] static void number_node(Scope& scope, const json::Value& value,
                                              std::size_t height);
    [[gnu::noinline]] const Row& add_row(const json::Value& value, const wire::Writer& row,
                                         std::size_t height);
    std::size_t checked(std::size_t depth, std::size_t height);

    Scope m_scope;
    std::unordered_map<const void*, Row> m_row_of;
    std::vector<ValueRow> m_rows;
    bool m_too_deep = false;
};

// Where value rows come from.
class ValueRows {
public:
    virtual ~ValueRows() = default;
    // Error: Corrupt when there is no such row.
    virtual Result<std::string> row(const ValueHash& hash) = 0;
};

// Reads sequences of values. Rows are interned: two values of one hash share their node, also
// across sequences.
class ValueDecoder {
public:
    explicit ValueDecoder(ValueRows& rows) : m_rows(rows) {}

    // A new sequence; rows read before stay known.
    void clear() { m_nodes.clear(); }
    // Null after a fault, which `in` keeps; a fault of `rows` is kept by error().
    json::Value read(wire::Reader& in) { return read_value(in, m_nodes, 0).value; }
    const std::optional<Error>& error() const { return m_error; }

private:
    struct Node {
        json::Value value;
        std::size_t height = 0;
    };
    using Nodes = std::vector<Node>;
    Node read_value(wire::Reader& in, Nodes& nodes, std::size_t depth);
    Node read_array(wire::Reader& in, Nodes& nodes, std::size_t depth);
    Node read_object(wire::Reader& in, Nodes& nodes, std::size_t depth);
    Node read_row(wire::Reader& in, std::size_t depth);
    Node checked(wire::Reader& in, Node node, std::size_t depth);

    ValueRows& m_rows;
    Nodes m_nodes;
    std::unordered_map<ValueHash, Node, ValueHashOf> m_interned;
    std::optional<Error> m_error;
};

}  // namespace weft::journal
