#pragma once

#include "engine/task_token.h"
#include "journal/journal.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weft::test {

// The answers that workers and holders of tokens sent, each with a value of its own ("v12"; of a
// failure its error), held against the histories.
class TokenLedger {
public:
    std::string next_value() const { return "v" + std::to_string(m_given.size()); }
    void sent(const std::string& value, const engine::TaskToken& token)
    {
        m_given.emplace(value, Given{token});
    }
    // The server said that it is recorded.
    void acknowledged(const std::string& value) { m_given[value].acknowledged = true; }

    // At the end: what was acknowledged stands in the histories, once, where it belongs; nothing
    // stands there that nobody sent. What is wrong; empty when all holds.
    std::string check(journal::Journal& journal,
                      const std::vector<std::string>& machine_arns) const;

private:
    struct Given {
        engine::TaskToken token;
        bool acknowledged = false;
    };
    std::map<std::string, Given> m_given;
};

}  // namespace weft::test
