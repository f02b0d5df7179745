#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weft::gateway::extractive {

// What the model knows of English beyond stems. Words are lower case.

// Says nothing about the topic: articles, pronouns, auxiliaries.
bool is_stop_word(std::string_view word);
// Says nothing about the topic in a question: describe, provide, company, please.
bool is_question_word(std::string_view word);
// one, twelve, hundred, dozen, …
bool is_number_word(std::string_view word);
// january, jan, monday, …
bool is_month_or_day(std::string_view word);
// second … year, and their plurals
bool is_time_unit(std::string_view word);
// usd, eur, dollars, €, …
bool is_currency(std::string_view word);

// The groups of words that may stand for each other in question and text, by stem; a stem may be in
// several. Empty: in none.
std::span<const std::uint16_t> synonym_groups(std::string_view stem);

}  // namespace weft::gateway::extractive
