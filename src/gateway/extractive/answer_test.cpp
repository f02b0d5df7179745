#include "gateway/extractive/answer.h"

#include "gateway/extractive/question.h"
#include "gateway/extractive/stem.h"
#include "gateway/extractive/text.h"
#include "gateway/providers/builtin.h"

#include <doctest/doctest.h>

#include <chrono>
#include <fmt/core.h>

#include <string>
#include <vector>

using namespace weft::gateway;
using namespace weft::gateway::extractive;

namespace {

constexpr std::string_view nursery =
    R"(Copper Fern Nurseries grows native trees and shrubs for landscape architects, towns and farms in the south of Wales. Aled Prosser opened the nursery in 1987 on four hectares of leased pasture near Llandeilo. Today his daughter Mair runs it, and the nursery covers 61 hectares with nine glasshouses. It employs 47 gardeners all year and takes on about thirty seasonal workers between October and March.

The catalogue lists 214 species, all of them raised from seed collected in Wales. Young trees are sold bare-rooted from November to March and in pots throughout the year. A hedge pack of 250 hawthorn whips costs £165 including delivery within Wales, and planting by our own crew is charged at £1.90 per metre. Orders above £2,000 receive a rebate of 8 percent. Invoices are payable within 30 days.

Deliveries leave Llandeilo every Tuesday and Friday in our three electric lorries. Customers outside Wales are served by a haulier, which takes four to six working days. Plants that arrive damaged are replaced free of charge if we are told within five days.

Every tree is guaranteed for two growing seasons, provided that it was watered as our planting guide describes. In 2023 we replaced fewer than 3 percent of the trees sold. The nursery is certified by Plant Healthy and inspected each spring by the Animal and Plant Health Agency.

The glasshouses are heated with wood chips from our own thinnings, and rainwater from their roofs covers 85 percent of our irrigation. We have used no peat since 2015. A reed bed cleans the water that leaves the site.

Our largest project was the Tywi Valley flood meadow, for which we supplied 140,000 alders and willows in 2021. Schools may visit the nursery on Wednesdays, and the visit costs nothing. The shop at the gate is open from nine to five from Monday to Saturday.)";

constexpr std::string_view decline = "The text given does not answer this question";

Answer ask(std::string_view question, std::string_view context = nursery)
{
    Prompt prompt;
    prompt.question = question;
    prompt.context = context;
    return answer(prompt, 3200);
}

Conversation of_user(std::string text)
{
    Conversation conversation;
    std::vector<Block> blocks;
    blocks.push_back(Block::of_text(text));
    conversation.turns.emplace_back(Role::User, std::move(blocks));
    return conversation;
}

}  // namespace

TEST_CASE("ten questions of a second company's text are answered with the asked fact")
{
    struct Case {
        std::string_view question;
        std::string_view fact;
    };
    const std::vector<Case> cases{
        {"In what year did the business start, and who started it?", "1987"},
        {"Who is in charge of the company today?", "Mair"},
        {"How many species of plants do you stock?", "214"},
        {"What do you charge for planting a hedge?", "£1.90 per metre"},
        {"Is there a discount on large orders?", "8 percent"},
        {"On which weekdays do your lorries deliver?", "Tuesday and Friday"},
        {"What happens when plants arrive damaged?", "replaced free of charge"},
        {"How long are your trees guaranteed?", "two growing seasons"},
        {"How are the glasshouses heated?", "wood chips"},
        {"What is the largest project you have supplied?", "Tywi Valley"},
    };
    for (const Case& one : cases) {
        const Answer given = ask(one.question);
        INFO(one.question << " → " << given.text);
        CHECK(given.found);
        CHECK(given.text.find(one.fact) != std::string::npos);
        // The fact, not the whole text.
        CHECK(given.text.size() < nursery.size() / 4);
    }
}

TEST_CASE("what the text does not say is declined")
{
    for (const std::string_view question :
         {"What is your parental leave policy?", "Do you have an office in Tokyo?",
          "What was the revenue last year?", "Who is the chief financial officer?",
          "Do you offer a mobile app?", "How much does a Christmas tree cost?",
          "How many branches do you run in Scotland?",
          "Which encryption do you use for customer data?"}) {
        const Answer given = ask(question);
        INFO(question << " → " << given.text);
        CHECK_FALSE(given.found);
        CHECK(given.text.starts_with(decline));
    }
}

TEST_CASE("the question is found in any layout of the prompt")
{
    const std::string text(nursery);
    const std::string question = "How many gardeners are employed all year?";
    const std::vector<std::string> layouts{
        fmt::format("Company description:\n{}\n\nQuestion: {}", text, question),
        fmt::format("Question: {}\n\nContext:\n{}", question, text),
        fmt::format(
            "Answer the following question about the company: {}\n\nUse only this information: {}",
            question, text),
        fmt::format(
            "<context>\n{}\n</context>\n\n<question>{}</question>\n\nAnswer in one sentence.", text,
            question),
        fmt::format("{}\n\n{}", text, question),
        fmt::format("{}\n\n{}", question, text),
        fmt::format("You are a helpful assistant. Use only the text below. Be "
                    "concise.\n\n{}\n\n{}\n\nAnswer:",
                    text, question),
        fmt::format("Q: {} Text: {}", question, text),
        fmt::format(
            "# Task\nAnswer the question with the document.\n\n# Document\n{}\n\n# Question\n{}\n",
            text, question),
    };
    for (const std::string& layout : layouts) {
        const Prompt prompt = read_prompt(of_user(layout));
        INFO(layout.substr(0, 60) << " … → question: " << prompt.question);
        CHECK(prompt.question == question);
        const Answer given = answer(prompt, 3200);
        INFO(given.text);
        CHECK(given.text.find("47 gardeners") != std::string::npos);
        CHECK(given.text.size() < 600);
    }
    Conversation apart = of_user(question);
    apart.system = "You answer from this text.\n\n" + text;
    CHECK(answer(read_prompt(apart), 3200).text.find("47 gardeners") != std::string::npos);

    Conversation requested = of_user(text + "\n\nDescribe your deliveries.");
    CHECK(read_prompt(requested).question == "Describe your deliveries.");
    CHECK(answer(read_prompt(requested), 3200).text.find("Tuesday and Friday") !=
          std::string::npos);
}

