#include "gateway/extractive/prompt.h"

#include "gateway/extractive/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::gateway::extractive {
namespace {

// Bounds that keep the search linear, whatever the prompt.
constexpr std::size_t question_bytes_max = 4096;
constexpr std::size_t candidates_max = 500;

// A span of a text that may be the question.
struct Candidate {
    std::size_t begin = 0;  // of label and question: what is cut out of the text
    std::size_t end = 0;
    std::string_view question;
    int score = 0;
};

constexpr std::array<std::string_view, 5> question_tags{"question", "user_question", "query",
                                                        "user_query", "ask"};
constexpr std::array<std::string_view, 4> question_labels{"question", "query",
                                                          "request for information", "q"};
constexpr std::array<std::string_view, 15> context_labels{
    "context",     "description", "document", "documents", "text",
    "information", "background",  "excerpt",  "passage",   "article",
    "profile",     "knowledge",   "content",  "source",    "sources"};
// How a sentence begins that tells the model what to do.
constexpr std::array<std::string_view, 33> instructions{
    "you are",       "you're",      "your task", "your job",   "answer ",       "use only",
    "use the",       "using ",      "respond",   "reply",      "please answer", "please respond",
    "please use",    "given the",   "based on",  "based only", "do not ",       "don't ",
    "only use",      "keep your",   "keep the",  "keep it",    "be concise",    "be brief",
    "if the answer", "if the text", "if you",    "write ",     "here is the",   "here are the",
    "limit your",    "your answer", "read the"};
// How a request begins that is a question without its mark.
constexpr std::array<std::string_view, 22> requests{"describe",       "explain",
                                                    "list",           "outline",
                                                    "detail",         "summarize",
                                                    "summarise",      "tell",
                                                    "give",           "name",
                                                    "state",          "provide",
                                                    "discuss",        "please describe",
                                                    "please explain", "please list",
                                                    "please provide", "please outline",
                                                    "please detail",  "identify",
                                                    "compare",        "what "};

template <std::size_t N>
bool begins_with_any(std::string_view text, const std::array<std::string_view, N>& list)
{
    const std::string start = lower(trim(text).substr(0, 40));
    return std::ranges::any_of(list,
                               [&](std::string_view item) { return start.starts_with(item); });
}

bool is_label_word(std::string_view word, bool question)
{
    if (question)
        return std::ranges::find(question_labels, word) != question_labels.end() ||
               word == "questions";
    return std::ranges::find(context_labels, word) != context_labels.end();
}

// The end of the question that begins at `begin`: its paragraph, but one line up to a question mark
// when more follows on it.
std::size_t question_end(std::string_view text, std::size_t begin)
{
    text = text.substr(0, begin + std::min(question_bytes_max, text.size() - begin));
    std::size_t end = text.find("\n\n", begin);
    if (end == std::string_view::npos) end = text.size();
    // Another label ends it: "Question: …\nAnswer:", "Question: …\nContext: …".
    for (std::size_t line = text.find('\n', begin); line < end; line = text.find('\n', line + 1)) {
        const std::string_view rest =
            text.substr(line + 1, std::min(text.find('\n', line + 1), text.size()) - line - 1);
        const std::size_t colon = rest.find(':');
        if (colon != std::string_view::npos && colon <= 40) return line;
    }
    std::size_t mark = text.substr(begin, end - begin).rfind('?');
    if (mark == std::string_view::npos) return end;
    mark += begin;
    // A short question at the head of a long paragraph: the text follows on the same line.
    if (end - mark > 200) {
        mark = text.find('?', begin);
        return mark + 1;
    }
    return trim(text.substr(mark + 1, end - mark - 1)).empty() ? end : mark + 1;
}

void find_tags(std::string_view text, std::vector<Candidate>& found)
{
    for (const std::string_view tag : question_tags) {
        const std::string open = "<" + std::string(tag) + ">";
        const std::string close = "</" + std::string(tag) + ">";
        for (std::size_t at = text.find(open); at != std::string_view::npos;
             at = text.find(open, at + 1)) {
            const std::size_t begin = at + open.size();
            const std::size_t end = text.find(close, begin);
            if (end == std::string_view::npos || found.size() >= candidates_max) break;
            found.push_back({at, end + close.size(), trim(text.substr(begin, end - begin)), 10});
        }
    }
}

// "Question:", "RFP question 3:", "Answer the following question about Acme:".
struct Label {
    std::size_t begin = 0;  // of the label's sentence
    std::size_t end = 0;    // after the colon
    std::size_t words = 0;
};

std::optional<Label> label_at_colon(std::string_view text, std::size_t colon, bool question)
{
    if (colon + 1 < text.size() && text[colon + 1] == '/') return {};  // a URL
    // Back to the beginning of the sentence, or line, that the colon stands in.
    constexpr std::size_t label_bytes_max = 120;
    const std::size_t earliest = colon > label_bytes_max ? colon - label_bytes_max - 1 : 0;
    std::size_t begin = earliest;
    bool found = earliest == 0;
    for (std::size_t i = earliest; i < colon; ++i) {
        const bool ends =
            (text[i] == '.' || text[i] == '?' || text[i] == '!') && text[i + 1] == ' ';
        if (text[i] != '\n' && !(ends && i + 1 < colon)) continue;
        begin = text[i] == '\n' ? i + 1 : i + 2;
        found = true;
    }
    if (!found) return {};
    const std::vector<std::string> all = words(text.substr(begin, colon - begin));
    if (all.empty() || all.size() > 16) return {};
    const auto is_mine = [&](const std::string& word) { return is_label_word(word, question); };
    // Few words, or words that tell the model what to do; else it is a sentence of the text.
    const bool short_label = all.size() <= 4;
    const bool instruction = begins_with_any(text.substr(begin), instructions);
    if (std::ranges::none_of(all, is_mine) || !(short_label || instruction)) return {};
    if (all.size() == 1 || short_label || instruction) return Label{begin, colon + 1, all.size()};
    return {};
}

void find_labels(std::string_view text, std::vector<Candidate>& found)
{
    for (std::size_t at = text.find(':'); at != std::string_view::npos;
         at = text.find(':', at + 1)) {
        const auto label = label_at_colon(text, at, true);
        if (!label) continue;
        // The last ones count more than the first.
        if (found.size() >= candidates_max)
            found.erase(found.begin(), found.begin() + candidates_max / 2);
        std::size_t begin = label->end;
        while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\n' ||
                                       text[begin] == '\r' || text[begin] == '*')) {
            ++begin;
        }
        const std::size_t end = question_end(text, begin);
        const std::string_view question = trim(text.substr(begin, end - begin));
        if (question.empty()) continue;
        int score = 4;
        if (label->words <= 3) score += 3;
        if (question.ends_with('?')) score += 2;
        found.push_back({label->begin, end, question, score});
    }
}

