// Functions: calls, signatures, lambdas and their tail calls, partial application, chaining.
// JSONata, Programming constructs: https://docs.jsonata.org/programming

#include "jsonata/builtin.h"
#include "jsonata/evaluator.h"
#include "jsonata/regex_call.h"

#include <algorithm>

namespace weft::jsonata {

namespace {

// What the reference calls a function in the faults of its arguments.
void name_function(Fault& fault, const json::Value& token)
{
    if (!fault.token && !token.is_null()) fault.token = token;
}

}  // namespace

// Gives a fault that has none the name and the place of the call it comes from.
Item Evaluator::name_call(const CallNode& node, Item result)
{
    if (!result.failed() || m_fault.kind != FaultKind::Runtime) return result;
    if (!m_fault.token && !node.token.is_null()) {
        m_fault.token = node.token;
        m_fault.position = node.position;
    }
    if (!m_fault.position || *m_fault.position == 0) m_fault.position = node.position;
    return result;
}

Item Evaluator::procedure(const CallNode& node, const Item& input, Frame* frame, const char* code,
                          const char* hint_code)
{
    Item function = evaluate(*node.procedure, input, frame);
    if (function.failed() || function.is_function()) return function;
    const char* reported = code;
    if (function.is_undefined() && node.hint != nullptr &&
        !variable(*node.hint, frame).is_undefined())
        reported = hint_code;
    fail(reported);
    m_fault.position = node.position;
    if (!node.token.is_null()) m_fault.token = node.token;
    return Item(Item::Tag::Failed);
}

Item Evaluator::call(const CallNode& node, const Item& input, Frame* frame, const Item* first)
{
    // The reference evaluates the arguments before it finds that there is no function.
    Item function = evaluate(*node.procedure, input, frame);
    if (function.failed()) return function;
    if (function.is_undefined() && node.hint != nullptr &&
        !variable(*node.hint, frame).is_undefined()) {
        fail("T1005");
        m_fault.position = node.position;
        m_fault.token = node.token;
        return Item(Item::Tag::Failed);
    }
    ItemVector arguments;
    arguments.reserve(node.arguments.size() + 1);
    if (first != nullptr) arguments.push_back(*first);
    for (const Node* argument : node.arguments) {
        arguments.push_back(evaluate(*argument, input, frame));
        if (arguments.back().failed()) return Item(Item::Tag::Failed);
    }
    if (Function* own = function.function(); own != nullptr && own->token.is_null())
        own->token = node.token;
    return name_call(node, apply(function, std::move(arguments), input));
}

Item Evaluator::apply(const Item& function, ItemVector arguments, const Item& input)
{
    Item result = apply_once(function, arguments, input);
    while (result.is_tail()) {
        const Tail tail = std::exchange(m_tail, Tail{});
        const Item held = tail.frame != nullptr ? Item::own(tail.frame) : Item();
        const CallNode& node = *tail.call;
        const Item next = evaluate(*node.procedure, tail.input, tail.frame);
        if (next.failed()) return next;
        arguments.clear();
        for (const Node* argument : node.arguments) {
            arguments.push_back(evaluate(*argument, tail.input, tail.frame));
            if (arguments.back().failed()) return Item(Item::Tag::Failed);
        }
        result = apply_once(next, arguments, input);
        if (result.failed() && m_fault.kind == FaultKind::Runtime &&
            node.procedure->kind == NodeKind::Variable)
            name_function(m_fault, node.token);
    }
    return result;
}

Item Evaluator::apply_once(const Item& function, ItemVector& arguments, const Item& input)
{
    if (const Builtin* builtin = function.builtin())
        return call_builtin(*builtin, arguments, input);
    const Function* own = function.function();
    if (own == nullptr) return fail("T1006");
    switch (own->kind) {
    case Function::Kind::Lambda: return call_lambda(*own, arguments, input);
    case Function::Kind::Transform: {
        static const Signature signature = *Signature::parse("<(oa):o>");
        if (!check_arguments(signature, arguments, input)) return Item(Item::Tag::Failed);
        return call_transform(*own, arguments.empty() ? Item() : arguments[0]);
    }
    case Function::Kind::Chain: {
        if (!stack_left()) return Item(Item::Tag::Failed);
        const Item between = apply(own->first, std::move(arguments), Item());
        if (between.failed()) return between;
        return apply(own->second, {between}, Item());
    }
    case Function::Kind::Partial: {
        ItemVector all = own->arguments;
        std::size_t next = 0;
        for (Item& argument : all) {
            if (!argument.is_unset()) continue;
            argument = next < arguments.size() ? arguments[next] : Item();
            ++next;
        }
        // Deviation: the reference does not look at the signature of a built-in function again, and
        // fails within JavaScript where an argument has the wrong type.
        if (const Builtin* builtin = own->first.builtin())
            return call_builtin(*builtin, all, input);
        if (const Function* target = own->first.function();
            target != nullptr && target->kind == Function::Kind::Lambda) {
            Function plain(Function::Kind::Lambda);
            plain.lambda = target->lambda;
            plain.input = target->input;
            plain.frame = target->frame;
            if (plain.frame != nullptr) plain.frame->retain();
            return call_lambda_body(plain, all);
        }
        return apply_once(own->first, all, input);
    }
    case Function::Kind::Regex:
    case Function::Kind::NextMatch: return call_regex(*this, *own, arguments);
    }
    return {};
}

Item Evaluator::call_lambda(const Function& function, ItemVector& arguments, const Item& input)
{
    const Signature* signature = function.lambda->signature;
    if (signature != nullptr && !check_arguments(*signature, arguments, input)) {
        name_function(m_fault, function.token);
        return Item(Item::Tag::Failed);
    }
    return call_lambda_body(function, arguments);
}

Item Evaluator::call_lambda_body(const Function& function, ItemVector& arguments)
{
    const LambdaNode& lambda = *function.lambda;
    if (lambda.scope.names.empty()) return evaluate(*lambda.body, function.input, function.frame);
    Frame* frame = Frame::make(function.frame, lambda.scope.names.size());
    for (std::size_t i = 0; i < lambda.parameters; ++i) {
        frame->slots()[lambda.slots[i]] = i < arguments.size() ? std::move(arguments[i]) : Item();
    }
    Item result = evaluate(*lambda.body, function.input, frame);
    frame->release();
    return result;
}

Item Evaluator::call_builtin(const Builtin& builtin, ItemVector& arguments, const Item& input)
{
    const Signature& signature = signature_of(builtin);
    if (!fit_as_they_are(signature, arguments) && !check_arguments(signature, arguments, input))
        return Item(Item::Tag::Failed);
    return builtin.call(Call{*this, {arguments.begin(), arguments.size()}, input});
}

// Whether an array's items are all of a type. False as well once there is a fault.
bool Evaluator::all_of_type(const Item& array, std::uint16_t type)
{
    if (const List* list = array.list(); list != nullptr && list->is_range)
        return type == type_number;
    const ArrayView items(array);
    if (!spend(items.size() / 8)) return false;
    for (std::size_t i = 0; i < items.size(); ++i)
        if (item_type(items, i) != type) return false;
    return true;
}

// Most calls need neither the context nor another array: each argument is what its parameter takes.
bool Evaluator::fit_as_they_are(const Signature& signature, const ItemVector& arguments)
{
    const auto parameters = signature.parameters();
    if (arguments.size() > parameters.size()) return false;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Signature::Parameter& parameter = parameters[i];
        if (parameter.repeated) return false;
        if (i >= arguments.size()) {
            if (!parameter.optional || parameter.context != 0) return false;
            continue;
        }
        const std::uint16_t type = type_bit(arguments[i]);
        if ((type & parameter.types) == 0) return false;
        if (!parameter.array || type == type_missing) continue;
        if (type != type_array) return false;
        if (parameter.subtype != 0 && !all_of_type(arguments[i], parameter.subtype)) return false;
    }
    return true;
}

