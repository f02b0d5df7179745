#include "base/entropy.h"
#include "cli/command.h"
#include "cli/text_file.h"
#include "intrinsics/expression.h"
#include "jsonpath/path.h"
#include "json/write.h"

#include <fmt/format.h>

#include <random>

namespace weft::cli {

namespace {

constexpr std::uint64_t fuel = 100'000'000;

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

}  // namespace

int eval_command(const Session& session, const Arguments& arguments)
{
    const bool path = arguments.has("--jsonpath");
    if (path == arguments.has("--intrinsic"))
        return session.unusable("`weft eval` needs either --jsonpath PATH or --intrinsic EXPR\n"
                                "Try: weft eval --help");
    const Result<json::Value> input = read_json_argument(arguments.value("--input"), Limits{});
    if (!input) return session.unusable(input.error().message);

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
