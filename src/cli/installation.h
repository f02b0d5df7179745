#pragma once

#include "async/io_loop.h"
#include "base/limits.h"
#include "base/result.h"
#include "cli/serve_settings.h"
#include "cli/store_report.h"
#include "net/http_server.h"
#include "runtime/requests.h"
#include "runtime/runtime.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::cli {

// The role of machines that are made at the command line, where nobody names one.
inline constexpr const char* local_role_arn = "arn:aws:iam::123456789012:role/weft";

// What a command says about the installation it wants.
struct InstallationOptions {
    std::string config_file;  // empty: ./weft.yaml if there is one
    std::string mocks_file;   // empty: none
    std::string provider;     // empty: as the configuration says
    LimitsProfile limits = LimitsProfile::Weft;
    std::string data_folder;                   // a durable one only
    std::optional<Milliseconds> retention;     // likewise; none: as the configuration says
    runtime::Observer* observer = nullptr;     // must outlive the installation
    std::function<void(const Error&)> failed;  // a durable one whose disk failed; any thread
};

// A runtime and all it stands on. The destructor stops the loops and closes the stores; what should
// be flushed in order goes through stop() first.
class Installation {
public:
    virtual ~Installation() = default;

    virtual runtime::Runtime& runtime() = 0;
    // The AWS APIs, behind the verification of requests if keys are configured; null in an
    // installation that serves nobody.
    virtual net::Handler* api() = 0;
    // GET /metrics for the admin address; null likewise.
    virtual net::Handler* admin() { return nullptr; }
    // Reads the keys anew that the configuration names; errors leave those there are. Any thread.
    virtual Result<> reload() { return {}; }
    // The loops; those of a durable installation run on threads of their own, the only one of an
    // installation in this process is run by the caller.
    virtual std::vector<async::IoLoop*> loops() = 0;
    // Where its own resources live, by weft.yaml.
    virtual const runtime::Scope& scope() const = 0;
    // Ends what is under way and closes the stores; blocks. Not on a loop.
    virtual void stop() = 0;
};

// A provider of models as `weft providers` shows it. Holds no secret.
struct ProviderStatus {
    std::string name;     // what --provider takes
    std::string where;    // who answers: "embedded", "api.anthropic.com"
    std::string finding;  // "key in ANTHROPIC_API_KEY", "no server at 127.0.0.1:11434"
    bool usable = false;  // as far as one can tell without asking for an answer
    bool chosen = false;  // answers the models that no route names
};

// Named ways to what only server/ knows: concrete stores, providers, configuration.
struct Factories {
    using Make = std::function<Result<std::unique_ptr<Installation>>(InstallationOptions)>;

    Make in_process;  // forgets everything at its end; one loop, no thread
    Make durable;     // keeps everything in the data folder
    // How to listen, by the configuration. Errors: Io, InvalidInput.
    std::function<Result<ServeSettings>(const InstallationOptions&)> serve_settings;
    // Which providers there are. Looks at variables and at local ports; sends nothing.
    std::function<Result<std::vector<ProviderStatus>>(InstallationOptions)> providers;
    // Looks at a data folder without changing it. Errors: NotFound, Locked (a server uses it), Io,
    // Corrupt (no database at all), Unsupported (of another version).
    std::function<Result<StoreReport>(const std::string& folder)> check_store;
    // An environment variable; none when it is empty.
    std::function<std::optional<std::string>(std::string_view)> environment;
};

}  // namespace weft::cli
