#include "json/write.h"

#include "json/number.h"
#include "json/scan.h"
#include "json/small_stack.h"
#include "json/utf8.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace weft::json {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr std::size_t integer_bytes_max = 20;
constexpr std::size_t escape_bytes_max = 6;

// How many bytes the character at `at` takes when escaped, and of the text; zero: it stands as it
// is.
struct Escape {
    std::size_t written = 0;
    std::size_t taken = 1;
};

Escape escape_at(const char* at, const char* end)
{
    const auto byte = static_cast<unsigned char>(*at);
    if (byte == '"' || byte == '\\') return {2, 1};
    if (byte < 0x20) {
        const bool named = byte == '\b' || (byte >= '\t' && byte <= '\r' && byte != '\v');
        return {named ? 2U : 6U, 1};
    }
    // ED A0..BF xx is a surrogate.
    if (byte == 0xED && end - at >= 3 && static_cast<unsigned char>(at[1]) >= 0xA0) return {6, 3};
    return {};
}

bool may_need_escape(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == '"' || byte == '\\' || byte == 0xED;
}

// The first byte at or behind `at` that may need an escape.
const char* literal_end(const char* at, const char* end)
{
    for (; static_cast<std::size_t>(end - at) >= scan_bytes; at += scan_bytes)
        if (const std::uint32_t found = escaped_bytes(at)) return at + std::countr_zero(found);
    while (at != end && !may_need_escape(*at)) ++at;
    return at;
}

std::size_t escaped_size(std::string_view text)
{
    std::size_t size = text.size() + 2;
    const char* at = text.data();
    const char* end = at + text.size();
    while ((at = literal_end(at, end)) != end) {
        const Escape escape = escape_at(at, end);
        if (escape.written != 0) size += escape.written - escape.taken;
        at += escape.taken;
    }
    return size;
}

char* put_escape(char* out, const char* at, const Escape& escape)
{
    *out++ = '\\';
    if (escape.written == 2) {
        switch (*at) {
        case '\b': *out++ = 'b'; break;
        case '\f': *out++ = 'f'; break;
        case '\n': *out++ = 'n'; break;
        case '\r': *out++ = 'r'; break;
        case '\t': *out++ = 't'; break;
        default: *out++ = *at; break;
        }
        return out;
    }
    auto unit = static_cast<std::uint32_t>(static_cast<unsigned char>(*at));
    if (escape.taken == 3)
        unit = 0xD000U | (static_cast<std::uint32_t>(at[1]) & 0x3FU) << 6 |
               (static_cast<std::uint32_t>(at[2]) & 0x3FU);
    *out++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) *out++ = hex_digits[unit >> shift & 0xF];
    return out;
}

// Room of its own at the end of a string, so that the hot loop writes through a pointer.
class Output {
public:
    explicit Output(std::string& text) : m_text(text), m_before(text.size())
    {
        point_to(text.size());
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() { m_text.resize(size()); }

    // At least `bytes` may be written at the place returned; `wrote` says how far it went.
    char* room(std::size_t bytes)
    {
        if (static_cast<std::size_t>(m_end - m_at) < bytes) [[unlikely]]
            grow(bytes);
        return m_at;
    }
    void wrote(char* end) { m_at = end; }
    void put(char c)
    {
        *room(1) = c;
        ++m_at;
    }
    void put(std::string_view text)
    {
        std::memcpy(room(text.size()), text.data(), text.size());
        m_at += text.size();
    }

private:
    std::size_t size() const { return static_cast<std::size_t>(m_at - m_text.data()); }
    void point_to(std::size_t size)
    {
        m_at = m_text.data() + size;
        m_end = m_text.data() + m_text.size();
    }
    // In proportion to what this Output wrote, not to what the text held before: short pieces
    // appended to a long text must not each touch it all. (The text itself doubles its capacity
    // when it must move.)
    [[gnu::noinline]] void grow(std::size_t bytes)
    {
        constexpr std::size_t bytes_at_first = 256;
        const std::size_t used = size();
        const std::size_t written = used - m_before;
        m_text.resize(used + std::max({bytes, written, bytes_at_first}));
        point_to(used);
    }

    std::string& m_text;
    std::size_t m_before;  // its size when we began
    char* m_at = nullptr;
    char* m_end = nullptr;
};

void put_string(Output& out, std::string_view text)
{
    const char* at = text.data();
    const char* end = at + text.size();
    // Blocks are stored whole and counted up to what they hold of literal text.
    char* to = out.room(text.size() + 2 + scan_bytes);
    *to++ = '"';
    for (;;) {
        std::uint32_t found = 0;
        while (found == 0 && static_cast<std::size_t>(end - at) >= scan_bytes) {
            found = escaped_bytes(at);
            const int literal = found == 0 ? static_cast<int>(scan_bytes) : std::countr_zero(found);
            std::memcpy(to, at, scan_bytes);
            at += literal;
            to += literal;
        }
        if (found == 0) {
            while (at != end && !may_need_escape(*at)) *to++ = *at++;
            if (at == end) break;
        }
        out.wrote(to);
        to = out.room(escape_bytes_max + static_cast<std::size_t>(end - at) + 1 + scan_bytes);
        const Escape escape = escape_at(at, end);
        if (escape.written != 0) {
            to = put_escape(to, at, escape);
        } else {
            *to++ = *at;
        }
        at += escape.taken;
    }
    *to++ = '"';
    out.wrote(to);
}

// `holder` is the value whose text this is, which is as long as a block even where the text is not.
void put_string(Output& out, const void* holder, std::string_view text)
{
    if (text.data() != holder) {
        put_string(out, text);
        return;
    }
    static_assert(sizeof(Value) == scan_bytes);
    const std::uint32_t of_text = (std::uint32_t{1} << text.size()) - 1;
    if ((escaped_bytes(text.data()) & of_text) != 0) {
        put_string(out, text);
        return;
    }
    char* to = out.room(scan_bytes + 2);
    *to++ = '"';
    std::memcpy(to, text.data(), scan_bytes);
    to += text.size();
    *to++ = '"';
    out.wrote(to);
}

void put_scalar(Output& out, const Value& value)
{
    switch (value.kind()) {
    case Kind::Null: out.put("null"); break;
    case Kind::Bool: out.put(value.as_bool() ? std::string_view("true") : "false"); break;
    case Kind::Int: {
        char* to = out.room(integer_bytes_max);
        out.wrote(std::to_chars(to, to + integer_bytes_max, value.as_int()).ptr);
        break;
    }
    case Kind::UInt: {
        char* to = out.room(integer_bytes_max);
        out.wrote(std::to_chars(to, to + integer_bytes_max, value.as_uint()).ptr);
        break;
    }
    case Kind::Double: {
        char* to = out.room(double_text_bytes_max);
        out.wrote(to + write_double(to, value.as_double()));
        break;
    }
    case Kind::BigNumber: out.put(value.number_text()); break;
    case Kind::String: put_string(out, &value, value.as_string()); break;
    case Kind::Array: out.put("[]"); break;
    case Kind::Object: out.put("{}"); break;
    }
}

// An array or object that is being written, and what is left of it.
struct Open {
    const Value* item = nullptr;
    const Member* member = nullptr;
    std::size_t left = 0;
};

Open opened(const Value& list)
{
    if (list.is_array()) return {list.items().data(), nullptr, list.size()};
    return {nullptr, list.members().data(), list.size()};
}

struct Compact {
    void line(Output&, std::size_t) const {}
    void colon(Output& out) const { out.put(':'); }
};

struct Pretty {
    std::size_t indent;