// Questions, and requests, that stand in the first or the last paragraph without a label.
void find_plain(std::string_view text, std::vector<Candidate>& found)
{
    constexpr std::string_view space = " \t\r\n";
    const std::size_t text_begin = std::min(text.find_first_not_of(space), text.size());
    const std::size_t text_end = text.find_last_not_of(space) + 1;
    std::size_t begin = text_begin;
    while (begin < text_end) {
        std::size_t end = text.find("\n\n", begin);
        if (end == std::string_view::npos) end = text.size();
        const std::string_view paragraph = text.substr(begin, end - begin);
        const bool first = begin <= text_begin;
        const bool last = end >= text_end;
        std::size_t sentence = 0;
        for (std::size_t i = 0; i <= paragraph.size(); ++i) {
            const bool stop =
                i == paragraph.size() ||
                ((paragraph[i] == '.' || paragraph[i] == '?' || paragraph[i] == '!') &&
                 (i + 1 == paragraph.size() || paragraph[i + 1] == ' ' ||
                  paragraph[i + 1] == '\n')) ||
                paragraph[i] == '\n';
            if (!stop) continue;
            const std::size_t after = std::min(i + 1, paragraph.size());
            const std::string_view piece = trim(paragraph.substr(sentence, after - sentence));
            int score = 0;
            if (piece.ends_with('?'))
                score = 4;
            else if (begins_with_any(piece, requests))
                score = 1;
            if (score > 0) {
                if (last) score += 2;
                if (first) score += 1;
                // The very last or very first words of the prompt.
                if (begin + after >= text_end) score += 1;
                if (begin + sentence <= text_begin) score += 1;
                if (found.size() >= candidates_max)
                    found.erase(found.begin() + 1, found.begin() + candidates_max / 2);
                if (score > 2) found.push_back({begin + sentence, begin + after, piece, score});
            }
            sentence = after;
        }
        begin = end + 2;
    }
}

