#include "tests/simulation/executions/token_ledger.h"

#include <fmt/format.h>

#include <optional>

namespace weft::test {

namespace {

struct TokenResult {
    std::string value;
    history::EventId scheduled = 0;
};

// The result of a call as somebody gave it with a token.
std::optional<TokenResult> result_by_token(const history::Event& event)
{
    std::optional<TokenResult> found;
    if (const auto* result = std::get_if<history::Boxed<history::TaskResult>>(&event.details)) {
        if ((*result)->output.is_string())
            found = {std::string((*result)->output.as_string()), (*result)->scheduled};
    } else if (const auto* failure =
                   std::get_if<history::Boxed<history::TaskFailure>>(&event.details)) {
        if ((*failure)->error)
            found = {std::string((*failure)->error->view()), (*failure)->scheduled};
    }
    const bool ours = found && found->value.size() > 1 && found->value[0] == 'v' &&
                      found->value.find_first_not_of("0123456789", 1) == std::string::npos;
    return ours ? found : std::nullopt;
}

}  // namespace

std::string TokenLedger::check(journal::Journal& journal,
                               const std::vector<std::string>& machine_arns) const
{
    std::map<std::string, int> recorded;
    for (const std::string& machine : machine_arns) {
        const auto rows =
            journal.list({.machine_arn = machine, .status = {}, .before = {}, .limit = 10'000});
        if (!rows) return rows.error().message;
        for (const journal::IndexRow& row : *rows) {
            const auto batches = journal.read(row.key, 0, SIZE_MAX);
            if (!batches) return batches.error().message;
            for (const journal::Batch& batch : *batches) {
                for (const history::Event& event : batch.events) {
                    const std::optional<TokenResult> result = result_by_token(event);
                    if (!result) continue;
                    const auto given = m_given.find(result->value);
                    if (given == m_given.end() || given->second.token.key != row.key ||
                        given->second.token.scheduled != result->scheduled)
                        return fmt::format("{} {}: nobody sent the result of event {}",
                                           row.machine_arn, row.name, event.id);
                    if (++recorded[result->value] > 1) return "an answer stands twice";
                }
            }
        }
    }
    for (const auto& [value, given] : m_given)
        if (given.acknowledged && !recorded.contains(value))
            return fmt::format("an answer that was acknowledged is gone: {} for event {} of "
                               "stream {}",
                               value, given.token.scheduled, given.token.key);
    return {};
}

}  // namespace weft::test
