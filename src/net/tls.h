#pragma once

#include "base/result.h"

#include <memory>
#include <string>

namespace weft::net {

// A server's certificate: PEM files, named so that they can be read again when they are renewed.
struct TlsFiles {
    std::string certificate;  // the server's own, then those between it and the root
    std::string key;          // its private key, not encrypted

    bool operator==(const TlsFiles&) const = default;
};

// What a server needs to speak TLS: certificate, key and rules. TLS 1.2 and later, ciphers with
// forward secrecy, no renegotiation, ALPN http/1.1. Shared by the connections that began with it.
class TlsContext {
public:
    struct Native;

    // Errors: Io (a file cannot be read), InvalidInput (no certificate, a key of another
    // certificate). Messages name the file and never hold a part of it.
    static Result<std::shared_ptr<const TlsContext>> load(const TlsFiles& files);

    explicit TlsContext(std::unique_ptr<Native> native);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    const Native& native() const { return *m_native; }

private:
    std::unique_ptr<Native> m_native;
};

}  // namespace weft::net