    void line(Output& out, std::size_t depth) const
    {
        const std::size_t bytes = 1 + indent * depth;
        char* to = out.room(bytes);
        *to = '\n';
        std::memset(to + 1, ' ', bytes - 1);
        out.wrote(to + bytes);
    }
    void colon(Output& out) const { out.put(": "); }
};

// Without recursion: a document may be deeper than a thread's stack.
template <class Style> void put_value(Output& out, const Value& root, const Style& style)
{
    if (root.size() == 0) {
        put_scalar(out, root);
        return;
    }
    SmallStack<Open, 32> stack;
    Open list = opened(root);
    out.put(root.is_array() ? '[' : '{');
    bool first = true;
    for (;;) {
        if (list.left == 0) {
            style.line(out, stack.size());
            out.put(list.member == nullptr ? ']' : '}');
            if (stack.empty()) return;
            list = stack.top();
            stack.pop();
            first = false;
            continue;
        }
        if (!first) out.put(',');
        first = false;
        style.line(out, stack.size() + 1);
        --list.left;
        const Value* value = nullptr;
        if (list.member == nullptr) {
            value = list.item++;
        } else {
            put_string(out, &list.member->key, list.member->key.view());
            style.colon(out);
            value = &list.member++->value;
        }
        if (value->size() == 0) {
            put_scalar(out, *value);
            continue;
        }
        stack.push(list);
        list = opened(*value);
        out.put(list.member == nullptr ? '[' : '{');
        first = true;
    }
}

std::size_t decimal_digits(std::uint64_t value)
{
    std::size_t digits = 1;
    for (; value >= 10; value /= 10) ++digits;
    return digits;
}

std::size_t scalar_size(const Value& value)
{
    char buffer[double_text_bytes_max];
    switch (value.kind()) {
    case Kind::Null: return 4;
    case Kind::Bool: return value.as_bool() ? 4 : 5;
    case Kind::Int: {
        const std::int64_t number = value.as_int();
        const auto magnitude = static_cast<std::uint64_t>(number);
        return number < 0 ? 1 + decimal_digits(-magnitude) : decimal_digits(magnitude);
    }
    case Kind::UInt: return decimal_digits(value.as_uint());
    case Kind::Double: return write_double(buffer, value.as_double());
    case Kind::BigNumber: return value.number_text().size();
    case Kind::String: return escaped_size(value.as_string());
    case Kind::Array:
    case Kind::Object: return 2;
    }
    return 0;
}

}  // namespace

std::string write(const Value& value)
{
    std::string text;
    write_to(text, value);
    return text;
}

void write_to(std::string& out, const Value& value)
{
    Output output(out);
    put_value(output, value, Compact{});
}

std::string write_pretty(const Value& value, int indent)
{
    std::string text;
    {
        Output output(text);
        put_value(output, value, Pretty{static_cast<std::size_t>(std::max(indent, 0))});
    }
    return text;
}

void write_string_to(std::string& out, std::string_view text)
{
    Output output(out);
    put_string(output, text);
}

std::size_t Value::written_size(std::size_t limit) const noexcept
{
    std::size_t bytes = 0;
    SmallStack<const Value*, 64> pending;
    pending.push(this);
    while (!pending.empty() && bytes <= limit) {
        const Value& value = *pending.top();
        pending.pop();
        if (value.size() == 0) {
            bytes += scalar_size(value);
            continue;
        }
        bytes += value.size() + 1;  // brackets and commas
        if (value.is_array()) {
            for (const Value& item : value.items()) {
                if (item.size() != 0) {
                    pending.push(&item);
                } else {
                    bytes += scalar_size(item);
                }
            }
        } else {
            for (const Member& member : value.members()) {
                bytes += escaped_size(member.key) + 1;
                if (member.value.size() != 0) {
                    pending.push(&member.value);
                } else {
                    bytes += scalar_size(member.value);
                }
            }
        }
    }
    return bytes;
}

}  // namespace weft::json
