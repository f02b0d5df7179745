#include "net/request_parser.h"

#include "encoding/hex.h"
#include "net/http_syntax.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace weft::net {

namespace {

constexpr std::size_t method_characters_max = 32;
constexpr std::size_t chunk_line_bytes_max = 256;  // size and extensions

std::optional<std::size_t> decimal(std::string_view text)
{
    // 18 digits do not overflow.
    if (text.empty() || text.size() > 18) return std::nullopt;
    std::size_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    return value;
}

// RFC 9112 3.2: origin form, absolute form, or "*" of OPTIONS. The authority form is CONNECT's,
// which nobody here speaks.
bool is_target(std::string_view target, std::string_view method)
{
    const bool visible = std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f; });
    if (!visible || target.empty()) return false;
    if (target.front() == '/') return true;
    if (target == "*") return method == "OPTIONS";
    return same_name(target.substr(0, 7), "http://") || same_name(target.substr(0, 8), "https://");
}

}  // namespace

void RequestParser::reset()
{
    std::vector<Field> fields = std::move(m_fields);
    fields.clear();
    *this = RequestParser(m_limits);
    m_fields = std::move(fields);
}

RequestParser::State RequestParser::refuse(int status, std::string_view reason)
{
    m_status = status;
    m_reason = reason;
    m_keep_alive = false;
    return m_state = State::Failed;
}

RequestParser::State RequestParser::parse(char* data, std::size_t& size)
{
    if (m_state == State::Complete || m_state == State::Failed) return m_state;
    if (m_step == Step::Head) {
        if (!find_head_end(data, size)) return m_state;
        if (read_head(std::string_view(data, m_body_begin)) != State::Body) return m_state;
    }
    if (m_step != Step::Sized) return read_chunks(data, size);
    if (size - m_body_begin >= m_body_length) m_state = State::Complete;
    return m_state;
}

// Looks at each line's end once, so that a head that comes byte by byte costs no more than one that
// comes whole.
bool RequestParser::find_head_end(const char* data, std::size_t size)
{
    while (m_scanned < size) {
        const std::size_t searched = std::min(size, m_limits.head_bytes_max + m_head_begin);
        const void* found = m_scanned < searched
                                ? std::memchr(data + m_scanned, '\n', searched - m_scanned)
                                : nullptr;
        if (found == nullptr) {
            m_scanned = searched;
            break;
        }
        const auto newline = static_cast<std::size_t>(static_cast<const char*>(found) - data);
        m_scanned = newline + 1;
        if (newline == m_line_begin || data[newline - 1] != '\r') {
            refuse(400, "a line ends in LF without CR");
            return false;
        }
        const bool empty = newline - 1 == m_line_begin;
        if (empty && m_line_begin > m_head_begin) {
            m_body_begin = newline + 1;
            return true;
        }
        if (empty) {
            // RFC 9112 2.2: an empty line before the request line is passed over; one is enough.
            if (m_head_begin > 0) {
                refuse(400, "empty lines before the request line");
                return false;
            }
            m_head_begin = newline + 1;
        }
        m_line_begin = newline + 1;
    }
    // Not HTTP at all (TLS to a plain port, say): no need to wait for the end of a line.
    if (size > m_head_begin && !is_token_char(data[m_head_begin]) && data[m_head_begin] != '\r') {
        refuse(400, "this is not an HTTP request");
    } else if (size - m_head_begin >= m_limits.head_bytes_max) {
        const bool in_request_line = m_line_begin == m_head_begin;
        refuse(in_request_line ? 414 : 431,
               in_request_line ? "the request line is too long" : "the header is too large");
    }
    return false;
}

RequestParser::State RequestParser::read_head(std::string_view head)
{
    std::size_t begin = m_head_begin;
    for (bool first = true;; first = false) {
        const std::size_t end =
            head.find('\n', begin) - 1;  // every line has been seen to end in CR LF
        const std::string_view line = head.substr(begin, end - begin);
        if (line.empty()) break;
        if (first ? !read_request_line(line, begin) : !read_field(line, begin)) return m_state;
        begin = end + 2;
    }
    return judge_fields(head);
}