// Fits the arguments to a signature: the context where one is missing, arrays of one.
bool Evaluator::check_arguments(const Signature& signature, ItemVector& arguments,
                                const Item& input)
{
    const auto refuse = [&](const char* code, const Item& value, std::size_t index) {
        fail(code, value);
        m_fault.index = json::Value(std::uint64_t{index + 1});
        return false;
    };
    std::vector<std::uint16_t> types(arguments.size());
    for (std::size_t i = 0; i < types.size(); ++i) types[i] = type_bit(arguments[i]);
    std::vector<std::uint32_t> counts;
    if (!signature.match(types, counts)) {
        const std::size_t at = signature.mismatch(types);
        return refuse("T0410", at < arguments.size() ? arguments[at] : Item(), at);
    }
    ItemVector fitted;
    fitted.reserve(std::max(arguments.size(), counts.size()));
    std::size_t next = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const Signature::Parameter& parameter = signature.parameters()[i];
        if (counts[i] == 0) {
            if (parameter.context != 0) {
                Item context = input;
                if (const List* list = input.list(); list != nullptr && list->outer_wrapper)
                    context = list->items[0];
                if ((type_bit(context) & parameter.context) == 0)
                    return refuse("T0411", context, next);
                fitted.push_back(std::move(context));
            } else {
                fitted.push_back(next < arguments.size() ? arguments[next] : Item());
                if (next < arguments.size()) ++next;
            }
            continue;
        }
        for (std::uint32_t taken = 0; taken < counts[i]; ++taken, ++next) {
            Item& argument = arguments[next];
            if (!parameter.array || types[next] == type_missing) {
                fitted.push_back(std::move(argument));
                continue;
            }
            const bool is_array = types[next] == type_array;
            if (parameter.subtype != 0) {
                const bool same = is_array ? all_of_type(argument, parameter.subtype)
                                           : types[next] == parameter.subtype && counts[i] == 1;
                if (m_failed) return false;
                if (!same) {
                    refuse("T0412", argument, next);
                    insert("type", json::Value(items_name(parameter.subtype)));
                    return false;
                }
            }
            if (!is_array) {
                List* list = List::make();
                list->push(std::move(argument));
                argument = Item::own(list);
            }
            fitted.push_back(std::move(argument));
        }
    }
    arguments = std::move(fitted);
    return true;
}

