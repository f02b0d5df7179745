#include "json/write.h"

#include "json/number.h"
#include "json/scan.h"
#include "json/small_stack.h"
#include "json/utf8.h"

#include <bit>
#include <charconv>
#include <cstring>

namespace weft::json {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr std::size_t integer_bytes_max = 20;

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

// The first byte at or behind `at` that may need an escape.
const char* literal_end(const char* at, const char* end)
{
    for (; static_cast<std::size_t>(end - at) >= scan_bytes; at += scan_bytes)
        if (const std::uint32_t found = escaped_bytes(at)) return at + std::countr_zero(found);
    while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20 &&
           static_cast<unsigned char>(*at) != 0xED)
        ++at;
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
    explicit Output(std::string& text) : m_text(text), m_size(text.size()) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() { m_text.resize(m_size); }

    // At least `bytes` may be written at the place returned; `wrote` says how far it went.
    char* room(std::size_t bytes)
    {
        if (m_text.size() - m_size < bytes) m_text.resize(grown(bytes));
        return m_text.data() + m_size;
    }
    void wrote(const char* end) { m_size = static_cast<std::size_t>(end - m_text.data()); }
    void put(char c)
    {
        *room(1) = c;
        ++m_size;
    }
    void put(std::string_view text)
    {
        std::memcpy(room(text.size()), text.data(), text.size());
        m_size += text.size();
    }

private:
    std::size_t grown(std::size_t bytes) const
    {
        return std::max(m_size + bytes, std::max<std::size_t>(256, m_text.size() * 2));
    }

    std::string& m_text;
    std::size_t m_size;
};

void put_string(Output& out, std::string_view text)
{
    const char* at = text.data();
    const char* end = at + text.size();
    char* to = out.room(text.size() + 2);
    *to++ = '"';
    const char* stop = literal_end(at, end);
    if (stop != end) {
        // Escapes take at most six bytes for one.
        out.wrote(to);
        to = out.room(6 * text.size() + 1);
        do {
            std::memcpy(to, at, static_cast<std::size_t>(stop - at));
            to += stop - at;
            const Escape escape = escape_at(stop, end);
            if (escape.written != 0) {
                to = put_escape(to, stop, escape);
            } else {
                *to++ = *stop;
            }
            at = stop + escape.taken;
            stop = literal_end(at, end);
        } while (stop != end);
    }
    if (at != end) std::memcpy(to, at, static_cast<std::size_t>(end - at));
    to += end - at;
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
    case Kind::String: put_string(out, value.as_string()); break;
    case Kind::Array: out.put("[]"); break;
    case Kind::Object: out.put("{}"); break;
    }
}

// An array or object that is being written: it has `next` of its values behind it.
struct Open {
    const Value* list;
    std::size_t next;
};

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
    Open list{&root, 0};
    out.put(root.is_array() ? '[' : '{');
    for (;;) {
        const bool array = list.list->is_array();
        if (list.next == list.list->size()) {
            style.line(out, stack.size());
            out.put(array ? ']' : '}');
            if (stack.empty()) return;
            list = stack.top();
            stack.pop();
            continue;
        }
        if (list.next != 0) out.put(',');
        style.line(out, stack.size() + 1);
        const Value* value = nullptr;
        if (array) {
            value = &list.list->items()[list.next];
        } else {
            const Member& member = list.list->members()[list.next];
            put_string(out, member.key);
            style.colon(out);
            value = &member.value;
        }
        ++list.next;
        if (value->size() == 0) {
            put_scalar(out, *value);
            continue;
        }
        out.put(value->is_array() ? '[' : '{');
        stack.push(list);
        list = {value, 0};
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
