#include "cli/command.h"
#include "cli/definition_file.h"
#include "cli/history_view.h"
#include "cli/progress.h"
#include "cli/run_model.h"
#include "cli/text_file.h"
#include "json/write.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace weft::cli {

namespace {

// Sees the one execution there is: where it stands, and on request all of its events.
class Watcher final : public runtime::Observer {
public:
    explicit Watcher(bool keep_events) : m_keep_events(keep_events) {}

    void on_events(const std::string&, const std::vector<history::Event>& events) override
    {
        std::vector<RunModel::Line> ended;
        for (const history::Event& event : events) {
            m_model.apply(event, ended);
            if (m_keep_events && event.id != 0) m_events.push_back(event);
        }
        if (m_progress) m_progress->update(m_model, std::move(ended));
    }

    void show(const Terminal& terminal, async::Loop& loop) { m_progress.emplace(terminal, loop); }
    void finish()
    {
        if (m_progress) m_progress->finish();
        m_progress.reset();
    }
    const RunModel& model() const { return m_model; }
    const std::vector<history::Event>& events() const { return m_events; }

private:
    RunModel m_model;
    std::vector<history::Event> m_events;
    bool m_keep_events;
    std::optional<Progress> m_progress;
};

// Registers the definition and runs it once, on the installation's loop, which it stops at the end.
class OneRun {
public:
    OneRun(Installation& installation, runtime::CreateMachine machine, runtime::StartRequest start)
        : m_installation(installation), m_machine(std::move(machine)), m_start(std::move(start))
    {
    }

    Result<runtime::ExecutionDescription> run()
    {
        async::IoLoop& loop = *m_installation.loops().front();
        m_express = m_machine.type == catalog::MachineType::Express;
        loop.post([this, &loop] {
            m_installation.runtime().create_machine(
                loop, std::move(m_machine),
                [this, &loop](Result<catalog::StateMachine> machine) { created(loop, machine); });
        });
        loop.run();
        return std::move(*m_end);
    }

private:
    using Description = runtime::ExecutionDescription;

    void created(async::Loop& loop, const Result<catalog::StateMachine>& machine)
    {
        if (!machine) return end(tl::unexpected(machine.error()));
        m_start.machine_arn = machine->arn;
        if (m_express) {
            m_installation.runtime().start_sync(
                loop, std::move(m_start), [this](Result<runtime::SyncReply> reply) {
                    if (!reply) return end(tl::unexpected(std::move(reply).error()));
                    end(std::move(reply->execution));
                });
            return;
        }
        m_installation.runtime().start(
            loop, std::move(m_start), [this, &loop](Result<runtime::StartReply> started) {
                if (!started) return end(tl::unexpected(std::move(started).error()));
                m_installation.runtime().wait(
                    loop, started->execution_arn,
                    [this](Result<Description> ended) { end(std::move(ended)); });
            });
    }

    void end(Result<Description> result)
    {
        m_end = std::move(result);
        m_installation.loops().front()->stop();
    }

    Installation& m_installation;
    runtime::CreateMachine m_machine;
    runtime::StartRequest m_start;
    bool m_express = false;
    std::optional<Result<Description>> m_end;
};

std::string indented(std::string_view text)
{
    std::string out = "  ";
    for (const char c : text) {
        out += c;
        if (c == '\n') out += "  ";
    }
    return out;
}

std::string_view status_text(journal::RunStatus status)
{
    switch (status) {
    case journal::RunStatus::TimedOut: return "TIMED_OUT";
    case journal::RunStatus::Aborted: return "ABORTED";
    default: return "FAILED";
    }
}

void report_failure(const Session& session, const runtime::ExecutionDescription& end,
                    const std::string& state)
{
    std::string text = session.err.paint(Colour::Red, status_text(end.status));
    if (!state.empty()) text += fmt::format(" in state '{}'", state);
    if (end.error && !end.error->empty())
        text += ": " + session.err.paint(Colour::Bold, *end.error);
    text += '\n';
    if (end.cause && !end.cause->empty()) text += indented(*end.cause) + "\n";
    session.err.write(text);
}

}  // namespace

int run_command(const Session& session, const Arguments& arguments)
{
    const Result<Definitions> definitions = read_definitions(arguments.values("--define"));
    if (!definitions) return session.unusable(definitions.error().message);
    const Result<DefinitionFile> file = read_definition(arguments.operands.front(), *definitions);
    if (!file) return session.unusable(file.error().message);

    const bool with_history = arguments.has("--history");
    Watcher watcher(with_history);
    InstallationOptions options = installation_options(arguments);
    const Limits limits = limits_for(options.limits);
    options.observer = &watcher;
    Result<json::Value> input = read_json_argument(arguments.value("--input"), limits);
    if (!input) return session.unusable(input.error().message);
    Result<std::unique_ptr<Installation>> installation =
        session.factories.in_process(std::move(options));
    if (!installation) return session.unusable(installation.error().message);

    runtime::CreateMachine machine;
    machine.scope = (*installation)->scope();
    machine.name = "main";
    machine.definition = file->definition;
    machine.role_arn = local_role_arn;
    const bool express = arguments.has("--express");
    if (express) machine.type = catalog::MachineType::Express;
    runtime::StartRequest start;
    start.name = arguments.value("--name");
    start.input = *std::move(input);
    if (session.err.interactive) watcher.show(session.err, *(*installation)->loops().front());

    OneRun run(**installation, std::move(machine), std::move(start));
    const Result<runtime::ExecutionDescription> end = run.run();
    watcher.finish();
    if (!end) {
        if (end.error().code != ErrorCode::InvalidDefinition)
            return session.unusable(end.error().message);
        // The runtime's answer has AWS's words; people get places in the file as well.
        const asl::MachineType type =
            express ? asl::MachineType::Express : asl::MachineType::Standard;
        const std::string findings = describe_findings(*file, why_refused(*file, type));
        session.err.write(findings);
        return session.unusable(fmt::format("{} is not a valid state machine{}", file->path,
                                            findings.empty() ? ": " + end.error().message : ""));
    }
    const bool succeeded = end->status == journal::RunStatus::Succeeded;
    std::string text;
    if (with_history)
        text = session.out.interactive ? history_table(watcher.events(), session.out)
                                       : history_lines(watcher.events());
    if (succeeded && (!with_history || session.out.interactive))
        text += json::write_pretty(end->output.value_or(json::Value())) + "\n";
    const bool written = session.out.write(text);
    if (!succeeded) report_failure(session, *end, watcher.model().failed_state());
    return succeeded && written ? exit_done : exit_failed;
}

}  // namespace weft::cli