Item Evaluator::partial(const CallNode& node, const Item& input, Frame* frame)
{
    ItemVector arguments;
    arguments.reserve(node.arguments.size());
    for (const Node* argument : node.arguments) {
        if (argument->kind == NodeKind::Placeholder) {
            arguments.emplace_back(Item::Tag::Unset);
            continue;
        }
        arguments.push_back(evaluate(*argument, input, frame));
        if (arguments.back().failed()) return Item(Item::Tag::Failed);
    }
    const Item target = procedure(node, input, frame, "T1008", "T1007");
    if (target.failed()) return target;
    auto* function = new Function(Function::Kind::Partial);
    function->first = target;
    function->arguments = std::move(arguments);
    return Item::own(function);
}

// left ~> right: a call with one more argument at the front, or of what right is; two functions
// make one.
Item Evaluator::chain(const BinaryNode& node, const Item& input, Frame* frame)
{
    const Item left = evaluate(*node.left, input, frame);
    if (left.failed()) return left;
    if (node.right->kind == NodeKind::Call)
        return call(static_cast<const CallNode&>(*node.right), input, frame, &left);
    const Item function = evaluate(*node.right, input, frame);
    if (function.failed()) return function;
    if (!function.is_function()) {
        Item failed = fail("T2006", function);
        m_fault.position = node.position;
        return failed;
    }
    if (!left.is_function()) return apply(function, {left}, Item());
    auto* chained = new Function(Function::Kind::Chain);
    chained->first = left;
    chained->second = function;
    return Item::own(chained);
}

}  // namespace weft::jsonata
