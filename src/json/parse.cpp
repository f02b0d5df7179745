#include "json/parse.h"

#include "encoding/utf8.h"
#include "json/fault.h"
#include "json/node.h"
#include "json/number.h"
#include "json/scan.h"
#include "json/small_stack.h"
#include "json/utf8.h"

#include <array>
#include <cstdlib>
#include <new>

namespace weft::json {

namespace {

// Values of arrays and objects still open, as raw words: they move into their node by one memcpy. A
// member is two entries, key and value.
class ValueStack {
public:
    ValueStack() = default;
    ValueStack(const ValueStack&) = delete;
    ValueStack& operator=(const ValueStack&) = delete;
    ~ValueStack()
    {
        for (std::size_t i = 0; i < m_size; ++i) std::destroy_at(at(i));
        if (m_bytes != m_first.data()) std::free(m_bytes);
    }

    std::size_t size() const { return m_size; }
    Value* at(std::size_t index) { return reinterpret_cast<Value*>(m_bytes) + index; }
    void push(Value&& value)
    {
        if (m_size == m_capacity) grow();
        ::new (static_cast<void*>(m_bytes + m_size * sizeof(Value))) Value(std::move(value));
        ++m_size;
    }
    Value pop() { return std::move(*at(--m_size)); }
    // The values above have been taken over by a node.
    void forget_from(std::size_t size) { m_size = size; }

private:
    static constexpr std::size_t capacity_at_first = 256;

    void grow()
    {
        const bool first = m_bytes == m_first.data();
        void* more = std::realloc(first ? nullptr : m_bytes, m_capacity * 2 * sizeof(Value));
        if (more == nullptr) throw std::bad_alloc();
        if (first) std::memcpy(more, m_first.data(), m_size * sizeof(Value));
        m_bytes = static_cast<unsigned char*>(more);
        m_capacity *= 2;
    }

    alignas(Value) std::array<unsigned char, capacity_at_first * sizeof(Value)> m_first;
    unsigned char* m_bytes = m_first.data();
    std::size_t m_size = 0;
    std::size_t m_capacity = capacity_at_first;
};

class Parser {
public:
    Parser(std::string_view text, const ParseOptions& options)
        : m_begin(text.data()), m_at(m_begin), m_end(m_begin + text.size()),
          m_depth_max(options.depth_max)
    {
    }

    tl::expected<Value, ParseFault> parse();

private:
    struct Open {
        std::size_t first;  // its first value in the stack
        const char* bracket;
        bool object;
    };

    enum class Next : std::uint8_t { Value, Key, Separator, Fault };

    Next open(bool object);
    Next close();
    Next read_value();
    Next read_key();
    Next read_separator();
    bool read_string();
    bool read_any_string(const char* start);
    bool read_string_with_escapes(const char* start, const char* at);
    const char* read_escape(const char* at);
    bool read_number();
    Next read_word(std::string_view word, Value value);

    void skip_space()
    {
        if (m_at != m_end && static_cast<unsigned char>(*m_at) > ' ') return;  // mostly
        while (m_at != m_end && is_space(*m_at)) ++m_at;
    }
    Next stop(Fault fault, const char* at)
    {
        m_fault = fault;
        m_fault_at = at;
        return Next::Fault;
    }
    Next unexpected(const char* at)
    {
        return stop(at == m_end ? Fault::UnexpectedEnd : Fault::UnexpectedCharacter, at);
    }

