#include "json/depth.h"

#include "json/small_stack.h"

namespace weft::json {

bool nests_deeper(const Value& value, std::size_t levels)
{
    struct Open {
        const Value* value;
        std::size_t level;
    };
    SmallStack<Open, 64> pending;
    const auto add = [&](const Value& inner, std::size_t level) {
        if (inner.is_array() || inner.is_object()) pending.push({&inner, level});
    };
    add(value, 1);
    while (!pending.empty()) {
        const auto [outer, level] = pending.top();
        pending.pop();
        if (level > levels) return true;
        if (outer->is_array()) {
            for (const Value& item : outer->items()) add(item, level + 1);
        } else {
            for (const Member& member : outer->members()) add(member.value, level + 1);
        }
    }
    return false;
}

}  // namespace weft::json
