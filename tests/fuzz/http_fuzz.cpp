// Layers: net
// What a client may send: the first byte says how the rest is cut up. However it is, the requests
// read are the same, a taken one keeps the parser's promises, and all that is read lies within what
// was given.
#include "base/assert.h"
#include "net/http_syntax.h"
#include "net/request_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

using namespace weft;
using State = net::RequestParser::State;

namespace {

constexpr net::RequestParser::Limits limits{512, 1'024, 16};

void check_request(const net::RequestParser& parser, const char* data, std::size_t size)
{
    WEFT_ASSERT(parser.bytes_used() <= size);
    net::ServerRequest request;
    parser.fill(request, data);
    const auto inside = [&](std::string_view view) {
        return view.data() >= data && view.data() + view.size() <= data + parser.bytes_used();
    };
    WEFT_ASSERT(inside(request.method) && net::is_token(request.method));
    WEFT_ASSERT(inside(request.target) && !request.target.empty());
    WEFT_ASSERT(inside(request.body) && request.body.size() <= limits.body_bytes_max);
    WEFT_ASSERT(request.headers.size() <= limits.fields_max);
    for (const auto& [name, value] : request.headers) {
        WEFT_ASSERT(inside(name) && net::is_token(name));
        WEFT_ASSERT(inside(value) && net::is_field_value(value));
    }
    if (request.header("Transfer-Encoding").empty()) {
        const std::string_view length = request.header("Content-Length");
        WEFT_ASSERT(request.body.size() == (length.empty() ? 0 : std::stoull(std::string(length))));
    } else {
        WEFT_ASSERT(request.header("Content-Length").empty());
    }
}

// Every request's own bytes, one after the other, and how the reading ended.
std::string read_all(std::string_view text, std::size_t step)
{
    std::string seen;
    net::RequestParser parser(limits);
    std::vector<char> buffer(text.size() + 1);
    std::size_t begin = 0;
    std::size_t size = 0;
    while (true) {
        const State state = parser.parse(buffer.data() + begin, size);
        if (state == State::Failed) return seen + "failed";
        if (state == State::Complete) {
            const char* data = buffer.data() + begin;
            check_request(parser, data, size);
            (seen += std::string_view(data, parser.bytes_used())) += '|';
            begin += parser.bytes_used();
            size -= parser.bytes_used();
            parser.reset();
            continue;
        }
        if (text.empty()) return seen + "more";
        const std::size_t count = std::min(step, text.size());
        std::memcpy(buffer.data() + begin + size, text.data(), count);
        size += count;
        text.remove_prefix(count);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 8'192) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    WEFT_ASSERT(read_all(text, text.size()) == read_all(text, 1 + data[0] % 32U));
    return 0;
}
