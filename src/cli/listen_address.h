#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::cli {

struct ListenAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8083;

    bool operator==(const ListenAddress&) const = default;
    std::string url() const;  // http://127.0.0.1:8083, http://[::1]:8083
};

// HOST:PORT, HOST, :PORT or PORT; IPv6 in brackets. Only loopback addresses: requests are not
// authenticated (SigV4 signatures are not verified), so whoever reaches the port may run anything.
// Error: InvalidInput.
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace weft::cli
