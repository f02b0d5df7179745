#pragma once

#include "base/result.h"
#include "net/curl_multi.h"
#include "net/transport.h"

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace weft::net {

// One request and its answer on a curl easy handle. Stays where it is made: curl keeps pointers
// into it.
class CurlExchange {
public:
    CurlExchange(std::shared_ptr<CurlMulti> multi, HttpRequest request);
    ~CurlExchange();  // ends the transfer
    CurlExchange(const CurlExchange&) = delete;
    CurlExchange& operator=(const CurlExchange&) = delete;

    // Checks the request and sets up the handle. Errors: InvalidInput (URL, method, header).
    Result<> prepare();
    // `done` gets the code for finish(), as a call from the loop.
    void start(Function<void(CURLcode)> done) { m_multi->add(m_easy, std::move(done)); }
    // What came of it. Errors as Transport's.
    Result<HttpResponse> finish(CURLcode code);
    Error timed_out() const;
    Error cancelled() const;

private:
    Result<> read_url();
    Result<> add_headers();
    void set_method();
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    Error error_of(CURLcode code) const;

    std::shared_ptr<CurlMulti> m_multi;
    HttpRequest m_request;
    std::string m_place;  // host:port, for messages
    CURL* m_easy = nullptr;
    curl_slist* m_headers = nullptr;
    HttpResponse m_response;
    std::size_t m_header_bytes = 0;
    bool m_head_complete = false;
    bool m_too_large = false;
    std::array<char, CURL_ERROR_SIZE> m_error_text{};
};

}  // namespace weft::net
