#include "jsonata/functions/regex.h"

#include "jsonata/functions/wtf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <utility>

namespace weft::jsonata::functions {

struct RegexProgram {
    pcre2_code* code = nullptr;
    bool anchored = false;  // matches at the subject's begin alone
    bool jit = false;       // is machine code
    std::string refusal;    // why there is no code
};

class RegexScratch {
public:
    RegexScratch() : m_context(pcre2_match_context_create(nullptr))
    {
        WEFT_ASSERT(m_context != nullptr);
        pcre2_set_heap_limit(m_context, heap_kibibytes_max);
        pcre2_jit_stack_assign(m_context, &RegexScratch::stack_of, this);
    }
    RegexScratch(const RegexScratch&) = delete;
    RegexScratch& operator=(const RegexScratch&) = delete;
    ~RegexScratch()
    {
        pcre2_match_data_free(m_data);
        pcre2_jit_stack_free(m_stack);
        pcre2_match_context_free(m_context);
    }

    pcre2_match_context* context() { return m_context; }
    pcre2_match_data* data(unsigned groups)
    {
        if (m_data == nullptr || groups >= m_pairs) {
            pcre2_match_data_free(m_data);
            m_pairs = std::max(groups + 1, pairs_min);
            m_data = pcre2_match_data_create(m_pairs, nullptr);
            WEFT_ASSERT(m_data != nullptr);
        }
        return m_data;
    }
    // After a match that ran out of the machine's 32 KiB of stack. False: it had more already.
    bool grow_stack()
    {
        if (m_stack != nullptr) return false;
        m_stack = pcre2_jit_stack_create(stack_bytes_min, stack_bytes_max, nullptr);
        return m_stack != nullptr;
    }

    // Takes more memory than a thread should keep.
    bool has_grown() const { return m_stack != nullptr || m_pairs > pairs_min; }

private:
    static pcre2_jit_stack* stack_of(void* self)
    {
        return static_cast<RegexScratch*>(self)->m_stack;
    }

    static constexpr std::uint32_t heap_kibibytes_max = 20'000;
    static constexpr std::size_t stack_bytes_min = 64U << 10;
    static constexpr std::size_t stack_bytes_max = 8U << 20;
    static constexpr unsigned pairs_min = 16;

    pcre2_match_context* m_context;
    pcre2_match_data* m_data = nullptr;
    pcre2_jit_stack* m_stack = nullptr;
    unsigned m_pairs = 0;
};

namespace {

// A call of PCRE2 cannot be interrupted, so its work is bounded: the product of the starts it may
// try and of the steps back it may take from each. What needs more is done by a program that
// reports each of its steps (an automatic callout) and is ten times slower.
constexpr std::size_t work_max = std::size_t{1} << 24;
constexpr std::size_t steps_back_min = 1'000;
constexpr std::size_t steps_back_max = 200'000;
constexpr std::size_t starts_min = 16;
constexpr std::uint32_t steps_a_report = 256;

std::string source_form(std::string_view flags)
{
    std::string shown = "g";  // as the reference's message shows them
    if (flags.find('i') != std::string_view::npos) shown += 'i';
    if (flags.find('m') != std::string_view::npos) shown += 'm';
    return shown;
}

tl::unexpected<Fault> invalid(std::string_view pattern, std::string_view flags,
                              std::string_view message)
{
    return fault("S0303",
                 {{"value", pattern}, {"flags", source_form(flags)}, {"message", message}});
}

RegexProgram* compile(const RegexPattern& pattern, RegexForm form, bool ignore_case)
{
    const bool wide = form == RegexForm::Wide || form == RegexForm::WideMetered;
    const bool metered = form == RegexForm::AsciiMetered || form == RegexForm::WideMetered;
    const std::string& text = wide ? pattern.wide : pattern.ascii;
    std::uint32_t options =
        PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
    if (wide) options |= PCRE2_UTF;
    if (ignore_case) options |= PCRE2_CASELESS;
    if (metered) options |= PCRE2_AUTO_CALLOUT;

    pcre2_compile_context* context = pcre2_compile_context_create(nullptr);
    WEFT_ASSERT(context != nullptr);
    pcre2_set_compile_extra_options(context, PCRE2_EXTRA_ALLOW_SURROGATE_ESCAPES);
    int error = 0;
    std::size_t place = 0;
    auto program = std::make_unique<RegexProgram>();
    program->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), options,
                                  &error, &place, context);
    pcre2_compile_context_free(context);
    if (program->code == nullptr) {
        PCRE2_UCHAR message[256] = {};
        pcre2_get_error_message(error, message, sizeof message);
        program->refusal = reinterpret_cast<const char*>(message);
        return program.release();
    }
    // Where machine code cannot be made, pcre2_match interprets.
    program->jit = pcre2_jit_compile(program->code, PCRE2_JIT_COMPLETE) == 0;
    std::uint32_t all_options = 0;
    pcre2_pattern_info(program->code, PCRE2_INFO_ALLOPTIONS, &all_options);
    program->anchored = (all_options & PCRE2_ANCHORED) != 0;
    return program.release();
}

