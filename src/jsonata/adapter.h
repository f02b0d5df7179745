#pragma once

// What the families of built-in functions share.

#include "jsonata/builtin.h"
#include "jsonata/evaluator.h"

#include "jsonata/functions/fault.h"

#include <string>
#include <utility>

namespace weft::jsonata {

// The evaluator holds the fault.
inline Item failed()
{
    return Item(Item::Tag::Failed);
}
inline Item text_item(std::string_view text)
{
    return json::Value(text);
}
inline Item text_item(Evaluator& evaluator, functions::Outcome<std::string>&& text)
{
    if (!text) return evaluator.fail(text.error());
    if (!evaluator.spend(text->size() / 64)) return failed();
    return json::Value(*text);
}
inline Item number_item(Evaluator& evaluator, const functions::Outcome<double>& number)
{
    return number ? Item(*number) : evaluator.fail(number.error());
}

// Calls a function that was given to a built-in one with as many of the arguments as it takes.
class Callback {
public:
    Callback(Evaluator& evaluator, const Item& function)
        : m_evaluator(evaluator), m_function(function), m_arity(arity(function))
    {
    }
    std::size_t takes() const { return m_arity; }

    // `more` makes what is behind the first argument, only as far as it is taken.
    template <class... More> Item operator()(Item first, More&&... more)
    {
        ItemVector arguments;
        arguments.reserve(1 + sizeof...(more));
        arguments.push_back(std::move(first));
        std::size_t next = 2;
        ((m_arity >= next++ ? arguments.push_back(more()) : void()), ...);
        return m_evaluator.apply(m_function, std::move(arguments), Item());
    }

private:
    Evaluator& m_evaluator;
    const Item& m_function;
    std::size_t m_arity;
};

// A fault that names an argument.
inline Item fail_argument(Evaluator& evaluator, std::string_view code, const Item& value,
                          std::uint64_t index)
{
    Item failed = evaluator.fail(code, value);
    evaluator.fault().index = json::Value(index);
    return failed;
}

}  // namespace weft::jsonata
