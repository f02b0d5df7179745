#include "net/curl_exchange.h"

#include "base/assert.h"
#include "net/http_syntax.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace weft::net {

namespace {

constexpr std::size_t header_bytes_max = 256U << 10;
constexpr std::size_t reserve_bytes_max = 1U << 20;

bool has_header(const Headers& headers, std::string_view name)
{
    return std::ranges::any_of(headers,
                               [&](const auto& header) { return same_name(header.first, name); });
}

// RFC 9110, 9.2.2.
bool is_idempotent(std::string_view method)
{
    constexpr std::array<std::string_view, 6> methods = {"DELETE",  "GET", "HEAD",
                                                         "OPTIONS", "PUT", "TRACE"};
    return std::ranges::find(methods, method) != methods.end();
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

}  // namespace

CurlExchange::CurlExchange(std::shared_ptr<CurlMulti> multi, HttpRequest request)
    : m_multi(std::move(multi)), m_request(std::move(request)), m_easy(curl_easy_init())
{
    WEFT_ASSERT(m_easy != nullptr);
}

CurlExchange::~CurlExchange()
{
    m_multi->remove(m_easy);
    curl_easy_cleanup(m_easy);
    curl_slist_free_all(m_headers);
}

Result<> CurlExchange::read_url()
{
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
    const auto part = [&](CURLUPart which, unsigned flags) {
        char* text = nullptr;
        if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return std::string();
        std::string copy = text;
        curl_free(text);
        return copy;
    };
    const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, m_request.url.c_str(), 0);
    if (code != CURLUE_OK || m_request.url.find('\0') != std::string::npos) {
        return fail(ErrorCode::InvalidInput, "not an absolute URL: {}", curl_url_strerror(code));
    }
    const std::string scheme = part(CURLUPART_SCHEME, 0);
    if (scheme != "http" && scheme != "https") {
        return fail(ErrorCode::InvalidInput, "a URL begins with http or https, not '{}'", scheme);
    }
    m_place = part(CURLUPART_HOST, 0) + ":" + part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
    return {};
}

Result<> CurlExchange::add_headers()
{
    const auto add = [this](const std::string& line) {
        m_headers = curl_slist_append(m_headers, line.c_str());
        WEFT_ASSERT(m_headers != nullptr);
    };
    for (const auto& [name, value] : m_request.headers) {
        // A line break in a value would be another header, or another request.
        if (!is_token(name) ||
            value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            return fail(ErrorCode::InvalidInput,
                        "header '{}' for {} has a character that no header may have", name,
                        m_place);
        }
        add(value.empty() ? name + ";" : name + ": " + value);
    }
    // Without these curl adds its own: a form's content type, and a pause of a second before large
    // bodies.
    if (!has_header(m_request.headers, "Content-Type")) add("Content-Type:");
    if (!has_header(m_request.headers, "Expect")) add("Expect:");
    curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_headers);
    return {};
}

void CurlExchange::set_method()
{
    const std::string& method = m_request.method;
    const bool sends =
        !m_request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
    if (sends) {
        curl_easy_setopt(m_easy, CURLOPT_POST, 1L);
        curl_easy_setopt(m_easy, CURLOPT_POSTFIELDS, m_request.body.data());
        curl_easy_setopt(m_easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(m_request.body.size()));
        curl_easy_setopt(m_easy, CURLOPT_CUSTOMREQUEST, method.c_str());
    } else if (method == "HEAD") {
        curl_easy_setopt(m_easy, CURLOPT_NOBODY, 1L);
    } else if (method != "GET") {
        curl_easy_setopt(m_easy, CURLOPT_CUSTOMREQUEST, method.c_str());
    }
}

