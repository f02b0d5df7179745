#pragma once

#include "base/meter.h"
#include "jsonata/functions/fault.h"
#include "jsonata/functions/regex_pattern.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::jsonata::functions {

struct RegexProgram;  // PCRE2's compiled form
class RegexScratch;   // what PCRE2 writes while it matches
enum class RegexForm : std::uint8_t { Ascii, Wide, AsciiMetered, WideMetered };
constexpr std::size_t regex_forms = 4;

// A JavaScript regular expression, immutable: may be shared by threads. Its syntax is checked when
// it is made; machine code follows at the first match, for the kind of subject that comes.
//
// Deviation: a group inside a repeated group keeps what it captured in an earlier round
// (ECMAScript clears it); a lookbehind has alternatives of fixed length; [a-z] with the flag i
// holds the long s and the Kelvin sign in subjects beyond ASCII.
class Regex {
public:
    // `flags`: letters i and m. S0303, whose message is that of the reference.
    static Outcome<std::shared_ptr<const Regex>> make(std::string_view pattern,
                                                      std::string_view flags);
    Regex(const Regex&) = delete;
    Regex& operator=(const Regex&) = delete;
    ~Regex();

    const std::string& source() const { return m_source; }
    const std::string& flags() const { return m_flags; }
    unsigned groups() const { return m_pattern.groups; }

private:
    friend class RegexScan;
    Regex(std::string_view source, std::string_view flags, RegexPattern pattern);
    // S0303 when PCRE2 cannot do what JavaScript can.
    Outcome<const RegexProgram*> program(RegexForm form) const;

    std::string m_source;
    std::string m_flags;
    RegexPattern m_pattern;
    mutable std::array<std::atomic<const RegexProgram*>, regex_forms> m_programs{};
};

// Buffers for matching, for one thread at a time; scans that take turns (a replacing function that
// matches as well) may share one. Bounded in size. Made once for an evaluation or a thread.
class RegexBuffers {
public:
    RegexBuffers();
    RegexBuffers(const RegexBuffers&) = delete;
    RegexBuffers& operator=(const RegexBuffers&) = delete;
    ~RegexBuffers();

private:
    friend class RegexScan;
    std::unique_ptr<RegexScratch> m_scratch;
};

// The matches of a regular expression in a text, one after the other, as the reference finds them.
// Everything given must outlive the scan. The meter is asked now and then while a match takes long.
class RegexScan {
public:
    RegexScan(const Regex& regex, std::string_view subject, RegexBuffers& buffers, Meter& meter);

    // Moves to the next match; false: there is none. D1004 for a match without characters that is
    // not the first; D1012 (without its value) when the meter says stop; U1003 when PCRE2 needs
    // more memory than is allowed; S0303 as Regex::program.
    Outcome<bool> next();

    // Of the match that next() moved to. Positions are JavaScript's: UTF-16 code units. Texts are
    // valid until next() is called again.
    std::size_t start() const { return m_start_units; }
    std::size_t end() const { return m_end_units; }
    std::string_view match() { return slice(m_offsets[0], m_offsets[1]); }
    std::size_t groups() const { return m_regex.groups(); }
    std::optional<std::string_view> group(std::size_t index);  // from 0; none: not set
    // The text from the end of the match before (or the beginning) to this match.
    std::string_view between() { return slice(m_last_end, m_offsets[0]); }

    // Whatever next() answered: the text from the end of the match before (or the beginning) to the
    // end. Texts taken apart here are put together by append_text.
    std::string_view rest() { return slice(m_last_end, m_subject.size()); }

private:
    Outcome<bool> search(std::size_t from);
    Outcome<int> run(RegexForm form, std::size_t from, std::size_t starts_max);
    std::string_view slice(std::size_t begin, std::size_t end);
    std::size_t units(std::size_t begin, std::size_t end) const;

    const Regex& m_regex;
    RegexScratch& m_scratch;
    Meter& m_meter;
    std::string m_split;         // the subject with its pairs split, when it has such
    std::string_view m_subject;  // as it was given, or m_split
    bool m_ascii;
    bool m_metered = false;
    bool m_begun = false;
    std::size_t m_last_end = 0;
    std::size_t m_start_units = 0;
    std::size_t m_end_units = 0;
    std::vector<std::size_t> m_offsets{0, 0};  // begin and end of the match and of each group
    std::forward_list<std::string> m_joined;   // texts that slice() made
};

}  // namespace weft::jsonata::functions
