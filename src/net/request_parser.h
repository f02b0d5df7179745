#pragma once

#include "net/http_server.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::net {

// A strict parser of HTTP/1.1 and 1.0 requests (RFC 9112) over a buffer that its user fills. What
// two parsers could read in two ways is refused, never repaired: bare LF or CR, folded lines, space
// before a colon, a Content-Length beside Transfer-Encoding or given twice, any coding but
// "chunked", odd chunk sizes. Time is linear in the bytes given.
class RequestParser {
public:
    struct Limits {
        std::size_t head_bytes_max = 64U
                                     << 10;  // request line and header; a trailer may be as long
        std::size_t body_bytes_max = 80U << 20;  // decoded
        std::size_t fields_max = 128;
    };
    enum class State : std::uint8_t { Head, Body, Complete, Failed };

    explicit RequestParser(Limits limits) : m_limits(limits) {}

    // Goes on with a request: `data` holds its first `size` bytes, those of earlier calls included
    // (the memory may have moved). A chunked body is decoded in place: what has been decoded closes
    // up, `size` shrinks by the framing removed.
    State parse(char* data, std::size_t& size);
    // Makes ready for the next request.
    void reset();

    State state() const { return m_state; }

    // Failed: the status to answer with and why.
    int status() const { return m_status; }
    std::string_view reason() const { return m_reason; }

    // From the end of the head on:
    bool keep_alive() const { return m_keep_alive; }
    bool version_1_0() const { return m_version_1_0; }
    bool is_head() const { return m_is_head; }  // the method HEAD: its answer has no body
    // The client waits for "100 Continue" before it sends the body.
    bool expects_continue() const { return m_expects_continue; }
    // How many bytes the buffer will hold in the end, as far as is known: a hint for its size.
    std::size_t bytes_wanted() const;

    // Complete:
    std::size_t bytes_used() const { return m_body_begin + m_body_length; }
    // Views into `data`, which is the memory last parsed. Leaves `peer` alone.
    void fill(ServerRequest& request, const char* data) const;

private:
    struct Slice {
        std::uint32_t begin = 0;
        std::uint32_t length = 0;
    };
    struct Field {
        Slice name;
        Slice value;
    };
    enum class Step : std::uint8_t { Head, Sized, ChunkSize, ChunkData, ChunkEnd, Trailer };

    State refuse(int status, std::string_view reason);
    bool find_head_end(const char* data, std::size_t size);
    State read_head(std::string_view head);
    bool read_request_line(std::string_view line, std::size_t begin);
    bool read_field(std::string_view line, std::size_t begin);
    State judge_fields(std::string_view head);
    bool judge_connection(std::string_view value);
    State read_chunks(char* data, std::size_t& size);
    bool read_chunk_size(std::string_view line);

    Limits m_limits;
    State m_state = State::Head;
    Step m_step = Step::Head;
    int m_status = 0;
    std::string_view m_reason;

    std::size_t m_scanned = 0;     // head: bytes searched for its end
    std::size_t m_line_begin = 0;  // head: where the line being searched begins
    std::size_t m_head_begin = 0;  // after an empty line that may precede a request
    Slice m_method;
    Slice m_target;
    std::vector<Field> m_fields;
    bool m_version_1_0 = false;
    bool m_keep_alive = true;
    bool m_is_head = false;
    bool m_expects_continue = false;

    std::size_t m_body_begin = 0;
    std::size_t m_body_length = 0;  // sized: in the end; chunked: decoded so far
    std::size_t m_read = 0;         // chunked: where the bytes not yet decoded begin
    std::size_t m_chunk_left = 0;
    std::size_t m_trailer_bytes = 0;
};

}  // namespace weft::net
