#pragma once

#include "base/result.h"
#include "base/time.h"
#include "mocks/document.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::mocks {

// One scripted answer: an output or an error, after a delay. docs/mocks.md shows the file.
struct Answer {
    std::optional<json::Value> output;  // the task's raw result, before ResultSelector
    std::string error;                  // when there is no output
    std::string cause;
    Milliseconds delay{0};
    std::uint64_t times = 1;  // this many calls get it
    bool repeat = false;      // it and all calls after it; only the last of a sequence

    bool operator==(const Answer&) const = default;
};

// The answers of one state (or resource, or model), in order. A single answer written without a
// list repeats.
struct Sequence {
    std::vector<Answer> answers;
    std::string place;  // where it was written, for messages

    bool operator==(const Sequence&) const = default;
    // The answer to call `count` (from 0); null when the script is exhausted.
    const Answer* at(std::uint64_t count) const;
    // How many calls are answered; none when the last one repeats.
    std::optional<std::uint64_t> calls() const;
};

// A whole file: state name, or resource ARN, to sequence; in the order written.
struct Mocks {
    std::string name;  // the file's
    std::vector<std::pair<std::string, Sequence>> sequences;

    bool operator==(const Mocks&) const = default;
};

// ErrorCode::InvalidInput: "mocks.yaml:7:9: unknown field 'tims' in an answer; did you mean
// 'times'?".
Result<Mocks> read(std::string_view text, std::string name);
Result<Mocks> read(const Node& node, std::string name);
Result<Sequence> read_sequence(const Node& node);

}  // namespace weft::mocks
