// Layers: jsonata

// The expressions of bench/bench_jsonata.json: evaluations and compilations per second of processor
// time, sixteen different inputs in rotation, and the sha1 of the first input's result, by which
// the npm package's run (bench/bench_jsonata_npm.mjs) shows that it did the same work.
//
//     jsonata_bench [--spec bench/bench_jsonata.json] [--json OUT.json] [--seconds 0.2] [--only ID]
//
// bench/run runs the two in turns and compares them.

#include "encoding/hash.h"
#include "encoding/hex.h"
#include "jsonata/expression.h"
#include "json/parse.h"
#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>

namespace {

using namespace weft;
using json::Member;
using json::Value;

constexpr std::size_t inputs = 16;

// The generator of bench_jsonata_npm.mjs, step for step.
class Orders {
public:
    Value make(int count)
    {
        std::vector<Value> orders;
        for (int i = 0; i < count; ++i) orders.push_back(order(i));
        return Value::object({{"invoiceRun", "run-1"},
                              {"currency", "USD"},
                              {"orders", Value::array(std::move(orders))}});
    }

private:
    std::int64_t next(std::int64_t n)
    {
        // In doubles, as JavaScript computes it.
        m_seed = std::fmod(m_seed * 1103515245 + 12345, 2147483648);
        return static_cast<std::int64_t>(m_seed / 65536) % n;
    }
    const char* pick(std::initializer_list<const char*> list)
    {
        return list.begin()[next(static_cast<std::int64_t>(list.size()))];
    }
    static Value number(double value)
    {
        return value == std::floor(value) ? Value(static_cast<std::int64_t>(value)) : Value(value);
    }
    Value order(int i)
    {
        std::vector<Value> lines;
        double sum = 0;
        const std::int64_t count = 1 + next(6);
        for (std::int64_t k = 0; k < count; ++k) {
            const std::int64_t quantity = 1 + next(9);
            const std::int64_t cents = 99 + next(19900);
            const double price = static_cast<double>(cents) / 100;
            const std::string sku = fmt::format("SKU-{}", 1000 + next(500));
            const std::string description = fmt::format("Item {}", next(10000));
            const double rates[] = {0, 0.05, 0.2};
            lines.push_back(Value::object({{"sku", sku},
                                           {"description", description},
                                           {"quantity", quantity},
                                           {"unitPrice", number(price)},
                                           {"taxRate", number(rates[next(3)])}}));
            sum += static_cast<double>(quantity) * price;
        }
        const double total = std::floor(sum * 100 + 0.5) / 100;
        const char* status = pick({"PAID", "PENDING", "CANCELLED", "SHIPPED"});
        const std::int64_t month = 1 + next(12);
        const std::int64_t day = 1 + next(28);
        const std::string created =
            fmt::format("2025-{:02}-{:02}T{:02}:00:00Z", month, day, next(24));
        const std::string customer = fmt::format("cust-{}", next(200));
        const char* first = pick({"Ana", "Ben", "Chloe", "Dev", "Elif", "Femi"});
        const char* last = pick({"Garcia", "Okafor", "Smith", "Tanaka", "Rivera", "Novak"});
        const char* region = pick({"eu-west", "us-east", "ap-south", "sa-east"});
        return Value::object({{"id", fmt::format("ord-{:06}", i)},
                              {"status", status},
                              {"createdAt", created},
                              {"customer", Value::object({{"id", customer},
                                                          {"firstName", first},
                                                          {"lastName", last},
                                                          {"region", region}})},
                              {"lines", Value::array(std::move(lines))},
                              {"total", number(total)}});
    }

