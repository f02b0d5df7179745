#include "asl/yaml.h"
#include "async/io_loop.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/definition_file.h"
#include "cli/listen_address.h"
#include "cli/signals.h"
#include "net/http_server.h"

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

// Stands before the API until the stores are recovered: the port is taken before that, so that a
// server whose port is in use ends before executions go on.
class Gate final : public net::Handler {
public:
    explicit Gate(net::Handler& api) : m_api(api) {}

    void open() { m_open.store(true, std::memory_order_release); }
    void handle(async::Loop& loop, const net::ServerRequest& request,
                std::shared_ptr<net::Responder> responder) override
    {
        if (m_open.load(std::memory_order_acquire))
            return m_api.handle(loop, request, std::move(responder));
        net::ServerResponse starting;
        starting.status = 503;
        starting.content_type = "application/x-amz-json-1.0";
        starting.headers = {{"Retry-After", "1"}};
        starting.body = R"({"__type":"ServiceUnavailable","message":"weft is starting"})";
        responder->respond(std::move(starting));
    }

private:
    net::Handler& m_api;
    std::atomic<bool> m_open{false};
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
    const catalog::StateMachine there =
        TRY(ask<catalog::StateMachine>(loop, [&](runtime::Callback<catalog::StateMachine> reply) {
            runtime.describe_machine(loop, arn, std::move(reply));
        }));
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

}  // namespace

int serve_command(const Session& session, const Arguments& arguments)
{
    Result<ListenAddress> address =
        parse_listen_address(arguments.value("--listen", "127.0.0.1:8083"));
    if (!address) return session.unusable(address.error().message);
    const Result<std::vector<Registration>> registrations = read_registrations(arguments);
    if (!registrations) return session.unusable(registrations.error().message);

    EndSignal end;
    InstallationOptions options = installation_options(arguments);
    options.data_folder = arguments.value("--data", "./weft-data");
    options.failed = [&end](const Error& failure) { end.report(failure); };
    const std::string data = options.data_folder;
    const Limits limits = limits_for(options.limits);
    Result<std::unique_ptr<Installation>> made = session.factories.durable(std::move(options));
    if (!made) return session.unusable(made.error().message);
    Installation& installation = **made;

    Gate gate(*installation.api());
    net::ServerOptions server_options;
    server_options.host = address->host;
    server_options.port = address->port;
    server_options.body_bytes_max = limits.request_bytes_max;
    const std::vector<async::IoLoop*> io_loops = installation.loops();
    Result<std::unique_ptr<net::HttpServer>> server = net::HttpServer::listen(
        std::vector<async::Loop*>(io_loops.begin(), io_loops.end()), gate, server_options);
    if (!server) return session.unusable(server.error().message);
    address->port = (*server)->port();

    async::Loop& home = *installation.loops().front();
    const auto give_up = [&](const Error& error) {
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
    gate.open();
    const std::string url = address->url();
    session.out.write(fmt::format("weft is ready on {}\n"
                                  "  data      {}\n{}"
                                  "  try       aws --endpoint-url {} stepfunctions "
                                  "list-state-machines\n",
                                  url, data, *machines, url));

    const std::optional<Error> failure = end.wait();
    end.arm(shut_down_seconds_max);
    if (failure) {
        // What was written is not known: nothing may be said to anybody any more. The next start
        // reads the truth.
        session.err.write(fmt::format("{} {}\n", session.err.paint(Colour::Red, "weft: error:"),
                                      failure->message));
        ::_exit(exit_failed);
    }
    (*server)->stop(requests_grace);
    installation.stop();
    return exit_done;
}

}  // namespace weft::cli