bool RequestParser::read_request_line(std::string_view line, std::size_t begin)
{
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) {
        refuse(400, "the request line is not 'method target version'");
        return false;
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    const std::string_view version = line.substr(second + 1);
    if (!is_token(method) || method.size() > method_characters_max) {
        refuse(400, "the method is not a token");
        return false;
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool other = version.size() == 8 && version.starts_with("HTTP/") &&
                           version[5] >= '0' && version[5] <= '9' && version[6] == '.' &&
                           version[7] >= '0' && version[7] <= '9';
        refuse(other ? 505 : 400,
               other ? "HTTP/1.1 and HTTP/1.0 are spoken here" : "the version is not HTTP's");
        return false;
    }
    if (!is_target(target, method)) {
        refuse(400, "the request target is not a path or an absolute URL");
        return false;
    }
    m_version_1_0 = version == "HTTP/1.0";
    m_keep_alive = !m_version_1_0;
    m_is_head = method == "HEAD";
    m_method = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(first)};
    m_target = {static_cast<std::uint32_t>(begin + first + 1),
                static_cast<std::uint32_t>(target.size())};
    return true;
}

bool RequestParser::read_field(std::string_view line, std::size_t begin)
{
    const std::size_t colon = line.find(':');
    // A line that begins with a space (obs-fold) and a space before the colon fail here: neither is
    // a token.
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        refuse(400, "a header line is not 'name: value'");
        return false;
    }
    const std::string_view value = without_space(line.substr(colon + 1));
    if (!is_field_value(value)) {
        refuse(400, "a header value has a control character");
        return false;
    }
    if (m_fields.size() >= m_limits.fields_max) {
        refuse(431, "too many header lines");
        return false;
    }
    const auto value_begin = value.empty()
                                 ? begin + line.size()
                                 : begin + static_cast<std::size_t>(value.data() - line.data());
    m_fields.push_back(
        {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(colon)},
         {static_cast<std::uint32_t>(value_begin), static_cast<std::uint32_t>(value.size())}});
    return true;
}

// RFC 9110 7.6.1: a list of options.
bool RequestParser::judge_connection(std::string_view value)
{
    bool close = false;
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        const std::string_view option = without_space(value.substr(0, comma));
        if (same_name(option, "close")) close = true;
        if (same_name(option, "keep-alive") && m_version_1_0) m_keep_alive = true;
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
    return close;
}

