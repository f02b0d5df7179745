#pragma once

#include "jsonata/functions/fault.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

// Integers in words, Roman numerals and letters, and back (XPath functions and operators,
// fn:format-integer). Values are integers that are not negative, results ASCII.
namespace weft::jsonata::functions {

enum class Numbering : unsigned char { Cardinal, Ordinal };

// "One Thousand, Two Hundred and Thirty-Four"; each trillion of trillions is told as one.
std::string number_to_words(double value, Numbering numbering);
// Lower-case words in either numbering; NaN when there is another word.
double words_to_number(std::string_view words);
// Every word that words_to_number knows.
std::span<const std::string> number_words();

// Lower case, "m" for each thousand. U1002 for a text of more than `bytes_max`.
Outcome<std::string> number_to_roman(double value, std::size_t bytes_max);
// Upper case; NaN when there is another letter.
double roman_to_number(std::string_view roman);

// a … z, aa …, as spreadsheets number columns; nothing for 0. `first` is 'a' or 'A'.
std::string number_to_letters(double value, char first);
double letters_to_number(std::u16string_view letters, char first);

}  // namespace weft::jsonata::functions