TEST_CASE("lists and headings")
{
    constexpr std::string_view text =
        "# Company\nAcme builds boats.\n\n# Certifications\n- ISO 27001\n- SOC 2 Type II\n- C5\n\n"
        "# Offices\n1. Oslo\n2. Lima\n";
    const Answer given = ask("Which certifications do you hold?", text);
    CHECK(given.text == "Certifications: ISO 27001; SOC 2 Type II; C5.");
    CHECK(ask("Who is your auditor?", text).found == false);
}

TEST_CASE("the model names itself, counts, and keeps to max_tokens")
{
    Conversation conversation =
        of_user(fmt::format("{}\n\nDescribe the company's deliveries and guarantees.", nursery));
    conversation.max_tokens = 800;
    const Completion whole = complete_extractively(conversation);
    CHECK(whole.model == "weft.extractive-v1");
    CHECK(whole.stop_reason == StopReason::EndTurn);
    CHECK(whole.input_tokens > 400);
    CHECK(whole.output_tokens > 10);
    const Completion again = complete_extractively(conversation);
    CHECK(again.text() == whole.text());
    CHECK(again.id == whole.id);

    conversation.max_tokens = 5;
    const Completion shortened = complete_extractively(conversation);
    CHECK(shortened.stop_reason == StopReason::MaxTokens);
    CHECK(shortened.text().size() <= 20);
    CHECK(shortened.output_tokens <= 5);

    conversation.max_tokens = 800;
    conversation.stop_sequences = {"Llandeilo"};
    const Completion stopped = complete_extractively(conversation);
    CHECK(stopped.stop_reason == StopReason::StopSequence);
    CHECK(stopped.text().find("Llandeilo") == std::string::npos);

    CHECK(complete_extractively(of_user("What is the capital of France?"))
              .text()
              .starts_with("There is no text"));
    CHECK(complete_extractively(Conversation()).text().starts_with("There is no text"));
}

TEST_CASE("sentences")
{
    const auto split = [](std::string_view text) {
        std::vector<std::string> texts;
        for (const Sentence& sentence : split_sentences(text)) texts.push_back(sentence.text);
        return texts;
    };
    using Texts = std::vector<std::string>;
    CHECK(split("Dr. A. Smith paid 3.5 percent. He left!  Why? No.") ==
          Texts{"Dr. A. Smith paid 3.5 percent.", "He left!", "Why?", "No."});
    CHECK(split("One line\nwrapped here. Two.") == Texts{"One line wrapped here.", "Two."});
    CHECK(split("We use tools, e.g. Jira, at Acme Inc. in Oslo.").size() == 1);
    CHECK(split("").empty());
    CHECK(split("...\n\n---\n").empty());
    CHECK(words("Acme's 1,200 on-site engineers: 99.5% for €3") ==
          Texts{"acme", "1200", "on", "site", "engineers", "99.5", "%", "for", "€", "3"});
}

TEST_CASE("stems are Porter's")
{
    for (const auto& [word, root] :
         std::vector<std::pair<std::string, std::string>>{{"caresses", "caress"},
                                                          {"ponies", "poni"},
                                                          {"agreed", "agre"},
                                                          {"plastered", "plaster"},
                                                          {"motoring", "motor"},
                                                          {"conflated", "conflat"},
                                                          {"hopping", "hop"},
                                                          {"happy", "happi"},
                                                          {"relational", "relat"},
                                                          {"vietnamization", "vietnam"},
                                                          {"triplicate", "triplic"},
                                                          {"formalize", "formal"},
                                                          {"adjustable", "adjust"},
                                                          {"adoption", "adopt"},
                                                          {"controlling", "control"},
                                                          {"sky", "sky"},
                                                          {"be", "be"}}) {
        CHECK(stem(word) == root);
    }
}

TEST_CASE("a large text is answered in good time, and odd ones at all")
{
    std::string text;
    for (int i = 0; i < 3000; ++i)
        text += fmt::format("Machine {} stands in hall {} and makes part {}. ", i, i % 7, i * 3);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(ask("Where does machine 777 stand?", text).text.find("Machine 777") != std::string::npos);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    // Prompts made to be slow: each of these was, or could be, quadratic.
    for (const std::string_view part :
         {"a? ", "Question: ", "<question>", ":", "<b>", "x. ", "- a\n", "\n", "q: why? "}) {
        std::string prompt;
        while (prompt.size() < 1'000'000) prompt += part;
        (void)complete_extractively(of_user(prompt));
    }
    for (const std::string_view odd :
         {"?", "\xff\xfe", "<<<<", "::::", "???", "- - -", "a", "Question:", "\n\n\n"}) {
        (void)answer(read_prompt(of_user(std::string(odd))), 100);
        (void)ask(odd, odd);
    }
}