// RFC 9112 6.3: how long the body is. Whatever leaves a doubt is refused, since a doubt about the
// length is a second request smuggled past whoever read it the other way.
RequestParser::State RequestParser::judge_fields(std::string_view head)
{
    int hosts = 0;
    int lengths = 0;
    int codings = 0;
    bool chunked = false;
    bool close = false;
    std::size_t length = 0;
    for (const Field& field : m_fields) {
        const std::string_view name = head.substr(field.name.begin, field.name.length);
        const std::string_view value = head.substr(field.value.begin, field.value.length);
        if (same_name(name, "Host")) {
            ++hosts;
        } else if (same_name(name, "Content-Length")) {
            const std::optional<std::size_t> number = decimal(value);
            const bool digits =
                !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
            if (!digits) return refuse(400, "Content-Length is not a number");
            if (++lengths > 1) return refuse(400, "Content-Length is given twice");
            if (!number || *number > m_limits.body_bytes_max)
                return refuse(413, "the body is too large");
            length = *number;
        } else if (same_name(name, "Transfer-Encoding")) {
            if (++codings > 1) return refuse(400, "Transfer-Encoding is given twice");
            if (!same_name(value, "chunked"))
                return refuse(501, "the only transfer coding is chunked");
            chunked = true;
        } else if (same_name(name, "Connection")) {
            close = judge_connection(value) || close;
        } else if (same_name(name, "Expect")) {
            if (!same_name(value, "100-continue"))
                return refuse(417, "the only expectation is 100-continue");
            m_expects_continue = !m_version_1_0;
        }
    }
    if (hosts > 1 || (hosts == 0 && !m_version_1_0))
        return refuse(400, "a request has one Host header");
    if (chunked && lengths > 0) return refuse(400, "Content-Length beside Transfer-Encoding");
    if (chunked && m_version_1_0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    if (close) m_keep_alive = false;
    m_read = m_body_begin;
    m_step = chunked ? Step::ChunkSize : Step::Sized;
    m_body_length = length;
    if (!chunked && length == 0) m_expects_continue = false;
    return m_state = State::Body;
}

// chunk-size [ ";" extensions ]
bool RequestParser::read_chunk_size(std::string_view line)
{
    const std::size_t digits = std::min(line.find(';'), line.size());
    std::size_t value = 0;
    for (const char c : line.substr(0, digits)) {
        const int digit = encoding::hex_digit(c);
        if (digit < 0 || value > (SIZE_MAX >> 8)) {
            refuse(400, "a chunk's size is not a hexadecimal number");
            return false;
        }
        value = value * 16 + static_cast<std::size_t>(digit);
    }
    if (digits == 0 || !is_field_value(line)) {
        refuse(400, "a chunk has no valid size line");
        return false;
    }
    if (value > m_limits.body_bytes_max - m_body_length) {
        refuse(413, "the body is too large");
        return false;
    }
    m_chunk_left = value;
    m_step = value == 0 ? Step::Trailer : Step::ChunkData;
    return true;
}

RequestParser::State RequestParser::read_chunks(char* data, std::size_t& size)
{
    // The line that begins at m_read: none when it is not there in full, or refused.
    const auto take_line = [&](std::size_t bytes_max) -> std::optional<std::string_view> {
        const std::size_t searched = std::min(size - m_read, bytes_max);
        const void* found = searched > 0 ? std::memchr(data + m_read, '\n', searched) : nullptr;
        if (found == nullptr) {
            if (searched == bytes_max) refuse(400, "a line of the chunked body is too long");
            return std::nullopt;
        }
        const auto length =
            static_cast<std::size_t>(static_cast<const char*>(found) - (data + m_read));
        if (length == 0 || data[m_read + length - 1] != '\r') {
            refuse(400, "a line of the chunked body ends in LF without CR");
            return std::nullopt;
        }
        const std::string_view line(data + m_read, length - 1);
        m_read += length + 1;
        return line;
    };

    for (bool more = true; more && m_state == State::Body;) {
        switch (m_step) {
        case Step::ChunkSize: {
            const std::optional<std::string_view> line = take_line(chunk_line_bytes_max);
            more = line && read_chunk_size(*line);
            break;
        }
        case Step::ChunkData: {
            const std::size_t count = std::min(m_chunk_left, size - m_read);
            std::memmove(data + m_body_begin + m_body_length, data + m_read, count);
            m_body_length += count;
            m_read += count;
            m_chunk_left -= count;
            if (m_chunk_left == 0) m_step = Step::ChunkEnd;
            more = m_chunk_left == 0;
            break;
        }
        case Step::ChunkEnd: {
            const std::size_t there = std::min<std::size_t>(2, size - m_read);
            if (std::string_view(data + m_read, there) != std::string_view("\r\n", there)) {
                refuse(400, "a chunk is longer than its size");
            }
            more = there == 2;
            if (more) m_read += 2;
            m_step = more ? Step::ChunkSize : m_step;
            break;
        }
        case Step::Trailer: {
            const std::optional<std::string_view> line = take_line(m_limits.head_bytes_max);
            more = line.has_value();
            if (!line) break;
            m_trailer_bytes += line->size() + 2;
            if (line->empty()) {
                m_state = State::Complete;
                break;
            }
            // Checked and passed over: a trailer never becomes a header.
            const std::size_t colon = line->find(':');
            if (colon == std::string_view::npos || !is_token(line->substr(0, colon)) ||
                !is_field_value(*line)) {
                refuse(400, "a trailer line is not 'name: value'");
            } else if (m_trailer_bytes > m_limits.head_bytes_max) {
                refuse(431, "the trailer is too large");
            }
            break;
        }
        case Step::Head:
        case Step::Sized: more = false; break;
        }
    }
    // Close the gap that the framing left.
    const std::size_t decoded_end = m_body_begin + m_body_length;
    if (m_read > decoded_end) {
        std::memmove(data + decoded_end, data + m_read, size - m_read);
        size -= m_read - decoded_end;
        m_read = decoded_end;
    }
    return m_state;
}

std::size_t RequestParser::bytes_wanted() const
{
    if (m_state == State::Head) return 0;
    return m_step == Step::Sized ? m_body_begin + m_body_length
                                 : m_read + m_chunk_left + chunk_line_bytes_max;
}

void RequestParser::fill(ServerRequest& request, const char* data) const
{
    const auto view = [data](Slice slice) {
        return std::string_view(data + slice.begin, slice.length);
    };
    request.method = view(m_method);
    request.target = view(m_target);
    request.body = std::string_view(data + m_body_begin, m_body_length);
    request.headers.clear();
    for (const Field& field : m_fields)
        request.headers.emplace_back(view(field.name), view(field.value));
}

}  // namespace weft::net
