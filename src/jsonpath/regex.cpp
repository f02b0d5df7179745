#include "jsonpath/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <cstdint>

namespace weft::jsonpath {

namespace {

constexpr std::size_t pattern_bytes_max = 4'096;
// A match that needs more is a mistake or an attack: about 50 ms of work.
constexpr std::uint32_t match_limit = 1'000'000;
constexpr std::uint32_t depth_limit = 100'000;
constexpr std::uint32_t heap_kibibytes_limit = 20'000;

const pcre2_code* code_of(const std::shared_ptr<const void>& code)
{
    return static_cast<const pcre2_code*>(code.get());
}

std::uint32_t option_of(char flag)
{
    switch (flag) {
    case 'i': return PCRE2_CASELESS;
    case 's': return PCRE2_DOTALL;
    case 'm': return PCRE2_MULTILINE;
    case 'x': return PCRE2_EXTENDED;
    case 'u':
    case 'U': return PCRE2_UCP;
    default: return 0;
    }
}

}  // namespace

Result<Regex> Regex::compile(std::string_view pattern, std::string_view flags)
{
    if (pattern.size() > pattern_bytes_max)
        return fail(ErrorCode::InvalidPath, "a regular expression is longer than {} bytes",
                    pattern_bytes_max);
    std::uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ANCHORED |
                            PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C;
    for (const char flag : flags) {
        const std::uint32_t option = option_of(flag);
        if (option == 0)
            return fail(ErrorCode::InvalidPath, "unknown flag '{}' of a regular expression", flag);
        options |= option;
    }
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                     options, &error, &offset, nullptr);
    if (code == nullptr) {
        std::array<PCRE2_UCHAR, 128> text{};
        pcre2_get_error_message(error, text.data(), text.size());
        return fail(ErrorCode::InvalidPath,
                    "the regular expression /{}/ is wrong at character {}: {}", pattern, offset + 1,
                    reinterpret_cast<const char*>(text.data()));
    }
    return Regex(std::shared_ptr<const void>(code, [](const void* owned) {
        pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(owned)));
    }));
}

Result<bool> Regex::matches(std::string_view text) const
{
    using MatchData = std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)>;
    using MatchContext = std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)>;
    const MatchData data(pcre2_match_data_create(1, nullptr), &pcre2_match_data_free);
    const MatchContext context(pcre2_match_context_create(nullptr), &pcre2_match_context_free);
    pcre2_set_match_limit(context.get(), match_limit);
    pcre2_set_depth_limit(context.get(), depth_limit);
    pcre2_set_heap_limit(context.get(), heap_kibibytes_limit);
    const int found = pcre2_match(code_of(m_code), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                  text.size(), 0, 0, data.get(), context.get());
    if (found >= 0) return true;
    if (found == PCRE2_ERROR_NOMATCH) return false;
    return fail(ErrorCode::LimitExceeded,
                "a regular expression of a filter needs too much backtracking");
}

}  // namespace weft::jsonpath
