// Layers: json

// json::Value beside Boost.JSON (default storage) on documents of about 20 KB: parse, write, and
// change of one field two levels deep. The ratios to keep: parse 1.5, write 1.0, change 100.

#include "json/parse.h"
#include "json/write.h"

#include <benchmark/benchmark.h>
#include <boost/json.hpp>

#include <cstdlib>
#include <fmt/format.h>
#include <string>

namespace {

using namespace weft;

constexpr std::size_t document_bytes = 20'000;

// As a model answers: long texts with escapes and some characters beyond ASCII.
std::string model_answer()
{
    std::string text =
        R"({"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant","content":[)";
    for (int i = 0; text.size() < document_bytes; ++i) {
        if (i != 0) text += ',';
        text += fmt::format(
            R"({{"type":"text","index":{},"text":"The platform keeps every record in two regions.\nIt )"
            R"(restores \"point in time\" within {} minutes – tested each quarter, audited by a third )"
            R"(party, and reported to the customer’s own team."}})",
            i, 10 + i);
    }
    return text +
           R"(],"stop_reason":"end_turn","usage":{"input_tokens":2131,"output_tokens":4096}})";
}

// Records of numbers, short words and flags.
std::string records()
{
    std::string text = R"({"orders":[)";
    for (int i = 0; text.size() < document_bytes; ++i) {
        if (i != 0) text += ',';
        text += fmt::format(
            R"({{"id":{},"customer":"customer-{}","price":{}.{:02},"tax":0.19,"paid":{},"items":)"
            R"([{{"sku":"A-{}","quantity":{}}},{{"sku":"B-{}","quantity":{}}}],"note":null,)"
            R"("shipping_address_line":"{} Long Street, Springfield"}})",
            1'000'000 + i, i % 17, i * 7, i % 100, i % 2 == 0, i, i % 5, i + 1, i % 9, i);
    }
    return text + R"(],"page":{"number":1,"size":100,"token":"abcdef"}})";
}

const std::string& document(std::int64_t which)
{
    static const std::string documents[] = {model_answer(), records()};
    return documents[which];
}

void name(benchmark::State& state)
{
    state.SetLabel(state.range(0) == 0 ? "model answer" : "records");
}
void bytes_done(benchmark::State& state)
{
    name(state);
    state.SetBytesProcessed(
        static_cast<std::int64_t>(state.iterations() * document(state.range(0)).size()));
}

void parse_weft(benchmark::State& state)
{
    for (auto _ : state) {
        auto value = json::parse(document(state.range(0)));
        if (!value) std::abort();
        benchmark::DoNotOptimize(value);
    }
    bytes_done(state);
}
void parse_boost(benchmark::State& state)
{
    for (auto _ : state) {
        auto value = boost::json::parse(document(state.range(0)));
        benchmark::DoNotOptimize(value);
    }
    bytes_done(state);
}

void write_weft(benchmark::State& state)
{
    const json::Value value = json::parse(document(state.range(0))).value();
    for (auto _ : state) {
        auto text = json::write(value);
        benchmark::DoNotOptimize(text);
    }
    bytes_done(state);
}
void write_boost(benchmark::State& state)
{
    const boost::json::value value = boost::json::parse(document(state.range(0)));
    for (auto _ : state) {
        auto text = boost::json::serialize(value);
        benchmark::DoNotOptimize(text);
    }
    bytes_done(state);
}

// The document becomes another one with one member set in the object at its root; the old one
// stays.
void change_weft(benchmark::State& state)
{
    const json::Value value = json::parse(document(state.range(0))).value();
    for (auto _ : state) {
        auto changed = json::with_member(value, "result", json::Value("done"));
        benchmark::DoNotOptimize(changed);
    }
    name(state);
}
void change_boost(benchmark::State& state)
{
    const boost::json::value value = boost::json::parse(document(state.range(0)));
    for (auto _ : state) {
        boost::json::value changed = value;
        changed.as_object()["result"] = "done";
        benchmark::DoNotOptimize(changed);
    }
    name(state);
}

// The same two levels deep.
void change_deep_weft(benchmark::State& state)
{
    const char* outer = state.range(0) == 0 ? "usage" : "page";
    const json::Value value = json::parse(document(state.range(0))).value();
    for (auto _ : state) {
        auto inner = json::with_member(*value.find(outer), "result", json::Value(1));
        auto changed = json::with_member(value, outer, std::move(inner));
        benchmark::DoNotOptimize(changed);
    }
    name(state);
}
void change_deep_boost(benchmark::State& state)
{
    const char* outer = state.range(0) == 0 ? "usage" : "page";
    const boost::json::value value = boost::json::parse(document(state.range(0)));
    for (auto _ : state) {
        boost::json::value changed = value;
        changed.as_object()[outer].as_object()["result"] = 1;
        benchmark::DoNotOptimize(changed);
    }
    name(state);
}

BENCHMARK(parse_weft)->Arg(0)->Arg(1);
BENCHMARK(parse_boost)->Arg(0)->Arg(1);
BENCHMARK(write_weft)->Arg(0)->Arg(1);
BENCHMARK(write_boost)->Arg(0)->Arg(1);
BENCHMARK(change_weft)->Arg(0)->Arg(1);
BENCHMARK(change_boost)->Arg(0)->Arg(1);
BENCHMARK(change_deep_weft)->Arg(0)->Arg(1);
BENCHMARK(change_deep_boost)->Arg(0)->Arg(1);

}  // namespace

BENCHMARK_MAIN();