void destroy(const RegexProgram* program)
{
    if (program == nullptr) return;
    pcre2_code_free(program->code);
    delete program;
}

int report_step(pcre2_callout_block* /*block*/, void* data)
{
    auto& steps = *static_cast<std::pair<Meter*, std::uint32_t>*>(data);
    if (++steps.second < steps_a_report) return 0;
    steps.second = 0;
    return steps.first->step(steps_a_report) ? 0 : PCRE2_ERROR_CALLOUT;
}

}  // namespace

Regex::Regex(std::string_view source, std::string_view flags, RegexPattern pattern)
    : m_source(source), m_flags(flags), m_pattern(std::move(pattern))
{
}

Regex::~Regex()
{
    for (const auto& program : m_programs) destroy(program.load());
}

Outcome<std::shared_ptr<const Regex>> Regex::make(std::string_view pattern, std::string_view flags)
{
    auto translated = translate_regex(pattern, flags.find('i') != std::string_view::npos,
                                      flags.find('m') != std::string_view::npos);
    if (!translated) return invalid(pattern, flags, translated.error());
    return std::shared_ptr<const Regex>(new Regex(pattern, flags, std::move(*translated)));
}

Outcome<const RegexProgram*> Regex::program(RegexForm form) const
{
    auto& slot = m_programs[static_cast<std::size_t>(form)];
    const RegexProgram* program = slot.load(std::memory_order_acquire);
    if (program == nullptr) {
        program = compile(m_pattern, form, m_flags.find('i') != std::string::npos);
        const RegexProgram* other = nullptr;
        if (!slot.compare_exchange_strong(other, program, std::memory_order_acq_rel)) {
            destroy(program);
            program = other;
        }
    }
    if (program->code == nullptr) return invalid(m_source, m_flags, program->refusal);
    return program;
}

namespace {

// What the thread's last scan left, so that the next one need not make it again.
thread_local std::unique_ptr<RegexScratch> spare_scratch;

}  // namespace

RegexBuffers::RegexBuffers()
    : m_scratch(spare_scratch ? std::move(spare_scratch) : std::make_unique<RegexScratch>())
{
}
RegexBuffers::~RegexBuffers()
{
    if (!spare_scratch && !m_scratch->has_grown()) spare_scratch = std::move(m_scratch);
}

RegexScan::RegexScan(const Regex& regex, std::string_view subject, RegexBuffers& buffers,
                     Meter& meter)
    : m_regex(regex), m_scratch(*buffers.m_scratch), m_meter(meter), m_subject(subject),
      m_ascii(is_ascii(subject))
{
    if (m_ascii) return;
    // PCRE2 reads beyond the end of a text whose last character is cut off.
    if (!is_well_formed(subject)) {
        m_split = split_pairs(repaired(subject));
    } else if (has_pairs(subject)) {
        m_split = split_pairs(subject);
    }
    if (!m_split.empty()) m_subject = m_split;
}

Outcome<bool> RegexScan::next()
{
    m_joined.clear();
    const bool first = !std::exchange(m_begun, true);
    const std::size_t from = first ? 0 : m_offsets[1];
    m_last_end = from;
    if (!first && from >= m_subject.size()) return false;
    const std::size_t units_before = m_end_units;
    auto found = search(from);
    if (!found || !*found) return found;
    if (!first && m_offsets[0] == m_offsets[1])
        return fault("D1004", {{"value", std::string_view(m_regex.source())}});
    m_start_units = units_before + units(from, m_offsets[0]);
    m_end_units = m_start_units + units(m_offsets[0], m_offsets[1]);
    return true;
}