    const char* m_begin;
    const char* m_at;
    const char* m_end;
    std::size_t m_depth_max;
    ValueStack m_values;
    SmallStack<Open, 32> m_open;
    std::string m_unescaped;
    Fault m_fault{};
    const char* m_fault_at = nullptr;
};

// The first byte at or behind `at` that is not plain ASCII text of a string.
const char* plain_end(const char* at, const char* end)
{
    for (; static_cast<std::size_t>(end - at) >= scan_bytes; at += scan_bytes)
        if (const std::uint32_t special = special_bytes(at)) return at + std::countr_zero(special);
    while (at != end && *at != '"' && *at != '\\' && static_cast<signed char>(*at) >= 0x20) ++at;
    return at;
}

// Most strings are keys and words of less than sixteen plain characters: one look.
inline bool Parser::read_string()
{
    const char* start = m_at + 1;
    if (static_cast<std::size_t>(m_end - start) >= scan_bytes) {
        if (const std::uint32_t special = special_bytes(start)) {
            const int size = std::countr_zero(special);
            if (start[size] == '"') {
                m_values.push(Builder::padded_text(start, static_cast<std::size_t>(size)));
                m_at = start + size + 1;
                return true;
            }
        }
    }
    return read_any_string(start);
}

tl::expected<Value, ParseFault> Parser::parse()
{
    skip_space();
    Next next = m_at == m_end ? stop(Fault::Empty, m_at) : Next::Value;
    while (next != Next::Fault) {
        switch (next) {
        case Next::Value: next = read_value(); break;
        case Next::Key: next = read_key(); break;
        default:
            if (!m_open.empty()) {
                next = read_separator();
                break;
            }
            skip_space();
            if (m_at == m_end) return m_values.pop();
            next = stop(Fault::TrailingCharacters, m_at);
        }
    }
    return tl::unexpected(
        make_fault(m_fault, {m_begin, m_end}, static_cast<std::size_t>(m_fault_at - m_begin)));
}

Parser::Next Parser::read_value()
{
    skip_space();
    if (m_at == m_end) return stop(Fault::UnexpectedEnd, m_at);
    switch (*m_at) {
    case '"': return read_string() ? Next::Separator : Next::Fault;
    case '{': return open(true);
    case '[': return open(false);
    case 't': return read_word("true", Value(true));
    case 'f': return read_word("false", Value(false));
    case 'n': return read_word("null", Value());
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return read_number() ? Next::Separator : Next::Fault;
    default: return is_word_start(*m_at) ? stop(Fault::UnrecognizedToken, m_at) : unexpected(m_at);
    }
}

Parser::Next Parser::open(bool object)
{
    if (m_open.size() >= m_depth_max) return stop(Fault::TooDeep, m_at);
    m_open.push({m_values.size(), m_at, object});
    ++m_at;
    skip_space();
    if (m_at != m_end && *m_at == (object ? '}' : ']')) return close();
    return object ? Next::Key : Next::Value;
}

Parser::Next Parser::close()
{
    const Open list = m_open.top();
    const std::size_t count = m_values.size() - list.first;
    Value value;
    if (list.object) {
        std::size_t duplicate = 0;
        auto object = Builder::adopt_members(m_values.at(list.first), count / 2, duplicate);
        if (!object) return stop(Fault::DuplicateKey, find_key(list.bracket, m_end, duplicate));
        value = *std::move(object);
    } else {
        value = Builder::adopt_items(m_values.at(list.first), count);
    }
    m_values.forget_from(list.first);
    m_values.push(std::move(value));
    m_open.pop();
    ++m_at;
    return Next::Separator;
}

Parser::Next Parser::read_separator()
{
    skip_space();
    if (m_at == m_end) return stop(Fault::UnexpectedEnd, m_at);
    const bool object = m_open.top().object;
    if (*m_at == ',') {
        ++m_at;
        return object ? Next::Key : Next::Value;
    }
    if (*m_at == (object ? '}' : ']')) return close();
    return unexpected(m_at);
}

Parser::Next Parser::read_key()
{
    skip_space();
    if (m_at == m_end || *m_at != '"') return unexpected(m_at);
    if (!read_string()) return Next::Fault;
    skip_space();
    if (m_at == m_end || *m_at != ':') return unexpected(m_at);
    ++m_at;
    return Next::Value;
}

Parser::Next Parser::read_word(std::string_view word, Value value)
{
    const auto left = static_cast<std::size_t>(m_end - m_at);
    if (!std::string_view(m_at, left).starts_with(word) ||
        (left > word.size() && is_word_part(m_at[word.size()])))
        return stop(Fault::UnrecognizedToken, m_at);
    m_at += word.size();
    m_values.push(std::move(value));
    return Next::Separator;
}

bool Parser::read_number()
{
    NumberScan scan = scan_number(m_at, m_end);
    if (!scan.valid || (scan.end != m_end && is_word_part(*scan.end))) {
        stop(scan.end == m_end ? Fault::UnexpectedEnd : Fault::InvalidNumber, scan.end);
        return false;
    }
    m_at = scan.end;
    m_values.push(std::move(scan.value));
    return true;
}

bool Parser::read_any_string(const char* start)
{
    const char* at = plain_end(start, m_end);
    while (at != m_end && static_cast<signed char>(*at) < 0) {
        const char* behind = utf8_end(at, m_end);
        if (behind == at) {
            stop(Fault::InvalidUtf8, at);
            return false;
        }
        at = plain_end(behind, m_end);
    }
    if (at == m_end || *at != '"') return read_string_with_escapes(start, at);
    m_values.push(Builder::text({start, static_cast<std::size_t>(at - start)}));
    m_at = at + 1;
    return true;
}

bool Parser::read_string_with_escapes(const char* start, const char* at)
{
    m_unescaped.clear();
    while (at != m_end && *at != '"') {
        if (static_cast<signed char>(*at) < 0) {
            const char* behind = utf8_end(at, m_end);
            if (behind == at) {
                stop(Fault::InvalidUtf8, at);
                return false;
            }
            at = plain_end(behind, m_end);
            continue;
        }
        if (*at != '\\') {
            stop(Fault::ControlCharacter, at);
            return false;
        }
        m_unescaped.append(start, at);
        start = read_escape(at);
        if (start == nullptr) return false;
        at = plain_end(start, m_end);
    }
    if (at == m_end) {
        stop(Fault::UnexpectedEnd, at);
        return false;
    }
    m_unescaped.append(start, at);
    m_values.push(Builder::text(m_unescaped));
    m_at = at + 1;
    return true;
}

// Appends what the escape at `at` stands for; null after a fault, else the place behind it.
const char* Parser::read_escape(const char* at)
{
    const auto left = static_cast<std::size_t>(m_end - at);
    if (left < 2) {
        stop(Fault::UnexpectedEnd, m_end);
        return nullptr;
    }
    switch (at[1]) {
    case '"': m_unescaped += '"'; return at + 2;
    case '\\': m_unescaped += '\\'; return at + 2;
    case '/': m_unescaped += '/'; return at + 2;
    case 'b': m_unescaped += '\b'; return at + 2;
    case 'f': m_unescaped += '\f'; return at + 2;
    case 'n': m_unescaped += '\n'; return at + 2;
    case 'r': m_unescaped += '\r'; return at + 2;
    case 't': m_unescaped += '\t'; return at + 2;
    case 'u': break;
    default: stop(Fault::InvalidEscape, at); return nullptr;
    }
    std::uint32_t unit = 0;
    if (!read_hex4(at + 2, m_end, unit)) {
        stop(left < 6 ? Fault::UnexpectedEnd : Fault::InvalidEscape, left < 6 ? m_end : at);
        return nullptr;
    }
    at += 6;
    std::uint32_t low = 0;
    if (unit >= 0xD800 && unit < 0xDC00 && m_end - at >= 6 && at[0] == '\\' && at[1] == 'u' &&
        read_hex4(at + 2, m_end, low) && low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
    }
    encoding::append_utf8(m_unescaped, unit);  // a lone surrogate in its three-byte form
    return at;
}

}  // namespace

tl::expected<Value, ParseFault> parse_or_fault(std::string_view text, const ParseOptions& options)
{
    return Parser(text, options).parse();
}

Result<Value> parse(std::string_view text, const ParseOptions& options)
{
    auto value = parse_or_fault(text, options);
    if (!value) return fail(ErrorCode::InvalidInput, "{}", describe(value.error()));
    return *std::move(value);
}

}  // namespace weft::json
