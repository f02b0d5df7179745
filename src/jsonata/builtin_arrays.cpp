// JSONata, Array functions: https://docs.jsonata.org/array-functions

#include "jsonata/adapter.h"
#include "jsonata/families.h"
#include "jsonata/merge_sort.h"

#include "json/write.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace weft::jsonata::builtin {

namespace {

// Looks through a few items, hashes many: JSON values are equal when their canonical texts are.
class Seen {
public:
    explicit Seen(Evaluator& evaluator) : m_evaluator(evaluator) {}

    // Whether it was not seen before.
    bool add(const Item& item)
    {
        if (m_few.size() < few_max) {
            for (const Item& other : m_few)
                if (deep_equal(m_evaluator, other, item)) return false;
            m_few.push_back(item);
            return true;
        }
        if (!std::exchange(m_hashing, true))
            for (const Item& other : m_few) hash(other);
        return hash(item);
    }

private:
    static constexpr std::size_t few_max = 8;

    bool hash(const Item& item)
    {
        json::Value value;
        if (!m_evaluator.to_json(item, value, Evaluator::Form::Lossless)) {
            for (const Item& other : m_others)
                if (deep_equal(m_evaluator, other, item)) return false;
            m_others.push_back(item);
            return true;
        }
        if (value.is_number()) {
            // All numbers are doubles.
            const double number = value.as_double();
            return m_numbers.insert(number == 0 ? 0 : number).second;
        }
        return m_texts.insert(json::write_canonical(value)).second;
    }

    Evaluator& m_evaluator;
    ItemVector m_few;
    bool m_hashing = false;  // the few are hashed as well
    std::unordered_set<double> m_numbers;
    std::unordered_set<std::string> m_texts;
    std::vector<Item> m_others;
};

}  // namespace

Item append(const Call& call)
{
    return jsonata::append(call.evaluator, call[0], call[1]);
}

Item count(const Call& call)
{
    return Item(static_cast<double>(ArrayView(call[0]).size()));
}

Item reverse(const Call& call)
{
    const ArrayView items(call[0]);
    if (items.size() <= 1) return call[0];
    if (!call.evaluator.spend(items.size()) ||
        !call.evaluator.can_hold(items.size() * sizeof(Item)))
        return failed();
    List* out = List::make();
    Item result = Item::own(out);
    out->reserve(items.size());
    for (std::size_t i = items.size(); i > 0; --i) out->push(items.at(i - 1));
    return result;
}

Item shuffle(const Call& call)
{
    const ArrayView items(call[0]);
    if (items.size() <= 1) return call[0];
    if (!call.evaluator.spend(items.size()) ||
        !call.evaluator.can_hold(items.size() * sizeof(Item)))
        return failed();
    std::vector<std::uint32_t> order = positions_of(items.size());
    for (std::size_t i = order.size() - 1; i > 0; --i) {
        const auto other =
            static_cast<std::size_t>(call.evaluator.entropy().unit() * static_cast<double>(i + 1));
        std::swap(order[i], order[other]);
    }
    List* out = List::make();
    Item result = Item::own(out);
    out->reserve(items.size());
    for (const std::uint32_t at : order) out->push(items.at(at));
    return result;
}

Item distinct(const Call& call)
{
    if (!call[0].is_array()) return call[0];
    const ArrayView items(call[0]);
    if (items.size() <= 1) return call[0];
    List* out = List::make(call[0].is_sequence());
    Item result = Item::own(out);
    Seen seen(call.evaluator);
    for (std::size_t i = 0; i < items.size(); ++i) {
        Item item = items.at(i);
        if (!call.evaluator.spend(1)) return failed();
        if (seen.add(item)) out->push(std::move(item));
        if (call.evaluator.failed()) return failed();
    }
    return result;
}

Item zip(const Call& call)
{
    std::vector<ArrayView> arrays;
    std::size_t size = call.arguments.empty() ? 0 : SIZE_MAX;
    for (const Item& argument : call.arguments) {
        arrays.emplace_back(argument);
        size = std::min(size, argument.is_array() ? arrays.back().size() : 0);
    }
    List* out = List::make();
    Item result = Item::own(out);
    for (std::size_t i = 0; i < size; ++i) {
        if (!call.evaluator.spend(arrays.size())) return failed();
        List* tuple = List::make();
        Item held = Item::own(tuple);
        for (const ArrayView& array : arrays) tuple->push(array.at(i));
        out->push(std::move(held));
    }
    return result;
}

// Without a comparator, numbers or texts; the comparator says whether its first argument goes
// behind its second.
Item sort(const Call& call)
{
    if (!call.has(0)) return {};
    Evaluator& evaluator = call.evaluator;
    const ArrayView items(call[0]);
    const std::size_t size = items.size();
    if (size <= 1) return call[0];
    if (!evaluator.can_hold(size * (sizeof(Item) + 8))) return failed();
    std::vector<std::uint32_t> order = positions_of(size);
    bool sorted = false;
    if (call.has(1)) {
        sorted = merge_sort(order, [&](std::uint32_t left, std::uint32_t right) {
            const Item decided =
                evaluator.apply(call[1], {items.at(left), items.at(right)}, Item());
            if (decided.failed() || !evaluator.spend(1)) return Order::Failed;
            return is_truthy(decided) ? Order::Swap : Order::Keep;
        });
    } else {
        bool numbers = true;
        bool texts = true;
        for (std::size_t i = 0; i < size; ++i) {
            const std::uint16_t type = item_type(items, i);
            numbers = numbers && type == type_number;
            texts = texts && type == type_string;
        }
        if (!numbers && !texts) {
            evaluator.fail("D3070");
            evaluator.fault().index = json::Value(1);
            return failed();
        }
        if (!evaluator.spend(size)) return failed();
        std::vector<Item> held(size);
        for (std::size_t i = 0; i < size; ++i) held[i] = items.at(i);
        sorted = merge_sort(order, [&](std::uint32_t left, std::uint32_t right) {
            const bool behind = numbers ? held[left].number() > held[right].number()
                                        : compare_texts(held[left].text(), held[right].text()) > 0;
            return behind ? Order::Swap : Order::Keep;
        });
    }
    if (!sorted) return failed();
    List* out = List::make();
    Item result = Item::own(out);
    out->reserve(size);
    for (const std::uint32_t at : order) out->push(items.at(at));
    return result;
}

}  // namespace weft::jsonata::builtin
