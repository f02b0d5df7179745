// JSONata, String functions: https://docs.jsonata.org/string-functions

#include "jsonata/adapter.h"
#include "jsonata/families.h"

#include "jsonata/functions/case_mapping.h"
#include "jsonata/functions/json_text.h"
#include "jsonata/functions/text.h"
#include "jsonata/functions/url.h"
#include "jsonata/functions/wtf8.h"

namespace weft::jsonata::builtin {

Item string(const Call& call)
{
    const Item& item = call[0];
    if (item.is_undefined() || item.is_string()) return item;
    Evaluator& evaluator = call.evaluator;
    const bool pretty = call.has(1) && call[1].json()->as_bool();
    if (!pretty || !(item.is_array() || item.is_object())) {
        std::string text;
        if (!append_text(evaluator, text, item)) return Item(Item::Tag::Failed);
        return text_item(text);
    }
    json::Value value;
    if (!evaluator.to_json(item, value, Evaluator::Form::Text)) return Item(Item::Tag::Failed);
    return text_item(
        evaluator, functions::string_of(value, functions::Layout::Pretty, evaluator.bytes_left()));
}

Item length(const Call& call)
{
    if (!call.has(0)) return {};
    return Item(static_cast<double>(functions::count_characters(call[0].text())));
}

Item substring(const Call& call)
{
    if (!call.has(0)) return {};
    const std::optional<double> size = call.has(2) ? std::optional(call[2].number()) : std::nullopt;
    return text_item(
        functions::substring(call[0].text(), call.has(1) ? call[1].number() : 0, size));
}

Item substring_before(const Call& call)
{
    if (!call.has(0)) return {};
    if (!call.has(1)) return call[0];
    return text_item(functions::substring_before(call[0].text(), call[1].text()));
}

Item substring_after(const Call& call)
{
    if (!call.has(0)) return {};
    if (!call.has(1)) return call[0];
    return text_item(functions::substring_after(call[0].text(), call[1].text()));
}

Item lowercase(const Call& call)
{
    if (!call.has(0)) return {};
    return text_item(call.evaluator,
                     functions::lowercase(call[0].text(), call.evaluator.bytes_left()));
}

Item uppercase(const Call& call)
{
    if (!call.has(0)) return {};
    return text_item(call.evaluator,
                     functions::uppercase(call[0].text(), call.evaluator.bytes_left()));
}

Item trim(const Call& call)
{
    return call.has(0) ? text_item(functions::trim(call[0].text())) : Item();
}

Item pad(const Call& call)
{
    if (!call.has(0)) return {};
    const std::string_view filler = call.has(2) ? call[2].text() : std::string_view();
    return text_item(call.evaluator,
                     functions::pad(call[0].text(), call.has(1) ? call[1].number() : 0, filler,
                                    call.evaluator.bytes_left()));
}

Item join(const Call& call)
{
    if (!call.has(0)) return {};
    functions::Joiner joiner(call.has(1) ? call[1].text() : std::string_view(),
                             call.evaluator.bytes_left());
    const ArrayView texts(call[0]);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const json::Value* text = texts.json(i);
        if (text == nullptr || !joiner.add(text->as_string())) break;
    }
    return text_item(call.evaluator, std::move(joiner).finish());
}

Item base64_encode(const Call& call)
{
    if (!call.has(0)) return {};
    if (!call.evaluator.can_hold(call[0].text().size() * 2)) return Item(Item::Tag::Failed);
    return text_item(functions::base64_encode(call[0].text()));
}

Item base64_decode(const Call& call)
{
    if (!call.has(0)) return {};
    if (!call.evaluator.can_hold(call[0].text().size() * 2)) return Item(Item::Tag::Failed);
    return text_item(functions::base64_decode(call[0].text()));
}

Item encode_url(const Call& call)
{
    if (!call.has(0)) return {};
    return text_item(call.evaluator,
                     functions::encode_url(call[0].text(), call.evaluator.bytes_left()));
}

Item encode_url_component(const Call& call)
{
    if (!call.has(0)) return {};
    return text_item(call.evaluator,
                     functions::encode_url_component(call[0].text(), call.evaluator.bytes_left()));
}

Item decode_url(const Call& call)
{
    return call.has(0) ? text_item(call.evaluator, functions::decode_url(call[0].text())) : Item();
}

Item decode_url_component(const Call& call)
{
    if (!call.has(0)) return {};
    return text_item(call.evaluator, functions::decode_url_component(call[0].text()));
}

}  // namespace weft::jsonata::builtin
