#include "cli/history_view.h"

#include "base/overloaded.h"
#include "history/event_table.h"
#include "history/wire.h"
#include "json/write.h"

#include <fmt/format.h>

#include <iterator>

namespace weft::cli {

namespace {

std::string failure_text(const std::optional<json::String>& error,
                         const std::optional<json::String>& cause)
{
    std::string out(error ? error->view() : std::string_view());
    if (cause && !cause->empty()) {
        if (!out.empty()) out += ": ";
        out += cause->view();
    }
    return out;
}

// What the event is about, in a few words.
std::string subject(const history::Event& event)
{
    return std::visit(
        overloaded{
            [](const history::StateEntered& details) { return std::string(details.name.view()); },
            [](const history::StateExited& details) { return std::string(details.name.view()); },
            [](const history::Failure& details) {
                return failure_text(details.error, details.cause);
            },
            [](const history::ExecutionRedriven& details) {
                return fmt::format("redrive {}", details.redrive_count);
            },
            [](const history::Boxed<history::TaskScheduled>& details) {
                return std::string(details->resource.view());
            },
            [](const history::Boxed<history::TaskFailure>& details) {
                return failure_text(details->error, details->cause);
            },
            [](const history::Boxed<history::MapStarted>& details) {
                return fmt::format("{} items", details->length);
            },
            [](const history::MapIteration& details) {
                return fmt::format("{} #{}", details.name.view(), details.index);
            },
            [](const history::Boxed<history::EvaluationFailed>& details) {
                return failure_text(details->error, details->cause);
            },
            [](const auto&) { return std::string(); },
        },
        event.details);
}

}  // namespace

std::string history_lines(const std::vector<history::Event>& events)
{
    std::string out;
    for (const history::Event& event : events) {
        json::write_to(out, history::to_wire(event));
        out += '\n';
    }
    return out;
}

std::string history_table(const std::vector<history::Event>& events, const Terminal& terminal)
{
    std::string out =
        terminal.paint(Colour::Dim, fmt::format("{:>6}  {:>10}  {:<30}", "id", "seconds", "event"));
    out += '\n';
    const std::size_t columns = terminal.columns() - 1;
    for (const history::Event& event : events) {
        const double seconds =
            static_cast<double>((event.time - events.front().time).count()) / 1'000;
        std::string row = fmt::format("{:>6}  {:>10.3f}  {:<30}  {}", event.id, seconds,
                                      history::event_row(event.type).name, subject(event));
        for (char& c : row)
            if (static_cast<unsigned char>(c) < 0x20) c = ' ';
        out += cut_to(row, columns);
        out += '\n';
    }
    return out;
}

}  // namespace weft::cli
