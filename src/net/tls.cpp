#include "net/tls.h"

#include "net/tls_native.h"

#include <openssl/err.h>

#include <cstring>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace weft::net {

namespace {

// For TLS 1.2; 1.3's are all of this kind.
constexpr const char* ciphers_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

// What OpenSSL says last; it names its own functions and the fault, never what a key holds.
std::string last_error()
{
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "it is not in PEM" : reason;
}

Result<> check_readable(std::string_view what, const std::string& file)
{
    if (::access(file.c_str(), R_OK) == 0) return {};
    return fail(ErrorCode::Io, "cannot read the {} '{}': {}", what, file, std::strerror(errno));
}

// There is one protocol to choose; a client that names others only is let in all the same, as one
// that names none is.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_bytes,
                    const unsigned char* offered, unsigned offered_bytes, void*)
{
    static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    const int found =
        SSL_select_next_proto(&chosen, out_bytes, ours, sizeof ours, offered, offered_bytes);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// A key that is encrypted would be asked for at the terminal.
int no_password(char*, int, int, void*)
{
    return 0;
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Native> native) : m_native(std::move(native)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsFiles& files)
{
    TRY(check_readable("certificate", files.certificate));
    TRY(check_readable("key", files.key));
    auto native = std::make_unique<Native>();
    native->context.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX* const context = native->context.get();
    if (context == nullptr) return fail(ErrorCode::Internal, "no TLS: {}", last_error());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, ciphers_1_2);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    // A write may send a part, and be repeated from memory that has moved meanwhile.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(context, no_password);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
        return fail(ErrorCode::InvalidInput, "'{}' holds no certificate: {}", files.certificate,
                    last_error());
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
        return fail(ErrorCode::InvalidInput, "'{}' holds no private key for '{}': {}", files.key,
                    files.certificate, last_error());
    return std::make_shared<const TlsContext>(std::move(native));
}

}  // namespace weft::net
