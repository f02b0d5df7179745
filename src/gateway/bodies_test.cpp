#include "gateway/bodies.h"

#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft;
using namespace weft::gateway;

namespace {

const BodyFormat* format_of(std::string_view model, std::string_view body)
{
    return find_body_format(model, *json::parse(body));
}

std::string error_of(std::string_view body)
{
    const json::Value value = *json::parse(body);
    const auto read = find_body_format("anthropic.claude-3-haiku", value)->read(value);
    return read ? "none" : read.error().message;
}

}  // namespace

TEST_CASE("a body's format follows its model's family")
{
    CHECK(format_of("anthropic.claude-3-haiku-20240307-v1:0", R"({"messages":[]})")->name ==
          "anthropic_messages");
    CHECK(format_of("us.anthropic.claude-v2:1", R"({"prompt":"x"})")->name == "anthropic_text");
    CHECK(format_of("amazon.nova-micro-v1:0", R"({"messages":[]})")->name == "nova");
    CHECK(format_of("amazon.titan-text-lite-v1", R"({"inputText":"x"})")->name == "titan_text");
    CHECK(format_of("cohere.command-r-v1:0", R"({"message":"x"})")->name == "cohere_chat");
    CHECK(format_of("cohere.command-text-v14", R"({"prompt":"x"})")->name == "cohere");
    CHECK(format_of("meta.llama3-8b-instruct-v1:0", R"({"prompt":"x"})")->name == "llama");
    CHECK(format_of("mistral.mistral-7b-instruct-v0:2", R"({"prompt":"x"})")->name == "mistral");
    CHECK(format_of("openai.gpt-oss-20b-1:0", R"({"messages":[]})")->name == "chat");
    CHECK(format_of("my-own-model", R"({"messages":[]})")->name == "anthropic_messages");
    CHECK(format_of("amazon.nova-micro-v1:0", R"({"prompt":"x"})") == nullptr);
    CHECK(format_of("stability.stable-diffusion-xl-v1", R"({"text_prompts":[]})") == nullptr);
    CHECK(format_of("anthropic.claude", "[]") == nullptr);
}

TEST_CASE("an Anthropic messages body is read whole")
{
    const json::Value body =
        *json::parse(R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":800,
        "system":[{"type":"text","text":"Be brief."}],"temperature":0.5,"top_p":0.9,"top_k":5,"stop_sequences":["END"],
        "messages":[
          {"role":"user","content":"Hello"},
          {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"find","input":{"q":1}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"found"}]},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},{"text":"And?"}]}],
        "tools":[{"name":"find","description":"finds","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}})");
    const auto read = find_body_format("anthropic.claude-3", body)->read(body);
    REQUIRE_MESSAGE(read, read.error().message);
    CHECK(read->system == "Be brief.");
    CHECK(read->max_tokens == 800);
    CHECK(read->temperature == 0.5);
    CHECK(read->top_k == 5);
    CHECK(read->stop_sequences.size() == 1);
    REQUIRE(read->turns.size() == 3);
    CHECK(read->turns[1].blocks[0].tool_name == "find");
    CHECK(read->turns[2].blocks[0].text == "found");
    CHECK(read->turns[2].blocks[1].media_type == "image/png");
    CHECK(read->turns[2].blocks[2].text == "And?");
    CHECK(read->tools[0].description == "finds");
    CHECK(read->tool_choice == "any");
}

TEST_CASE("a wrong messages body is refused in the service's words")
{
    CHECK(error_of(R"({"anthropic_version":"x","max_tokens":1})") == "messages: Field required");
    CHECK(error_of(R"({"messages":[{"role":"user","content":"x"}]})") ==
          "max_tokens: Field required");
    CHECK(error_of(R"({"messages":[],"max_tokens":1})") ==
          "messages: at least one message is required");
    CHECK(error_of(R"({"messages":[{"role":"user","content":"x"}],"max_tokens":"1"})") ==
          "max_tokens: Input should be a valid integer");
    CHECK(error_of(R"({"messages":[{"role":"robot","content":"x"}],"max_tokens":1})") ==
          "messages.0.role: Input should be 'user' or 'assistant'");
    CHECK(error_of(R"({"messages":[{"role":"user"}],"max_tokens":1})") ==
          "messages.0.content: Field required");
    CHECK(error_of(R"({"messages":[{"role":"user","content":[{"type":"video"}]}],"max_tokens":1})")
              .find("Input tag 'video'") != std::string::npos);
}

TEST_CASE("each format writes what its readers expect")
{
    Completion completion;
    completion.id = "m1";
    completion.model = "m";
    completion.blocks.push_back(Block::of_text("Hello"));
    completion.input_tokens = 3;
    completion.output_tokens = 2;
    const auto text = [&](std::string_view name) {
        for (const BodyFormat& format : body_formats()) {
            if (format.name == name) return json::write(format.write(completion));
        }
        return std::string();
    };
    CHECK(
        text("anthropic_messages") ==
        R"({"id":"m1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello"}],)"
        R"("stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}})");
    CHECK(text("anthropic_text").find(R"("completion":"Hello")") != std::string::npos);
    CHECK(text("nova").find(R"({"output":{"message":{"content":[{"text":"Hello"}])") !=
          std::string::npos);
    CHECK(text("titan_text").find(R"("outputText":"Hello")") != std::string::npos);
    CHECK(text("cohere").find(R"("generations":[{"id":"m1","text":"Hello")") != std::string::npos);
    CHECK(text("cohere_chat").find(R"("text":"Hello")") != std::string::npos);
    CHECK(text("llama").find(R"("generation":"Hello")") != std::string::npos);
    CHECK(text("mistral").find(R"("outputs":[{"text":"Hello")") != std::string::npos);
    CHECK(text("chat").find(R"("content":"Hello")") != std::string::npos);
}

TEST_CASE("marks of chat templates are no part of a prompt")
{
    const json::Value llama = *json::parse(
        R"({"prompt":"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|>","max_gen_len":9})");
    const auto read = find_body_format("meta.llama3-8b", llama)->read(llama);
    REQUIRE(read);
    CHECK(read->turns[0].text() == "Why?");
    CHECK(read->max_tokens == 9);
    const json::Value human =
        *json::parse(R"({"prompt":"\n\nHuman: Why?\n\nAssistant:","max_tokens_to_sample":5})");
    const auto older = find_body_format("anthropic.claude-v2", human)->read(human);
    REQUIRE(older);
    CHECK(older->turns[0].text() == "Why?");
}
