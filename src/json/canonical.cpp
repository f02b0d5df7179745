#include "json/number.h"
#include "json/small_stack.h"
#include "json/write.h"

#include <algorithm>
#include <vector>

namespace weft::json {

namespace {

// RFC 8785, section 3.2.3: keys by their UTF-16 code units. UTF-8 sorts by code point; the two
// differ where characters beyond U+FFFF (surrogates D800 to DFFF in UTF-16) meet those from U+E000
// to U+FFFF.
bool utf16_less(std::string_view left, std::string_view right)
{
    const auto difference = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    if (difference.first == left.end() || difference.second == right.end())
        return difference.first == left.end() && difference.second != right.end();
    const auto a = static_cast<unsigned char>(*difference.first);
    const auto b = static_cast<unsigned char>(*difference.second);
    // Lead bytes: F0 and above are pairs of surrogates, EE and EF lie above those.
    if (a >= 0xEE && b >= 0xEE && (a >= 0xF0) != (b >= 0xF0)) return a >= 0xF0;
    return a < b;
}

void put_scalar(std::string& out, const Value& value)
{
    if (value.is_number()) {
        write_decimal_to(out, decimal_of(value));
    } else {
        write_to(out, value);
    }
}

struct Open {
    const Value* list;
    std::size_t next;
    std::size_t order;  // where its sorted members begin
};

}  // namespace

std::string write_canonical(const Value& root)
{
    std::string out;
    std::vector<const Member*> sorted;  // of all open objects, one behind the other
    SmallStack<Open, 32> stack;
    const auto enter = [&](const Value& value) {
        if (value.size() == 0) {
            put_scalar(out, value);
            return;
        }
        stack.push({&value, 0, sorted.size()});
        out += value.is_array() ? '[' : '{';
        if (!value.is_object()) return;
        const auto first = static_cast<std::ptrdiff_t>(sorted.size());
        for (const Member& member : value.members()) sorted.push_back(&member);
        std::sort(sorted.begin() + first, sorted.end(),
                  [](const Member* a, const Member* b) { return utf16_less(a->key, b->key); });
    };
    enter(root);
    while (!stack.empty()) {
        Open& open = stack.top();
        const Value& list = *open.list;
        if (open.next == list.size()) {
            out += list.is_array() ? ']' : '}';
            sorted.resize(open.order);
            stack.pop();
            continue;
        }
        if (open.next != 0) out += ',';
        const std::size_t position = open.next++;
        if (list.is_array()) {
            enter(list.items()[position]);
            continue;
        }
        const Member& member = *sorted[open.order + position];
        write_string_to(out, member.key);
        out += ':';
        enter(member.value);
    }
    return out;
}

}  // namespace weft::json
