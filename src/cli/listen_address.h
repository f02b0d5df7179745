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
    // http://127.0.0.1:8083, https://[::1]:8083
    std::string url(std::string_view scheme = "http") const;
    // Reached from this machine only. A name counts as not: what it means is not asked.
    bool loopback() const;
};

// HOST:PORT, HOST, :PORT or PORT; IPv6 in brackets. `flag` is what messages call it. Error:
// InvalidInput.
Result<ListenAddress> parse_listen_address(std::string_view text,
                                           std::string_view flag = "--listen");

}  // namespace weft::cli
