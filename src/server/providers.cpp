#include "server/providers.h"

#include "gateway/detect.h"
#include "server/config.h"
#include "server/services.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace weft::server {

namespace {

constexpr int connect_milliseconds_max = 300;

struct Address {
    std::string host;
    std::uint16_t port = 0;

    std::string text() const { return fmt::format("{}:{}", host, port); }
};

// The address of a URL, without user and password; its scheme may be missing (OLLAMA_HOST).
Address address_of(std::string_view url)
{
    Address address;
    address.port = url.starts_with("https://") ? 443 : 80;
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    if (const std::size_t user = url.rfind('@'); user != std::string_view::npos)
        url.remove_prefix(user + 1);
    const std::size_t colon = url.rfind(':');
    if (colon != std::string_view::npos && url.find(']', colon) == std::string_view::npos) {
        const std::string_view port = url.substr(colon + 1);
        std::from_chars(port.data(), port.data() + port.size(), address.port);
        url = url.substr(0, colon);
    }
    address.host = url == "localhost" ? "127.0.0.1" : std::string(url);
    return address;
}

// Whether it is on this machine and numeric: only such a one is knocked at.
bool is_local(const Address& address)
{
    return address.host.starts_with("127.");
}

bool answers(const Address& address)
{
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(address.port);
    if (::inet_pton(AF_INET, address.host.c_str(), &to.sin_addr) != 1) return false;
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    int error = 0;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        pollfd waiting{socket, POLLOUT, 0};
        socklen_t size = sizeof error;
        error = -1;
        if (::poll(&waiting, 1, connect_milliseconds_max) == 1)
            ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    ::close(socket);
    return error == 0;
}

void look(const gateway::ProviderConfig& provider, const std::vector<gateway::Detected>& detected,
          cli::ProviderStatus& status)
{
    if (provider.kind == gateway::ProviderKind::Builtin) {
        status.where = "embedded";
        status.finding = "quotes the text it is given; no key, no network";
        status.usable = true;
        return;
    }
    if (provider.kind == gateway::ProviderKind::Mock) {
        status.where = "scripted";
        status.finding = "answers as the configuration says";
        status.usable = true;
        return;
    }
    const std::optional<std::string> moved =
        provider.base_url_env.empty() ? std::nullopt : environment(provider.base_url_env);
    const Address address = address_of(moved.value_or(provider.base_url));
    status.where = address.host.empty() ? "Amazon Bedrock" : address.host;
    if (is_local(address)) {
        status.where = address.text();
        status.usable = answers(address);
        status.finding = status.usable ? "a server answers" : "no server there";
        return;
    }
    if (!provider.api_key_env.empty()) {
        status.usable = environment(provider.api_key_env).has_value();
        status.finding =
            fmt::format("{} in {}", status.usable ? "key" : "needs a key", provider.api_key_env);
        return;
    }
    const auto seen = std::ranges::find(detected, provider.name, &gateway::Detected::provider);
    status.usable = seen != detected.end();
    status.finding = status.usable ? fmt::format("credentials in {}", seen->variable)
                     : provider.kind == gateway::ProviderKind::Bedrock
                         ? "needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                         : "needs no key";
}

}  // namespace

Result<std::vector<cli::ProviderStatus>> find_providers(cli::InstallationOptions options)
{
    Config config = TRY(load_config(options.config_file));
    if (!options.provider.empty())
        config.models = TRY(gateway::with_provider(std::move(config.models), options.provider));
    const std::vector<gateway::Detected> detected = gateway::detect(environment);
    std::vector<cli::ProviderStatus> statuses;
    for (const gateway::ProviderConfig& provider : config.models.providers) {
        cli::ProviderStatus status;
        status.name = provider.name;
        status.chosen = provider.name == config.models.default_provider;
        look(provider, detected, status);
        statuses.push_back(std::move(status));
    }
    return statuses;
}

}  // namespace weft::server
