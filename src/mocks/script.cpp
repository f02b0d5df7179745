#include "mocks/script.h"

#include "base/suggest.h"

#include <utility>
#include <vector>

namespace weft::mocks {

Result<Answer> Player::next(std::string_view who)
{
    const std::uint64_t count = m_calls.fetch_add(1, std::memory_order_relaxed);
    if (const Answer* answer = m_sequence.at(count)) return *answer;
    return fail(ErrorCode::NotFound,
                "{} has no answer for call {} of {}: {} are scripted; add answers, or 'repeat: "
                "true' to the last",
                m_sequence.place, count + 1, who, m_sequence.calls().value_or(0));
}

Script::Script(Mocks mocks) : m_name(std::move(mocks.name))
{
    for (auto& [name, sequence] : mocks.sequences) {
        m_by_name[name] = &m_players.emplace_back(std::move(sequence));
    }
}

Player* Script::find(std::string_view state, std::string_view resource) const
{
    auto found = m_by_name.find(state);
    if (found == m_by_name.end()) found = m_by_name.find(resource);
    return found == m_by_name.end() ? nullptr : found->second;
}

bool Script::names(std::string_view state, std::string_view resource) const
{
    return find(state, resource) != nullptr;
}

Result<Answer> Script::next(std::string_view state, std::string_view resource)
{
    if (Player* player = find(state, resource))
        return player->next(fmt::format("state '{}'", state));
    std::vector<std::string_view> known;
    for (const auto& [name, player] : m_by_name) known.push_back(name);
    return fail(ErrorCode::NotFound, "{} names neither state '{}' nor its resource {}{}", m_name,
                state, resource, did_you_mean(state, known));
}

}  // namespace weft::mocks
