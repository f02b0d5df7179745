#pragma once

#include "json/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::gateway {

// What model families have in common, free of any provider's spelling. Used where a body must be
// translated or read; a body that goes to its own family is passed on untouched.

struct Block {
    enum class Kind : std::uint8_t { Text, Image, ToolUse, ToolResult };
    Kind kind = Kind::Text;
    std::string text;          // Text; ToolResult: its text
    std::string media_type;    // Image: image/png
    std::string data;          // Image: base64, or empty when it is a URL
    std::string url;           // Image
    std::string tool_id;       // ToolUse, ToolResult
    std::string tool_name;     // ToolUse
    json::Value tool_input;    // ToolUse: an object
    bool tool_failed = false;  // ToolResult

    Block() = default;
    static Block of_text(std::string_view text);
};

enum class Role : std::uint8_t { User, Assistant };

struct Turn {
    Role role = Role::User;
    std::vector<Block> blocks;

    Turn() = default;
    Turn(Role role_, std::vector<Block> blocks_) : role(role_), blocks(std::move(blocks_)) {}
    std::string text() const;  // its text blocks, a blank line between
};

struct Tool {
    std::string name;
    std::string description;
    json::Value input_schema;

    Tool() = default;
};

struct Conversation {
    std::string system;
    std::vector<Turn> turns;
    std::optional<std::uint64_t> max_tokens;
    std::optional<double> temperature;
    std::optional<double> top_p;
    std::optional<std::uint64_t> top_k;
    std::vector<std::string> stop_sequences;
    std::vector<Tool> tools;
    std::string tool_choice;       // "", auto, any, none, tool
    std::string tool_choice_name;  // when tool

    Conversation() = default;
};

enum class StopReason : std::uint8_t { EndTurn, MaxTokens, StopSequence, ToolUse, Refusal };

struct Completion {
    std::string id;
    std::string model;
    std::vector<Block> blocks;  // Text and ToolUse
    StopReason stop_reason = StopReason::EndTurn;
    std::string stop_sequence;
    std::uint64_t input_tokens = 0;
    std::uint64_t output_tokens = 0;

    Completion() = default;
    std::string text() const;
};

}  // namespace weft::gateway
