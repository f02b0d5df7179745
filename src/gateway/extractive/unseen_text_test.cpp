#include "gateway/extractive/answer.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace weft::gateway::extractive;

// Text and questions that were written when the model was done, and to which nothing in it was
// fitted. It stays that way: what fails here is mended by a rule, and then another text takes this
// one's place.
namespace {

constexpr std::string_view harbourlight =
    R"(Harbourlight Freight Systems makes software with which small ports plan berths, cranes and customs papers. Three former dock pilots founded the company in Gdynia in 2009. It now has 132 employees, 58 of them engineers, and offices in Gdynia, Porto and Halifax. Its chief executive since 2019 is Marta Zielińska.

The product is called Quaydesk. It runs in data centres in Frankfurt and Montreal, and customers choose the region in which their data are kept. All data are encrypted at rest with AES-256 and in transit with TLS 1.3. The company holds ISO 27001 and SOC 2 Type II certificates, and an outside firm runs penetration tests twice a year.

Sixty-four ports in nineteen countries use Quaydesk. The Port of Aveiro cut the average waiting time of ships from eleven hours to six within a year of the introduction. A typical rollout takes fourteen weeks and is led by a project manager who stays with the customer until three months after the go-live.

Support is reached by telephone and chat around the clock; critical incidents are answered within fifteen minutes. The subscription costs 2,400 euros a month for ports with up to five berths and 310 euros for every further berth. Training on site is charged at 900 euros a day. Contracts run for two years and may be ended with ninety days' notice.

Backups are taken every four hours and kept for thirty-five days in a second region. The last recovery exercise brought the whole system back in fifty-two minutes. The platform handles up to 9,000 vessel movements a day on one installation. Quaydesk exchanges data with port community systems through EDIFACT messages and a REST interface.)";

struct Case {
    std::string_view question;
    std::string_view fact;
};
constexpr Case cases[] = {
    {"Where was the company founded?", "Gdynia"},
    {"How many engineers do you employ?", "58"},
    {"Who is your CEO?", "Marta"},
    {"In which regions can our data be stored?", "Frankfurt"},
    {"How do you encrypt data?", "AES-256"},
    {"How often are penetration tests carried out?", "twice a year"},
    {"What did the Port of Aveiro achieve with your software?", "eleven hours to six"},
    {"How long does an implementation usually take?", "fourteen weeks"},
    {"How quickly do you respond to critical incidents?", "fifteen minutes"},
    {"What would we pay per month for a port with four berths?", "2,400"},
    {"What is the notice period for ending the contract?", "ninety days"},
    {"How long do you keep backups?", "thirty-five days"},
    {"How many vessel movements can the system process each day?", "9,000"},
    {"Which interfaces exist for exchanging data with other systems?", "EDIFACT"},
};

Answer ask(std::string_view question)
{
    Prompt prompt;
    prompt.question = question;
    prompt.context = harbourlight;
    return answer(prompt, 3200);
}

}  // namespace

TEST_CASE("questions of a text the model was not fitted to are answered with the asked fact")
{
    for (const Case& one : cases) {
        const Answer given = ask(one.question);
        INFO(one.question << " → " << given.text);
        CHECK(given.found);
        CHECK(given.text.find(one.fact) != std::string::npos);
        CHECK(given.text.size() < harbourlight.size() / 4);
    }
}

TEST_CASE("and what it does not say is declined")
{
    for (const std::string_view question :
         {"Do you have experience with airports?", "What is your carbon footprint?",
          "Who are your investors?"}) {
        const Answer given = ask(question);
        INFO(question << " → " << given.text);
        CHECK_FALSE(given.found);
    }
}
