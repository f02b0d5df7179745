#pragma once

#include <string>

namespace weft {

// A machine of `count` Pass states, one after the other.
inline std::string pass_states(int count)
{
    std::string states;
    for (int i = 0; i < count; ++i) {
        const std::string next =
            i + 1 < count ? "\"Next\":\"S" + std::to_string(i + 1) + "\"" : "\"End\":true";
        states += (i > 0 ? "," : "") + ("\"S" + std::to_string(i)) + "\":{\"Type\":\"Pass\"," +
                  next + "}";
    }
    return R"({"StartAt":"S0","States":{)" + states + "}}";
}

}  // namespace weft
