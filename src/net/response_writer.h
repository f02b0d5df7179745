#pragma once

#include "net/http_server.h"

#include <string>
#include <string_view>

namespace weft::net {

struct ResponseForm {
    bool keep_alive = true;
    bool version_1_0 = false;  // the request's
    std::string_view date;     // IMF-fixdate
};

// Appends status line and header of `response`, whose body has `body_bytes`. Content-Length, Date
// and Connection are set here and dropped from the response's own headers; a header with a
// character that none may have (a line break) is dropped too.
void append_head(std::string& out, const ServerResponse& response, std::size_t body_bytes,
                 const ResponseForm& form);

// Thu, 01 Jan 1970 00:00:00 GMT
std::string http_date(std::int64_t seconds_since_epoch);

// RFC 9110 6.4.1: 1xx, 204 and 304 have none.
bool status_has_body(int status);

}  // namespace weft::net
