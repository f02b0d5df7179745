#include "asl/yaml.h"
#include "async/io_loop.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/definition_file.h"
#include "cli/listen_address.h"
#include "cli/serve_settings.h"
#include "cli/signals.h"
#include "net/http_server.h"
#include "observability/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <set>
#include <unistd.h>
#include <utility>

namespace weft::cli {

namespace {

constexpr std::chrono::milliseconds requests_grace{1'500};
constexpr unsigned shut_down_seconds_max = 5;

// Calls an operation of the runtime on `loop` and waits for its answer.
template <class T, class Start> Result<T> ask(async::Loop& loop, Start start)
{
    std::promise<Result<T>> promise;
    std::future<Result<T>> answer = promise.get_future();
    loop.post([&] {
        start(runtime::Callback<T>(
            [&promise](Result<T> result) { promise.set_value(std::move(result)); }));
    });
    return answer.get();
}

// Whether requests are served yet.
using Ready = std::atomic<bool>;

// Stands before the API until the stores are recovered: the port is taken before that, so that a
// server whose port is in use ends before executions go on. GET /healthz tells that the process
// lives, /readyz whether it serves.
class Gate final : public net::Handler {
public:
    // `always`: the next handler is asked even before.
    Gate(net::Handler& next, const Ready& ready, bool always)
        : m_next(next), m_ready(ready), m_always(always)
    {
    }

    void handle(async::Loop& loop, const net::ServerRequest& request,
                std::shared_ptr<net::Responder> responder) override
    {
        const bool ready = m_ready.load(std::memory_order_acquire);
        const bool asks = request.method == "GET";
        if (asks && request.target == "/healthz") return responder->respond(health("ok", 200));
        if (asks && request.target == "/readyz")
            return responder->respond(ready ? health("ready", 200) : health("starting", 503));
        if (ready || m_always) return m_next.handle(loop, request, std::move(responder));
        net::ServerResponse starting;
        starting.status = 503;
        starting.content_type = "application/x-amz-json-1.0";
        starting.headers = {{"Retry-After", "1"}};
        starting.body = R"({"__type":"ServiceUnavailable","message":"weft is starting"})";
        responder->respond(std::move(starting));
    }

private:
    static net::ServerResponse health(std::string_view status, int code)
    {
        net::ServerResponse response;
        response.status = code;
        response.content_type = "application/json";
        response.body = fmt::format(R"({{"status":"{}"}})", status);
        return response;
    }

    net::Handler& m_next;
    const Ready& m_ready;
    const bool m_always;
};

struct Registration {
    DefinitionFile file;
    std::string name;
    catalog::MachineType type = catalog::MachineType::Standard;
    std::string definition;  // as it is stored: JSON
};

// The files as machines to register. Everything wrong is found before anything is started.
Result<std::vector<Registration>> read_registrations(const Arguments& arguments)
{
    const Definitions definitions = TRY(read_definitions(arguments.values("--define")));
    std::vector<Registration> registrations;
    std::set<std::string> names;
    for (const std::string& path : arguments.operands) {
        Registration one;
        one.file = TRY(read_definition(path, definitions));
        one.name = one.file.machine_name();
        if (!names.insert(one.name).second)
            return fail(ErrorCode::InvalidInput, "two files would be the machine '{}': {}",
                        one.name, path);
        if (one.file.express_by_name()) one.type = catalog::MachineType::Express;
        one.definition =
            one.file.yaml ? TRY(asl::yaml_to_json(one.file.written)) : one.file.definition;
        registrations.push_back(std::move(one));
    }
    for (const std::string& name : arguments.values("--express")) {
        const auto found = std::ranges::find(registrations, name, &Registration::name);
        if (found == registrations.end()) {
            const std::vector<std::string_view> known(names.begin(), names.end());
            return fail(ErrorCode::InvalidInput, "--express: no file given is the machine '{}'{}",
                        name, did_you_mean(name, known));
        }
        found->type = catalog::MachineType::Express;
    }
    return registrations;
}

// Creates the machine, or brings the one of this name up to date.
Result<std::string> put_machine(Installation& installation, const Registration& one)
{
    async::Loop& loop = *installation.loops().front();
    runtime::Runtime& runtime = installation.runtime();
    runtime::CreateMachine create;
    create.scope = installation.scope();
    create.name = one.name;
    create.definition = one.definition;
    create.role_arn = local_role_arn;
    create.type = one.type;
    const std::string arn = fmt::format("arn:aws:states:{}:{}:stateMachine:{}", create.scope.region,
                                        create.scope.account, one.name);
    Result<catalog::StateMachine> created =
        ask<catalog::StateMachine>(loop, [&](runtime::Callback<catalog::StateMachine> reply) {
            runtime.create_machine(loop, create, std::move(reply));
        });
    if (created) return created->arn;
    if (created.error().code != ErrorCode::StateMachineAlreadyExists)
        return tl::unexpected(std::move(created).error());
    const runtime::MachineDescription described = TRY(ask<runtime::MachineDescription>(
        loop, [&](runtime::Callback<runtime::MachineDescription> reply) {
            runtime.describe_machine(loop, arn, std::move(reply));
        }));
    const catalog::StateMachine& there = described.machine;
    if (there.type != one.type)
        return fail(ErrorCode::InvalidInput,
                    "the machine '{}' is kept as {} and cannot become {}; delete it or use another "
                    "name",
                    one.name, there.type == catalog::MachineType::Express ? "Express" : "Standard",
                    one.type == catalog::MachineType::Express ? "Express" : "Standard");
    runtime::UpdateMachine update;
    update.arn = arn;
    update.definition = one.definition;
    TRY(ask<runtime::UpdatedMachine>(loop, [&](runtime::Callback<runtime::UpdatedMachine> reply) {
        runtime.update_machine(loop, update, std::move(reply));
    }));
    return arn;
}

Result<std::string> register_machines(const Session& session, Installation& installation,
                                      const std::vector<Registration>& registrations)
{
    std::string lines;
    for (const Registration& one : registrations) {
        const bool express = one.type == catalog::MachineType::Express;
        Result<std::string> arn = put_machine(installation, one);
        if (!arn) {
            if (arn.error().code == ErrorCode::InvalidDefinition)
                session.err.write(describe_findings(
                    one.file, why_refused(one.file, express ? asl::MachineType::Express
                                                            : asl::MachineType::Standard)));
            return fail(arn.error().code, "{}: {}", one.file.path, arn.error().message);
        }
        lines += fmt::format("  {}  {} ({})\n", lines.empty() ? "machines" : "        ", *arn,
                             express ? "Express" : "Standard");
    }
    return lines;
}

struct Addresses {
    ServeSettings settings;
    ListenAddress api;
    std::optional<ListenAddress> admin;
};

// Configuration and flags put together, and whether what they ask for may be.
Result<Addresses> addresses_of(const Session& session, const Arguments& arguments)
{
    Addresses out;
    ServeSettings& settings = out.settings;
    settings = TRY(session.factories.serve_settings(installation_options(arguments)));
    if (arguments.has("--insecure-http")) settings.insecure_http = true;
    if (arguments.has("--tls-certificate") || arguments.has("--tls-key")) {
        if (!settings.http.tls) settings.http.tls.emplace();
        net::TlsFiles& files = *settings.http.tls;
        files.certificate = arguments.value("--tls-certificate", files.certificate);
        files.key = arguments.value("--tls-key", files.key);
        if (files.certificate.empty() || files.key.empty())
            return fail(ErrorCode::InvalidInput,
                        "TLS needs both a certificate and its key: --tls-certificate, --tls-key");
    }
    if (arguments.has("--log-level"))
        settings.log_level = observability::level_of(arguments.value("--log-level"));
    if (arguments.has("--log-format"))
        settings.log_form = observability::form_of(arguments.value("--log-format"));
    const std::string listen = arguments.value("--listen", settings.listen);
    out.api = TRY(parse_listen_address(listen.empty() ? "127.0.0.1:8083" : listen));
    TRY(check_exposure(settings, out.api));
    const std::string admin = arguments.value("--admin", settings.admin);
    if (admin.empty()) return out;
    out.admin = TRY(parse_listen_address(admin, "--admin"));
    TRY(check_admin_exposure(settings, *out.admin));
    return out;
}

// Metrics and health: few connections, small requests.
Result<std::unique_ptr<net::HttpServer>> listen_admin(const ListenAddress& address, Gate& gate,
                                                      const std::vector<async::IoLoop*>& loops)
{
    net::ServerOptions options;
    options.host = address.host;
    options.port = address.port;
    options.connections_max = 100;
    options.header_bytes_max = std::size_t{16} << 10;
    options.body_bytes_max = std::size_t{16} << 10;
    return net::HttpServer::listen(std::vector<async::Loop*>(loops.begin(), loops.end()), gate,
                                   options);
}

// A line for each fact of the start that an operator looks for, once somebody has asked for a log.
void log_start(const std::string& url, const std::string& data, const ServeSettings& settings)
{
    using observability::Level;
    observability::log(Level::Info, "serve",
                       {{"what", "started"}, {"version", WEFT_VERSION}, {"url", url}});
    observability::log(Level::Info, "serve", {{"what", "data folder"}, {"folder", data}});
    observability::log(Level::Info, "serve",
                       {{"what", "requests"},
                        {"verified", settings.verified ? "yes" : "no"},
                        {"tls", settings.http.tls ? "yes" : "no"}});
}

// What is wrong is said, and what there was goes on.
void reload(Installation& installation, net::HttpServer& server)
{
    const Result<> keys = installation.reload();
    const Result<> tls = server.reload_tls();
    for (const Result<>* result : {&keys, &tls})
        if (!*result)
            observability::log(observability::Level::Error, "serve",
                               {{"what", "cannot reload"}, {"error", result->error().message}});
    if (keys && tls)
        observability::log(observability::Level::Info, "serve",
                           {{"what", "keys and certificate were read again"}});
}

}  // namespace

int serve_command(const Session& session, const Arguments& arguments)
{
    Result<Addresses> addresses = addresses_of(session, arguments);
    if (!addresses) return session.unusable(addresses.error().message);
    const ServeSettings& settings = addresses->settings;
    observability::set_level(settings.log_level.value_or(observability::Level::Info));
    observability::set_form(settings.log_form.value_or(observability::Form::Text));
    const Result<std::vector<Registration>> registrations = read_registrations(arguments);
    if (!registrations) return session.unusable(registrations.error().message);

    EndSignal end;
    InstallationOptions options = installation_options(arguments);
    options.data_folder = arguments.value("--data", "./weft-data");
    options.failed = [&end](const Error& failure) { end.report(failure); };
    if (arguments.has("--retention")) {
        const Result<Milliseconds> retention = parse_retention(arguments.value("--retention"));
        if (!retention) return session.unusable("--retention: " + retention.error().message);
        options.retention = *retention;
    }
    const std::string data = options.data_folder;
    const Limits limits = limits_for(options.limits);
    Result<std::unique_ptr<Installation>> made = session.factories.durable(std::move(options));
    if (!made) return session.unusable(made.error().message);
    Installation& installation = **made;

    Ready ready{false};
    Gate gate(*installation.api(), ready, false);
    Gate admin_gate(*installation.admin(), ready, true);
    ListenAddress& address = addresses->api;
    net::ServerOptions server_options = settings.http;
    server_options.host = address.host;
    server_options.port = address.port;
    server_options.body_bytes_max = limits.request_bytes_max;
    const std::vector<async::IoLoop*> io_loops = installation.loops();
    Result<std::unique_ptr<net::HttpServer>> server = net::HttpServer::listen(
        std::vector<async::Loop*>(io_loops.begin(), io_loops.end()), gate, server_options);
    if (!server) return session.unusable(server.error().message);
    address.port = (*server)->port();
    std::unique_ptr<net::HttpServer> admin;
    if (addresses->admin) {
        Result<std::unique_ptr<net::HttpServer>> listening =
            listen_admin(*addresses->admin, admin_gate, io_loops);
        if (!listening) return session.unusable(listening.error().message);
        admin = *std::move(listening);
        addresses->admin->port = admin->port();
    }

    async::Loop& home = *installation.loops().front();
    const auto give_up = [&](const Error& error) {
        if (admin) admin->stop(std::chrono::milliseconds(0));
        (*server)->stop(std::chrono::milliseconds(0));
        installation.stop();
        return session.unusable(error.message);
    };
    const Result<> recovered = ask<void>(home, [&](runtime::Callback<void> reply) {
        installation.runtime().recover(home, std::move(reply));
    });
    if (!recovered) return give_up(recovered.error());
    const Result<std::string> machines = register_machines(session, installation, *registrations);
    if (!machines) return give_up(machines.error());
    ready.store(true, std::memory_order_release);
    const std::string url = address.url(settings.http.tls ? "https" : "http");
    session.out.write(fmt::format(
        "weft is ready on {}\n"
        "  data      {}\n{}{}"
        "  try       aws --endpoint-url {} stepfunctions "
        "list-state-machines\n",
        url, data, *machines,
        admin ? fmt::format("  metrics   {}/metrics\n", addresses->admin->url()) : std::string(),
        url));
    if (settings.log_level || settings.log_form) log_start(url, data, settings);

    const std::optional<Error> failure = end.wait([&] { reload(installation, **server); });
    end.arm(shut_down_seconds_max);
    if (failure) {
        // What was written is not known: nothing may be said to anybody any more. The next start
        // reads the truth.
        session.err.write(fmt::format("{} {}\n", session.err.paint(Colour::Red, "weft: error:"),
                                      failure->message));
        ::_exit(exit_failed);
    }
    ready.store(false, std::memory_order_release);
    (*server)->stop(requests_grace);
    installation.stop();
    if (admin) admin->stop(std::chrono::milliseconds(0));
    return exit_done;
}

}  // namespace weft::cli