Result<> CurlExchange::prepare()
{
    TRY(read_url());
    if (!is_token(m_request.method)) {
        return fail(ErrorCode::InvalidInput, "'{}' is not an HTTP method", m_request.method);
    }
    TRY(add_headers());
    set_method();
    curl_easy_setopt(m_easy, CURLOPT_URL, m_request.url.c_str());
    curl_easy_setopt(m_easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(m_easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // curl sends a request again, up to five times and without a word, when its connection was used
    // before and ended without one byte of an answer (Curl_retry_request of lib/transfer.c, 7.88).
    // A connection made for this request has not been used before: then that end is an error, and
    // the caller decides. It costs a handshake; what comes after may use the connection again.
    // HTTP/2's REFUSED_STREAM is sent again all the same: it says that nothing was done.
    if (m_request.repeat != Repeat::Allowed && !is_idempotent(m_request.method))
        curl_easy_setopt(m_easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(m_easy, CURLOPT_NOSIGNAL, 1L);
    // A call that is given up does not wait for the thread that looks its host up.
    curl_easy_setopt(m_easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(m_easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(m_easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(m_easy, CURLOPT_USERAGENT, "weft/" WEFT_VERSION);
    curl_easy_setopt(m_easy, CURLOPT_ERRORBUFFER, m_error_text.data());
    // The exchange has one timeout, the loop's; curl's own for connecting (300 s) must not come
    // first.
    curl_easy_setopt(m_easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(m_request.timeout.count() + 1'000));
    curl_easy_setopt(m_easy, CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
    curl_easy_setopt(m_easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(m_easy, CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
    curl_easy_setopt(m_easy, CURLOPT_WRITEDATA, this);
    return {};
}

std::size_t CurlExchange::on_header(char* bytes, std::size_t size, std::size_t count, void* self)
{
    CurlExchange& exchange = *static_cast<CurlExchange*>(self);
    const std::string_view line(bytes, size * count);
    exchange.m_header_bytes += line.size();
    if (exchange.m_header_bytes > header_bytes_max) {
        exchange.m_too_large = true;
        return 0;
    }
    if (line.starts_with("HTTP/")) {
        exchange.m_response.headers.clear();  // those so far belonged to a 1xx
        exchange.m_head_complete = false;
        return line.size();
    }
    if (line == "\r\n" || line == "\n") exchange.m_head_complete = true;
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
        exchange.m_response.headers.emplace_back(trimmed(line.substr(0, colon)),
                                                 trimmed(line.substr(colon + 1)));
    }
    return line.size();
}

std::size_t CurlExchange::on_body(char* bytes, std::size_t size, std::size_t count, void* self)
{
    CurlExchange& exchange = *static_cast<CurlExchange*>(self);
    const std::size_t length = size * count;
    std::string& body = exchange.m_response.body;
    if (length > exchange.m_request.response_bytes_max - body.size()) {
        exchange.m_too_large = true;
        return 0;
    }
    if (body.empty()) {
        curl_off_t announced = -1;
        curl_easy_getinfo(exchange.m_easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
        if (announced > 0)
            body.reserve(std::min(static_cast<std::size_t>(announced), reserve_bytes_max));
    }
    body.append(bytes, length);
    return length;
}

Result<HttpResponse> CurlExchange::finish(CURLcode code)
{
    if (code != CURLE_OK) return tl::unexpected(error_of(code));
    // curl takes an end within the header for the header's end.
    if (!m_head_complete) return tl::unexpected(error_of(CURLE_PARTIAL_FILE));
    long status = 0;
    curl_easy_getinfo(m_easy, CURLINFO_RESPONSE_CODE, &status);
    m_response.status = static_cast<int>(status);
    return std::move(m_response);
}

Error CurlExchange::error_of(CURLcode code) const
{
    if (m_too_large) {
        return {ErrorCode::LimitExceeded,
                fmt::format("the answer of {} is larger than {} bytes", m_place,
                            m_header_bytes > header_bytes_max ? header_bytes_max
                                                              : m_request.response_bytes_max),
                {}};
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) return cancelled();
    if (code == CURLE_OPERATION_TIMEDOUT) return timed_out();
    long system_error = 0;
    curl_easy_getinfo(m_easy, CURLINFO_OS_ERRNO, &system_error);
    std::string reason = m_error_text[0] != '\0' ? m_error_text.data() : curl_easy_strerror(code);
    if (system_error != 0 &&
        (code == CURLE_COULDNT_CONNECT || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR)) {
        reason = std::strerror(static_cast<int>(system_error));
    }
    std::string_view what = "the exchange with {} failed: {}";
    switch (code) {
    case CURLE_COULDNT_CONNECT: what = "cannot connect to {}: {}"; break;
    case CURLE_COULDNT_RESOLVE_HOST: what = "the name of {} was not found: {}"; break;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2_STREAM: what = "{} cut off its answer: {}"; break;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: what = "{} gave an answer that is not HTTP: {}"; break;
    default: break;
    }
    return {ErrorCode::Io, fmt::format(fmt::runtime(what), m_place, reason), {}};
}

Error CurlExchange::timed_out() const
{
    curl_off_t connected = 0;
    curl_easy_getinfo(m_easy, CURLINFO_CONNECT_TIME_T, &connected);
    const std::string_view what =
        connected == 0 ? "no connection to {} within {} ms" : "no answer of {} within {} ms";
    return {ErrorCode::Timeout,
            fmt::format(fmt::runtime(what), m_place, m_request.timeout.count()),
            {}};
}

Error CurlExchange::cancelled() const
{
    return {ErrorCode::Cancelled, fmt::format("the request to {} was cancelled", m_place), {}};
}

}  // namespace weft::net