    double m_seed = 12345;
};

// The input number `which`: the first as it is, the others with another order or other items first.
Value variant(const Value& input, std::size_t which)
{
    // A copy of its own in memory.
    Value copy = *json::parse(json::write(input));
    if (which == 0) return copy;
    if (const Value* orders = copy.find("orders")) {
        std::vector<Value> items(orders->items().begin(), orders->items().end());
        std::rotate(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(which), items.end());
        return json::with_member(copy, "orders", Value::array(std::move(items)));
    }
    return json::with_member(copy, "orderId", fmt::format("ord-{:06}", 17 + which));
}

double processor_seconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// The median of five rounds, per second of processor time.
template <class F> double rate(double seconds, F&& step)
{
    for (int i = 0; i < 20; ++i) step();
    std::vector<double> rates;
    for (int round = 0; round < 5; ++round) {
        std::uint64_t done = 0;
        const double start = processor_seconds();
        double now = start;
        do {
            for (int i = 0; i < 8; ++i) step();
            done += 8;
            now = processor_seconds();
        } while (now - start < seconds);
        rates.push_back(static_cast<double>(done) / (now - start));
    }
    std::sort(rates.begin(), rates.end());
    return rates[2];
}

std::string read(const std::string& path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Case {
    std::string text;
    std::vector<std::vector<jsonata::Binding>> bindings;  // one set an input
};

Case make_case(const Value& spec, const Value& row, const Value& orders)
{
    Case made{std::string(row.find("expr")->as_string()), {}};
    const std::string_view payload = row.find("payload")->as_string();
    const Value& input = payload == "orders" ? orders : *spec.find("payloads")->find(payload);
    for (std::size_t i = 0; i < inputs; ++i) {
        std::vector<Member> states;
        states.push_back({"input", variant(input, i)});
        states.push_back(
            {"context", Value::object({{"Execution", Value::object({{"Name", "bench"}})}})});
        if (const Value* result = row.find("result"))
            states.push_back({"result", *json::parse(json::write(*result))});
        std::vector<jsonata::Binding> bindings;
        bindings.push_back({"states", Value::object(std::move(states))});
        if (const Value* binds = row.find("binds"))
            for (const Member& member : binds->members())
                bindings.push_back({member.key.view(), member.value});
        made.bindings.push_back(std::move(bindings));
    }
    return made;
}

Value evaluate(const jsonata::Expression& expression, std::span<const jsonata::Binding> bindings)
{
    StepMeter meter(UINT64_MAX);
    jsonata::Environment environment;
    environment.bindings = bindings;
    environment.meter = &meter;
    auto outcome = jsonata::evaluate(expression, environment);
    if (!outcome) {
        fmt::print(stderr, "{}\n", describe(outcome.error()));
        std::exit(1);
    }
    return std::move(outcome->value);
}

}  // namespace

int main(int count, char** words)
{
    std::map<std::string, std::string> options{{"--spec", "bench/bench_jsonata.json"},
                                               {"--seconds", "0.2"}};
    for (int i = 1; i + 1 < count; i += 2) options[words[i]] = words[i + 1];
    const auto spec = json::parse(read(options["--spec"]));
    if (!spec) {
        fmt::print(stderr, "--spec {}: {}\n", options["--spec"], spec.error().message);
        return 2;
    }
    const double seconds = std::atof(options["--seconds"].c_str());
    const Value orders = Orders().make(1000);
    std::vector<Value> rows;
    fmt::print("{:14} {:>12} {:>14}  {}\n", "id", "eval/cpu-s", "compile/cpu-s", "result");
    for (const Value& row : spec->find("expressions")->items()) {
        const std::string_view id = row.find("id")->as_string();
        if (options.contains("--only") && options["--only"] != id) continue;
        const Case made = make_case(*spec, row, orders);
        const auto compiled = jsonata::Expression::compile(made.text, jsonata::Dialect::States);
        if (!compiled) {
            fmt::print(stderr, "{}\n", describe(compiled.error()));
            return 1;
        }
        const std::string sha1 = encoding::to_hex(
            encoding::sha1(json::write_canonical(evaluate(**compiled, made.bindings[0]))));
        std::size_t turn = 0;
        const double evaluations =
            rate(seconds, [&] { evaluate(**compiled, made.bindings[turn++ % inputs]); });
        const double compilations = rate(seconds, [&] {
            if (!jsonata::Expression::compile(made.text, jsonata::Dialect::States)) std::abort();
        });
        fmt::print("{:14} {:12.0f} {:14.0f}  {}\n", id, evaluations, compilations,
                   sha1.substr(0, 12));
        rows.push_back(Value::object(
            {{"id", id}, {"eval", evaluations}, {"compile", compilations}, {"sha1", sha1}}));
    }
    if (options.contains("--json"))
        std::ofstream(options["--json"]) << json::write(Value::array(std::move(rows))) << '\n';
    return 0;
}