// Neighbouring questions belong together: "Who founded it? When?"
Candidate joined(std::string_view text, const std::vector<Candidate>& all, Candidate best)
{
    bool grown = true;
    while (grown) {
        grown = false;
        for (const Candidate& other : all) {
            if (!other.question.ends_with('?')) continue;
            if (other.end <= best.begin &&
                trim(text.substr(other.end, best.begin - other.end)).empty()) {
                best.begin = other.begin;
                best.question = trim(text.substr(best.begin, best.end - best.begin));
                grown = true;
            } else if (other.begin >= best.end &&
                       trim(text.substr(best.end, other.begin - best.end)).empty()) {
                best.end = other.end;
                best.question = trim(text.substr(best.begin, best.end - best.begin));
                grown = true;
            }
        }
    }
    return best;
}

std::optional<Candidate> find_question(std::string_view text)
{
    std::vector<Candidate> found;
    find_tags(text, found);
    find_labels(text, found);
    std::vector<Candidate> plain;
    find_plain(text, plain);
    const auto best_of = [](const std::vector<Candidate>& list) {
        const Candidate* best = nullptr;
        for (const Candidate& candidate : list) {
            if (best == nullptr || candidate.score >= best->score) best = &candidate;
        }
        return best;
    };
    const Candidate* labelled = best_of(found);
    const Candidate* unlabelled = best_of(plain);
    if (labelled != nullptr &&
        (unlabelled == nullptr || labelled->score >= 6 || labelled->score >= unlabelled->score)) {
        return *labelled;
    }
    if (unlabelled != nullptr) return joined(text, plain, *unlabelled);
    return {};
}

std::string without_tags(std::string_view text)
{
    constexpr std::size_t tag_bytes_max = 60;
    std::string kept;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '<' && at + 1 < text.size()) {
            const std::size_t end = text.substr(at + 1, tag_bytes_max).find_first_of("<>\n");
            const char first = text[at + 1];
            const bool named =
                first == '/' || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
            if (named && end != std::string_view::npos && text[at + 1 + end] == '>') {
                kept += "\n\n";
                at += end + 1;
                continue;
            }
        }
        kept += text[at];
    }
    return kept;
}

// From the label of the text on, if it has one: "Company description: …".
std::size_t context_begin(std::string_view text)
{
    for (std::size_t at = text.find(':'); at != std::string_view::npos;
         at = text.find(':', at + 1)) {
        if (const auto label = label_at_colon(text, at, false)) return label->end;
    }
    return 0;
}

// Without the sentences that tell the model what to do, where such sentences stand: in the first
// and last paragraphs.
std::string without_instructions(std::string_view text)
{
    std::string kept;
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = text.find('\n', begin);
        if (end == std::string_view::npos) end = text.size();
        const std::string_view line = text.substr(begin, end - begin);
        const std::string start = lower(trim(line));
        if (start == "answer:" || start == "assistant:" || start == "response:" || start == "a:") {
            kept += '\n';
        } else if (begins_with_any(line, instructions)) {
            for (const Sentence& sentence : split_sentences(line)) {
                if (!begins_with_any(sentence.text, instructions)) kept += sentence.text + " ";
            }
            kept += '\n';
        } else {
            kept += line;
            kept += '\n';
        }
        begin = end + 1;
    }
    return kept;
}

std::string context_of(std::string_view prompt)
{
    const std::string text = without_tags(prompt);
    const std::size_t begin = context_begin(text);
    std::string before = without_instructions(std::string_view(text).substr(0, begin));
    // What stands before the label is the model's instructions, unless it is long.
    if (begin > 0 && before.size() < 400) before.clear();
    return before + "\n\n" + without_instructions(std::string_view(text).substr(begin));
}

}  // namespace

Prompt read_prompt(const Conversation& conversation)
{
    Prompt prompt;
    std::vector<std::string> texts{conversation.system};
    std::size_t asked = 0;
    for (const Turn& turn : conversation.turns) {
        // What the model said before is no source.
        if (turn.role != Role::User) continue;
        for (const Block& block : turn.blocks) {
            if (block.kind == Block::Kind::Text || block.kind == Block::Kind::ToolResult)
                texts.push_back(block.text);
        }
        asked = texts.size() - 1;
    }
    // The last text that asks something holds the question.
    for (std::size_t i = asked + 1; i-- > 0 && prompt.question.empty();) {
        const auto candidate = find_question(texts[i]);
        if (!candidate) continue;
        prompt.question = squeeze(candidate->question);
        texts[i] = texts[i].substr(0, candidate->begin) + "\n\n" + texts[i].substr(candidate->end);
    }
    for (const std::string& text : texts) {
        const std::string context = context_of(text);
        if (trim(context).empty()) continue;
        prompt.context += prompt.context.empty() ? "" : "\n\n";
        prompt.context += trim(context);
    }
    return prompt;
}

}  // namespace weft::gateway::extractive
