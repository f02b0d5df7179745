#include "journal/value_codec.h"

#include "encoding/hash.h"
#include "json/parse.h"

#include <algorithm>
#include <cmath>

namespace weft::journal {

namespace {

// Numbers are stored: never reuse or reorder. A shared tag is the plain one with `shared` added:
// the node gets the next number of its sequence when it is complete.
enum Tag : unsigned {
    null_tag = 0,
    false_tag = 1,
    true_tag = 2,
    int_tag = 3,         // zigzag varint
    uint_tag = 4,        // 8 bytes
    double_tag = 5,      // 8 bytes
    big_number_tag = 6,  // bytes
    string_tag = 7,      // bytes
    array_tag = 8,       // count, items
    object_tag = 9,      // count, (key's bytes, value)…
    node_tag = 10,       // number of a shared node
    row_tag = 11,        // 16 bytes of hash
    shared = 16,
    short_string = 0x40,  // + size below 64, bytes
    small_int = 0x80,     // + number below 128
};

constexpr unsigned row_version = 1;
// A count is trusted for this many; beyond it the items must come.
constexpr std::size_t reserve_max = 256;

}  // namespace

ValueHash hash_of(std::string_view bytes)
{
    const std::string digest = encoding::sha256(bytes);
    ValueHash hash;
    std::memcpy(hash.bytes.data(), digest.data(), hash.bytes.size());
    return hash;
}

void IdentityMap::clear()
{
    m_count = 0;
    if (++m_epoch == 0) {
        m_epoch = 1;
        m_entries.assign(m_entries.size(), {});
    }
}

namespace {

std::size_t slot_of(const void* identity, std::size_t mask)
{
    return ((reinterpret_cast<std::uintptr_t>(identity) >> 4) * 0x9e3779b97f4a7c15U >> 32) & mask;
}

}  // namespace

std::int64_t IdentityMap::find(const void* identity) const
{
    if (m_count == 0) return -1;
    const std::size_t mask = m_entries.size() - 1;
    for (std::size_t i = slot_of(identity, mask);; i = (i + 1) & mask) {
        const Entry& entry = m_entries[i];
        if (entry.epoch != m_epoch) return -1;
        if (entry.identity == identity) return entry.number;
    }
}

void IdentityMap::insert(const void* identity, std::uint32_t number)
{
    if (2 * (m_count + 1) > m_entries.size()) {
        std::vector<Entry> old(std::max<std::size_t>(64, 2 * m_entries.size()));
        old.swap(m_entries);
        m_count = 0;
        for (const Entry& entry : old)
            if (entry.epoch == m_epoch && entry.identity != nullptr)
                insert(entry.identity, entry.number);
    }
    const std::size_t mask = m_entries.size() - 1;
    std::size_t i = slot_of(identity, mask);
    while (m_entries[i].epoch == m_epoch) i = (i + 1) & mask;
    m_entries[i] = {identity, number, m_epoch};
    ++m_count;
}

void ValueEncoder::clear()
{
    m_scope.nodes.clear();
    m_scope.heights.clear();
    m_row_of.clear();
    m_rows.clear();
    m_too_deep = false;
}

void ValueEncoder::write(wire::Writer& out, const json::Value& value)
{
    write_value(out, m_scope, value, 0, true);
}

std::size_t ValueEncoder::checked(std::size_t depth, std::size_t height)
{
    if (depth + height > value_depth_max) m_too_deep = true;
    return height;
}

bool ValueEncoder::write_scalar(wire::Writer& out, const json::Value& value)
{
    switch (value.kind()) {
    case json::Kind::Null: out.byte(null_tag); return true;
    case json::Kind::Bool: out.byte(value.as_bool() ? true_tag : false_tag); return true;
    case json::Kind::Int: {
        const std::int64_t number = value.as_int();
        if (number >= 0 && number < 128) {
            out.byte(small_int + static_cast<unsigned>(number));
        } else {
            out.byte(int_tag);
            out.signed_varint(number);
        }
        return true;
    }
    case json::Kind::UInt:
        out.byte(uint_tag);
        out.fixed(value.as_uint());
        return true;
    case json::Kind::Double:
        out.byte(double_tag);
        out.fixed(value.as_double());
        return true;
    default: break;
    }
    if (value.identity() != nullptr) return false;
    if (value.is_string()) {
        const std::string_view text = value.as_string();
        out.byte(short_string + static_cast<unsigned>(text.size()));
        out.raw(text);
    } else {
        out.byte(value.is_array() ? array_tag : object_tag);
        out.byte(0);
    }
    return true;
}

std::size_t ValueEncoder::write_value(wire::Writer& out, Scope& scope, const json::Value& value,
                                      std::size_t depth, bool may_be_large)
{
    if (write_scalar(out, value)) return 0;
    if (const std::int64_t number = scope.nodes.find(value.identity()); number >= 0) {
        out.byte(node_tag);
        out.varint(static_cast<std::uint64_t>(number));
        return checked(depth, scope.heights[static_cast<std::size_t>(number)]);
    }
    // Only what a large value holds can be large itself.
    if (may_be_large && value.written_size(row_bytes_min) >= row_bytes_min)
        return write_row(out, value, depth);
    return write_node(out, scope, value, depth, false);
}

void ValueEncoder::number_node(Scope& scope, const json::Value& value, std::size_t height)
{
    scope.nodes.insert(value.identity(), static_cast<std::uint32_t>(scope.heights.size()));
    scope.heights.push_back(static_cast<std::uint32_t>(height));
}

void ValueEncoder::write_text(wire::Writer& out, Scope& scope, const json::Value& value)
{
    if (value.kind() == json::Kind::BigNumber) {
        out.byte(big_number_tag);
        out.bytes(value.number_text());
        return;
    }
    const std::string_view text = value.as_string();
    if (text.size() < shared_bytes_min) {
        out.byte(short_string + static_cast<unsigned>(text.size()));
        out.raw(text);
        return;
    }
    out.byte(string_tag | shared);
    out.bytes(text);
    number_node(scope, value, 0);
}

std::size_t ValueEncoder::write_node(wire::Writer& out, Scope& scope, const json::Value& value,
                                     std::size_t depth, bool large)
{
    if (value.kind() == json::Kind::BigNumber || value.is_string()) {
        write_text(out, scope, value);
        return 0;
    }
    const std::size_t begin = out.size();
    if (checked(depth, 1); m_too_deep) {
        out.byte(null_tag);
        return 0;
    }
    std::size_t height = 0;
    if (value.is_array()) {
        out.byte(array_tag);
        out.varint(value.size());
        for (const json::Value& item : value.items())
            height = std::max(height, write_value(out, scope, item, depth + 1, large));
    } else {
        out.byte(object_tag);
        out.varint(value.size());
        for (const json::Member& member : value.members()) {
            out.bytes(member.key);
            height = std::max(height, write_value(out, scope, member.value, depth + 1, large));
        }
    }
    ++height;
    if (out.size() - begin < shared_bytes_min) return height;
    out.data()[begin] = static_cast<char>(static_cast<unsigned char>(out.data()[begin]) | shared);
    number_node(scope, value, height);
    return height;
}

const ValueEncoder::Row& ValueEncoder::add_row(const json::Value& value, const wire::Writer& row,
                                               std::size_t height)
{
    const ValueHash hash = hash_of(row.view());
    m_rows.push_back({hash, std::string(row.view())});
    return m_row_of.emplace(value.identity(), Row{hash, height}).first->second;
}

std::size_t ValueEncoder::write_row(wire::Writer& out, const json::Value& value, std::size_t depth)
{
    const auto found = m_row_of.find(value.identity());
    const Row* row = found == m_row_of.end() ? nullptr : &found->second;
    if (row == nullptr) {
        wire::Writer content;
        Scope scope;
        content.byte(row_version);
        const std::size_t height = write_node(content, scope, value, depth, true);
        row = &add_row(value, content, height);
    }
    out.byte(row_tag);
    out.raw(row->hash.view());
    return checked(depth, row->height);
}

ValueDecoder::Node ValueDecoder::checked(wire::Reader& in, Node node, std::size_t depth)
{
    if (depth + node.height <= value_depth_max) return node;
    in.fail("a value is nested too deep");
    return {};
}

ValueDecoder::Node ValueDecoder::read_value(wire::Reader& in, Nodes& nodes, std::size_t depth)
{
    const unsigned tag = in.byte();
    if (tag >= small_int) return {static_cast<std::int64_t>(tag - small_int)};
    if (tag >= short_string) return {in.raw(tag - short_string)};
    Node node;
    switch (tag & ~unsigned{shared}) {
    case null_tag: return {};
    case false_tag: return {false};
    case true_tag: return {true};
    case int_tag: return {in.signed_varint()};
    case uint_tag: return {in.fixed<std::uint64_t>()};
    case double_tag: {
        const auto number = in.fixed<double>();
        if (!std::isfinite(number)) {
            in.fail("a number is not finite");
            return {};
        }
        return {number};
    }
    case big_number_tag: {
        auto number = json::parse(in.bytes());
        if (!number || !number->is_number()) {
            in.fail("a number is none");
            return {};
        }
        node.value = *std::move(number);
        break;
    }
    case string_tag: node.value = in.bytes(); break;
    case array_tag: node = read_array(in, nodes, depth); break;
    case object_tag: node = read_object(in, nodes, depth); break;
    case node_tag: {
        const std::uint64_t number = in.varint();
        if (number >= nodes.size()) {
            in.fail("a value refers to one that is not there");
            return {};
        }
        return checked(in, nodes[number], depth);
    }
    case row_tag: return read_row(in, depth);
    default: in.fail("a value is of no known kind"); return {};
    }
    if (in.failed()) return {};
    if ((tag & shared) != 0) nodes.push_back(node);
    return node;
}

ValueDecoder::Node ValueDecoder::read_array(wire::Reader& in, Nodes& nodes, std::size_t depth)
{
    const std::size_t count = in.count(1);
    if (count == 0) return {json::Value::array()};
    if (depth >= value_depth_max) return checked(in, {{}, 1}, depth);
    std::vector<json::Value> items;
    items.reserve(std::min(count, reserve_max));
    std::size_t height = 0;
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        Node item = read_value(in, nodes, depth + 1);
        height = std::max(height, item.height);
        items.push_back(std::move(item.value));
    }
    if (in.failed()) return {};
    return {json::Value::array(std::move(items)), height + 1};
}

