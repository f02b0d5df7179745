#include "base/entropy.h"
#include "cli/command.h"
#include "cli/eval_batch.h"
#include "cli/text_file.h"
#include "cli/time_meter.h"
#include "intrinsics/expression.h"
#include "jsonata/expression.h"
#include "jsonpath/path.h"
#include "json/write.h"

#include <fmt/format.h>

#include <iostream>
#include <random>
#include <vector>

namespace weft::cli {

namespace {

constexpr std::uint64_t fuel = 100'000'000;
constexpr std::chrono::seconds time_max{60};  // of a JSONata expression

struct Evaluated {
    int status = exit_done;
    Result<json::Value> value;
};

Evaluated evaluate_path(const std::string& text, const jsonpath::Roots& roots, Meter& meter)
{
    const Result<jsonpath::Path> path = jsonpath::Path::parse(text);
    if (!path) return {exit_unusable, tl::unexpected(path.error())};
    Result<json::Value> value = jsonpath::evaluate(*path, roots, meter);
    const int status = value ? exit_done : exit_failed;
    return {status, std::move(value)};
}

Evaluated evaluate_intrinsic(const std::string& text, const jsonpath::Roots& roots, Meter& meter)
{
    const Result<intrinsics::Expression> expression = intrinsics::Expression::parse(text);
    if (!expression) return {exit_unusable, tl::unexpected(expression.error())};
    std::random_device device;
    Entropy entropy((std::uint64_t{device()} << 32) | device());
    Result<json::Value> value = intrinsics::evaluate(*expression, roots, entropy, meter);
    const int status = value ? exit_done : exit_failed;
    return {status, std::move(value)};
}

std::string shown(const jsonata::Fault& fault)
{
    if (!fault.position) return describe(fault);
    return fmt::format("{} (at {})", describe(fault), *fault.position);
}

int evaluate_jsonata(const Session& session, const Arguments& arguments, const json::Value& input)
{
    const auto expression = jsonata::Expression::compile(arguments.value("--jsonata"));
    if (!expression) return session.unusable(shown(expression.error()));
    json::Value variables = json::Value::object();
    if (arguments.has("--bindings")) {
        Result<json::Value> read = read_json_argument(arguments.value("--bindings"), Limits{});
        if (!read) return session.unusable(read.error().message);
        if (!read->is_object()) return session.unusable("--bindings must be a JSON object");
        variables = std::move(*read);
    }
    std::vector<jsonata::Binding> bindings;
    for (const json::Member& member : variables.members())
        bindings.push_back({member.key.view(), member.value});
    std::random_device device;
    Entropy entropy((std::uint64_t{device()} << 32) | device());
    TimeMeter meter(time_max);
    jsonata::Environment environment;
    environment.input = &input;
    environment.bindings = bindings;
    environment.now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    environment.entropy = &entropy;
    environment.meter = &meter;
    const auto outcome = jsonata::evaluate(**expression, environment);
    if (!outcome) {
        session.unusable(shown(outcome.error()));
        return exit_failed;
    }
    switch (outcome->kind) {
    case jsonata::Outcome::Kind::Value:
        return session.out.write(json::write_pretty(outcome->value) + "\n") ? exit_done
                                                                            : exit_failed;
    case jsonata::Outcome::Kind::Undefined: break;
    case jsonata::Outcome::Kind::Function:
        session.unusable("the result is a function, which has no JSON");
        return exit_failed;
    }
    session.err.write("undefined\n");
    return exit_done;
}

// One question a line, until the input ends.
int answer_batch(const Session& session)
{
    std::string line;
    while (std::getline(std::cin, line)) {
        if (line.empty()) continue;
        if (!session.out.write(answer_question(line) + "\n")) return exit_failed;
    }
    return exit_done;
}

}  // namespace

int eval_command(const Session& session, const Arguments& arguments)
{
    const bool batch = arguments.has("--batch");
    const bool path = arguments.has("--jsonpath");
    const bool jsonata = arguments.has("--jsonata");
    if (batch + path + jsonata + arguments.has("--intrinsic") != 1)
        return session.unusable("`weft eval` needs one of --jsonata EXPR, --jsonpath PATH, "
                                "--intrinsic EXPR and --batch\nTry: weft eval --help");
    if (batch) return answer_batch(session);
    const Result<json::Value> input = read_json_argument(arguments.value("--input"), Limits{});
    if (!input) return session.unusable(input.error().message);
    if (jsonata) return evaluate_jsonata(session, arguments, *input);

    jsonpath::Roots roots;
    roots.input = &*input;
    StepMeter meter(fuel);
    const Evaluated evaluated =
        path ? evaluate_path(arguments.value("--jsonpath"), roots, meter)
             : evaluate_intrinsic(arguments.value("--intrinsic"), roots, meter);
    if (evaluated.value)
        return session.out.write(json::write_pretty(*evaluated.value) + "\n") ? exit_done
                                                                              : exit_failed;
    session.unusable(evaluated.value.error().message);
    return evaluated.status;
}

}  // namespace weft::cli
