#pragma once

// Reads the case files of an area (tests/cases/<area>/*.json, arrays of cases) and checks what a
// pure function made of one. For tests of layers above json. Paths are below the project's folder,
// where tests run (WeftTests.cmake).

#include "base/error.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace weft::test {

inline std::vector<json::Value> read_cases(std::string_view area)
{
    const std::filesystem::path folder = std::filesystem::path("tests/cases") / area;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<json::Value> cases;
    for (const std::filesystem::path& file : files) {
        std::ifstream stream(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        const Result<json::Value> parsed = json::parse(text);
        const std::string problem =
            parsed ? std::string() : file.string() + ": " + parsed.error().message;
        CAPTURE(problem);
        REQUIRE(parsed);
        cases.insert(cases.end(), parsed->items().begin(), parsed->items().end());
    }
    return cases;
}

// The cases that a page of docs/ shows: its fenced blocks that begin with ```json case.
inline std::vector<json::Value> read_examples(std::string_view page)
{
    const std::filesystem::path file = std::filesystem::path("docs") / page;
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    constexpr std::string_view fence = "```json case\n";
    std::vector<json::Value> examples;
    for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
        at += fence.size();
        const std::size_t end = text.find("\n```", at);
        REQUIRE(end != std::string::npos);
        const Result<json::Value> parsed = json::parse(std::string_view(text).substr(at, end - at));
        const std::string problem = parsed ? std::string() : parsed.error().message;
        CAPTURE(problem);
        REQUIRE(parsed);
        examples.push_back(*parsed);
    }
    return examples;
}

inline std::string_view code_name(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidPath: return "InvalidPath";
    case ErrorCode::PathNotFound: return "PathNotFound";
    case ErrorCode::InvalidExpression: return "InvalidExpression";
    case ErrorCode::EvaluationFailed: return "EvaluationFailed";
    case ErrorCode::LimitExceeded: return "LimitExceeded";
    case ErrorCode::OutOfFuel: return "OutOfFuel";
    default: return "other";
    }
}

// `expect`: the value, number for number as written. `error`: `code`, and `message` whole or
// `contains` in part.
inline void check_outcome(const json::Value& test, const Result<json::Value>& value)
{
    if (const json::Value* expected = test.find("expect")) {
        const std::string message = value ? std::string() : value.error().message;
        CAPTURE(message);
        REQUIRE(value);
        CHECK(json::write(*value) == json::write(*expected));
        return;
    }
    const json::Value& error = *test.find("error");
    const std::string got = value ? json::write(*value) : value.error().message;
    CAPTURE(got);
    REQUIRE_FALSE(value);
    CHECK(code_name(value.error().code) == error.find("code")->as_string());
    if (const json::Value* message = error.find("message")) CHECK(got == message->as_string());
    if (const json::Value* part = error.find("contains"))
        CHECK(got.find(part->as_string()) != std::string::npos);
}

}  // namespace weft::test