namespace {

bool has_duplicates(const std::vector<json::Member>& members)
{
    if (members.size() <= 8) {
        for (std::size_t i = 1; i < members.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (members[i].key == members[j].key) return true;
        return false;
    }
    std::vector<std::string_view> keys;
    keys.reserve(members.size());
    for (const json::Member& member : members) keys.push_back(member.key);
    std::ranges::sort(keys);
    return std::ranges::adjacent_find(keys) != keys.end();
}

}  // namespace

ValueDecoder::Node ValueDecoder::read_object(wire::Reader& in, Nodes& nodes, std::size_t depth)
{
    const std::size_t count = in.count(2);
    if (count == 0) return {json::Value::object()};
    if (depth >= value_depth_max) return checked(in, {{}, 1}, depth);
    std::vector<json::Member> members;
    members.reserve(std::min(count, reserve_max));
    std::size_t height = 0;
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        std::string key(in.bytes());
        Node member = read_value(in, nodes, depth + 1);
        height = std::max(height, member.height);
        members.push_back({std::move(key), std::move(member.value)});
    }
    if (!in.failed() && has_duplicates(members)) in.fail("an object has a key twice");
    if (in.failed()) return {};
    return {json::Value::object(std::move(members)), height + 1};
}

ValueDecoder::Node ValueDecoder::read_row(wire::Reader& in, std::size_t depth)
{
    ValueHash hash;
    const std::string_view bytes = in.raw(hash.bytes.size());
    if (in.failed()) return {};
    std::memcpy(hash.bytes.data(), bytes.data(), bytes.size());
    if (const auto found = m_interned.find(hash); found != m_interned.end())
        return checked(in, found->second, depth);
    auto row = m_rows.row(hash);
    if (!row) {
        if (!m_error) m_error = row.error();
        in.fail("a value row is not there");
        return {};
    }
    if (hash_of(*row) != hash) {
        in.fail("a value row does not have its hash");
        return {};
    }
    wire::Reader inner(*row);
    Nodes nodes;
    if (inner.byte() != row_version) inner.fail("a value row is of a newer version");
    // A row that is but another one's name would recurse without end.
    if (row->size() > 1 && static_cast<unsigned char>((*row)[1]) == row_tag)
        inner.fail("a value row holds but another row's name");
    // The row's value lies as deep as the place that names it.
    Node node = read_value(inner, nodes, depth);
    if (!inner.failed() && inner.left() > 0) inner.fail("a value row goes on after its end");
    if (inner.failed()) {
        in.fail(inner.fault());
        return {};
    }
    m_interned.emplace(hash, node);
    return node;
}

}  // namespace weft::journal
