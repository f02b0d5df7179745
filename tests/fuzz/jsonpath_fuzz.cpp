// Layers: jsonpath
// A path and a document, one to a line each: any path either does not parse, or evaluates within
// its fuel and keeps its promises about definite and simple paths and about writing back.
#include "base/assert.h"
#include "jsonpath/path.h"
#include "jsonpath/reference_path.h"
#include "json/parse.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace weft;

namespace {

void check_path(const jsonpath::Path& path, const json::Value& input)
{
    const jsonpath::Roots roots{&input, &input, nullptr};
    StepMeter meter(20'000);
    const Result<json::Value> value = jsonpath::evaluate(path, roots, meter);
    if (value && !path.definite()) WEFT_ASSERT(value->is_array());
    if (!value && value.error().code == ErrorCode::PathNotFound)
        WEFT_ASSERT(path.definite() || path.root() == jsonpath::RootKind::Variable);
    if (!path.simple()) return;
    WEFT_ASSERT(path.definite());
    const json::Value* found = jsonpath::find(path, roots);
    WEFT_ASSERT((found != nullptr) == value.has_value());
    if (found != nullptr) WEFT_ASSERT(*found == *value);
}

void check_reference_path(std::string_view text, const json::Value& input)
{
    const Result<jsonpath::ReferencePath> path = jsonpath::ReferencePath::parse(text);
    if (!path) return;
    const Result<json::Value> written = jsonpath::put(*path, input, json::Value("written"));
    if (!written) return;
    const jsonpath::Roots roots{&*written, nullptr, nullptr};
    const json::Value* read = jsonpath::find(path->path(), roots);
    WEFT_ASSERT(read != nullptr && *read == json::Value("written"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::size_t line_end = all.find('\n');
    const std::string_view text = all.substr(0, line_end);
    const std::string_view document =
        line_end == std::string_view::npos ? std::string_view("{}") : all.substr(line_end + 1);
    const Result<jsonpath::Path> path = jsonpath::Path::parse(text);
    if (!path) return 0;
    WEFT_ASSERT(path->text() == text);
    const Result<json::Value> input = json::parse(document, json::ParseOptions{.depth_max = 100});
    if (!input) return 0;
    check_path(*path, *input);
    check_reference_path(text, *input);
    return 0;
}
