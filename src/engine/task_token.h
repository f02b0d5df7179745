#pragma once

#include "history/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::engine {

// What a task token says: which call of which execution it ends. The text carries a MAC made with
// the store's secret, so that no token has to be kept and none can be made up; the nonce tells a
// call from one that was decided in its place.
struct TaskToken {
    std::int64_t key = 0;  // of the execution's stream
    std::uint32_t shard = 0;
    history::EventId scheduled = 0;
    std::int64_t nonce = 0;

    bool operator==(const TaskToken&) const = default;
};

// Base64, 60 characters. AWS API: SendTaskSuccess, taskToken, 1 to 2048 characters.
std::string write_task_token(const TaskToken& token, std::string_view secret);
// None for what write_task_token() did not make with this secret.
std::optional<TaskToken> read_task_token(std::string_view text, std::string_view secret);

}  // namespace weft::engine
