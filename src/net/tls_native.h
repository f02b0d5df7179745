#pragma once

#include "net/tls.h"

#include <openssl/ssl.h>

#include <memory>

namespace weft::net {

// What of OpenSSL the sources of `net` see of each other.
struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

struct TlsContext::Native {
    std::unique_ptr<SSL_CTX, SslFree> context;
};

}  // namespace weft::net