// Tries the starts from `from` on, some at a time.
Outcome<bool> RegexScan::search(std::size_t from)
{
    const std::size_t size = m_subject.size();
    const std::size_t starts = std::max(work_max / std::max(size, steps_back_max), starts_min);
    for (;;) {
        const RegexForm form = m_ascii     ? m_metered ? RegexForm::AsciiMetered : RegexForm::Ascii
                               : m_metered ? RegexForm::WideMetered
                                           : RegexForm::Wide;
        auto result = run(form, from, m_metered ? size + 1 : starts);
        if (!result) return tl::unexpected(std::move(result).error());
        if (*result > 0) return true;
        if (*result == PCRE2_ERROR_MATCHLIMIT && !m_metered) {
            m_metered = true;
            continue;
        }
        if (*result == PCRE2_ERROR_CALLOUT) return fault("D1012");
        if (*result == PCRE2_ERROR_JIT_STACKLIMIT && m_scratch.grow_stack()) continue;
        if (*result != PCRE2_ERROR_NOMATCH) return fault("U1003");
        if (m_metered || size - from < starts) return false;
        from += starts;
        while (from < size && is_continuation_byte(m_subject[from])) ++from;
        if (!m_meter.step(starts_min)) return fault("D1012");
    }
}

// PCRE2's answer; offsets are kept if it is a match.
Outcome<int> RegexScan::run(RegexForm form, std::size_t from, std::size_t starts_max)
{
    auto program = m_regex.program(form);
    if (!program) return tl::unexpected(std::move(program).error());
    if ((*program)->anchored && from > 0) return PCRE2_ERROR_NOMATCH;
    const std::size_t size = m_subject.size();
    pcre2_match_context* context = m_scratch.context();
    std::pair<Meter*, std::uint32_t> steps{&m_meter, 0};
    if (m_metered) {
        pcre2_set_match_limit(context, UINT32_MAX);
        pcre2_set_offset_limit(context, PCRE2_UNSET);
        pcre2_set_callout(context, report_step, &steps);
    } else {
        const std::size_t limit =
            std::clamp(work_max / std::max<std::size_t>(size, 1), steps_back_min, steps_back_max);
        pcre2_set_match_limit(context, static_cast<std::uint32_t>(limit));
        pcre2_set_offset_limit(context,
                               size - from < starts_max ? PCRE2_UNSET : from + starts_max - 1);
        pcre2_set_callout(context, nullptr, nullptr);
    }
    pcre2_match_data* data = m_scratch.data(m_regex.groups());
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(m_subject.data());
    const int result =
        (*program)->jit
            ? pcre2_jit_match((*program)->code, subject, size, from, 0, data, context)
            : pcre2_match((*program)->code, subject, size, from, PCRE2_NO_UTF_CHECK, data, context);
    if (result > 0) {
        const std::size_t* offsets = pcre2_get_ovector_pointer(data);
        m_offsets.assign(offsets, offsets + 2 * static_cast<std::size_t>(result));
        m_offsets.resize(2 * (std::size_t{m_regex.groups()} + 1), PCRE2_UNSET);
    }
    return result;
}

std::optional<std::string_view> RegexScan::group(std::size_t index)
{
    WEFT_ASSERT(index < m_regex.groups());
    const std::size_t begin = m_offsets[2 * index + 2];
    if (begin == PCRE2_UNSET) return std::nullopt;
    return slice(begin, m_offsets[2 * index + 3]);
}

std::string_view RegexScan::slice(std::size_t begin, std::size_t end)
{
    const std::string_view text = m_subject.substr(begin, end - begin);
    if (m_split.empty()) return text;
    return m_joined.emplace_front(join_pairs(text));
}

std::size_t RegexScan::units(std::size_t begin, std::size_t end) const
{
    // Each character of the subject is one unit by now.
    return m_ascii ? end - begin : count_characters(m_subject.substr(begin, end - begin));
}

}  // namespace weft::jsonata::functions
