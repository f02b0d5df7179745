// JSONata, Operators: https://docs.jsonata.org/expressions

#include "jsonata/evaluator.h"

#include <boost/container/static_vector.hpp>

#include <cmath>

namespace weft::jsonata {

namespace {

constexpr std::size_t text_bytes_usual = 120;  // of what & makes
constexpr std::size_t parts_few = 6;           // of an array

double compute(Operator op, double left, double right)
{
    switch (op) {
    case Operator::Add: return left + right;
    case Operator::Subtract: return left - right;
    case Operator::Multiply: return left * right;
    case Operator::Divide: return left / right;
    default: return std::fmod(left, right);
    }
}

}  // namespace

// Gives a fault the place of the operator it comes from.
Item Evaluator::locate(Item result, const Node& node, std::string_view token)
{
    if (!result.failed() || m_fault.kind != FaultKind::Runtime) return result;
    m_fault.position = node.position;
    m_fault.token = json::Value(token);
    return result;
}

Item Evaluator::arithmetic(const BinaryNode& node, const Item& input, Frame* frame)
{
    const Item left = operand(*node.left, input, frame);
    if (left.failed()) return left;
    const Item right = operand(*node.right, input, frame);
    if (right.failed()) return right;
    if (left.is_number() && right.is_number() && std::isfinite(left.number()) &&
        std::isfinite(right.number()))
        return Item(compute(node.op, left.number(), right.number()));
    for (const Item* one : {&left, &right}) {
        if (one->is_undefined()) continue;
        const char* code = nullptr;
        if (!one->is_number() || std::isnan(one->number()))
            code = one == &left ? "T2001" : "T2002";
        else if (std::isinf(one->number()))
            code = "D1001";
        if (code != nullptr) return locate(fail(code, *one), node, node.symbol);
    }
    return {};  // one of them is nothing
}

Item Evaluator::equality(const BinaryNode& node, const Item& input, Frame* frame)
{
    const Item left = operand(*node.left, input, frame);
    if (left.failed()) return left;
    const Item right = operand(*node.right, input, frame);
    if (right.failed()) return right;
    // Nothing is neither equal nor unequal to anything.
    if (left.is_undefined() || right.is_undefined()) return Item(false);
    const bool equal = deep_equal(*this, left, right);
    if (m_failed) return Item(Item::Tag::Failed);
    return Item(equal == (node.op == Operator::Equal));
}

Item Evaluator::comparison(const BinaryNode& node, const Item& input, Frame* frame)
{
    const Item left = operand(*node.left, input, frame);
    if (left.failed()) return left;
    const Item right = operand(*node.right, input, frame);
    if (right.failed()) return right;
    const bool numbers = left.is_number() && right.is_number();
    if (!numbers) {
        const auto comparable = [](const Item& one) {
            return one.is_undefined() || one.is_number() || one.is_string();
        };
        if (!comparable(left) || !comparable(right)) {
            const bool right_is_at_fault = left.is_number() || left.is_string();
            return locate(fail("T2010", right_is_at_fault ? right : left), node, node.symbol);
        }
        if (left.is_undefined() || right.is_undefined()) return {};
        if (left.is_number() != right.is_number()) {
            fail("T2009", left);
            json::Value other;
            if (to_json(right, other, Form::Outcome)) m_fault.value2 = std::move(other);
            return locate(Item(Item::Tag::Failed), node, node.symbol);
        }
    }
    bool less = false;
    bool equal = false;
    if (numbers) {
        less = left.number() < right.number();
        equal = left.number() == right.number();
    } else {
        const int order = compare_texts(left.text(), right.text());
        less = order < 0;
        equal = order == 0;
    }
    switch (node.op) {
    case Operator::Less: return Item(less);
    case Operator::LessEqual: return Item(less || equal);
    case Operator::Greater: return Item(!less && !equal);
    default: return Item(!less);
    }
}

Item Evaluator::logic(const BinaryNode& node, const Item& input, Frame* frame)
{
    const Item left = evaluate(*node.left, input, frame);
    if (left.failed()) return left;
    const bool first = is_true(left);
    if (first == (node.op == Operator::Or)) return Item(first);
    const Item right = evaluate(*node.right, input, frame);
    // The reference names the operator for whatever fails on its right.
    if (right.failed()) return locate(right, node, node.symbol);
    return Item(is_true(right));
}

Item Evaluator::concat(const ConcatNode& node, const Item& input, Frame* frame)
{
    std::string text;
    text.reserve(text_bytes_usual);
    for (const ConcatNode::Part& part : node.parts) {
        const Item item = operand(*part.node, input, frame);
        if (item.failed()) return item;
        if (append_text(*this, text, item)) continue;
        if (m_fault.kind == FaultKind::Runtime) {
            m_fault.position = part.position;
            m_fault.token = json::Value("&");
        }
        return Item(Item::Tag::Failed);
    }
    if (!spend(text.size() / 64)) return Item(Item::Tag::Failed);
    return json::Value(text);
}

// As if each operator stood in brackets with all that is left of it, and without the depth.
Item Evaluator::series(const SeriesNode& node, const Item& input, Frame* frame)
{
    Item so_far = operand(*node.first, input, frame);
    for (const Node* link : node.links) {
        if (so_far.failed()) return so_far;
        m_so_far = std::move(so_far);  // the first thing that the operator takes
        so_far = evaluate(*link, input, frame);
    }
    return so_far;
}

Item Evaluator::range(const BinaryNode& node, const Item& input, Frame* frame)
{
    const Item left = evaluate(*node.left, input, frame);
    if (left.failed()) return left;
    const Item right = evaluate(*node.right, input, frame);
    if (right.failed()) return right;
    const auto whole = [](const Item& one) {
        return one.is_number() && std::isfinite(one.number()) &&
               std::trunc(one.number()) == one.number();
    };
    if (!left.is_undefined() && !whole(left)) return locate(fail("T2003", left), node, node.symbol);
    if (!right.is_undefined() && !whole(right))
        return locate(fail("T2004", right), node, node.symbol);
    if (left.is_undefined() || right.is_undefined()) return {};
    if (left.number() > right.number()) return {};
    const double count = right.number() - left.number() + 1;
    if (count > static_cast<double>(m_environment.limits.items_max))
        return locate(fail("D2014", Item(count)), node, node.symbol);
    return Item::own(List::range(left.number(), static_cast<std::size_t>(count)));
}

Item Evaluator::contained(const BinaryNode& node, const Item& input, Frame* frame)
{
    const Item left = evaluate(*node.left, input, frame);
    if (left.failed()) return left;
    const Item right = evaluate(*node.right, input, frame);
    if (right.failed()) return right;
    if (left.is_undefined() || right.is_undefined()) return Item(false);
    const ArrayView items(right);
    if (!spend(items.size() / 4)) return Item(Item::Tag::Failed);
    for (std::size_t i = 0; i < items.size(); ++i)
        if (same_value(left, items.at(i))) return Item(true);
    return Item(false);
}

Item Evaluator::negate(const UnaryNode& node, const Item& input, Frame* frame)
{
    const Item operand = evaluate(*node.operand, input, frame);
    if (operand.failed() || operand.is_undefined()) return operand;
    if (operand.is_number() && std::isfinite(operand.number())) return Item(-operand.number());
    const bool infinite = operand.is_number() && std::isinf(operand.number());
    return locate(fail(infinite ? "D1001" : "D1002", operand), node, "-");
}

// The parts are appended to each other, except that an array written within the brackets is one
// item.
Item Evaluator::array(const ArrayNode& node, const Item& input, Frame* frame)
{
    if (node.constant != nullptr) return Item::reference(node.constant);
    // A few parts that are JSON make JSON; with anything else they make a list.
    const bool few = node.items.size() <= parts_few && !node.cons_array;
    boost::container::static_vector<json::Value, parts_few> values;
    List* list = nullptr;
    Item result;
    const auto begin_list = [&] {
        list = List::make();
        result = Item::own(list);
        for (json::Value& value : values) list->push(std::move(value));
    };
    if (!few) begin_list();
    for (const Node* part : node.items) {
        Item item = evaluate(*part, input, frame);
        if (item.failed()) return item;
        if (item.is_undefined()) continue;
        const bool flattened = part->kind != NodeKind::Array && item.is_array();
        if (list == nullptr) {
            if (const json::Value* value = item.json(); value != nullptr && !flattened) {
                values.push_back(*value);
                continue;
            }
            begin_list();
        }
        if (!flattened) {
            list->push(std::move(item));
            continue;
        }
        const List* more = item.list();
        if (node.items.size() == 1 && more != nullptr && more->is_range) {
            // Numbers in a row need no memory.
            List* range = List::range(more->first, more->count);
            range->sequence = false;
            range->cons = node.cons_array;
            return Item::own(range);
        }
        const ArrayView items(std::move(item));
        if (!spend(items.size()) || !can_hold(items.size() * sizeof(Item)))
            return Item(Item::Tag::Failed);
        list->reserve(list->size() + items.size());
        for (std::size_t i = 0; i < items.size(); ++i) list->push(items.at(i));
    }
    if (list == nullptr) return json::Value::take_items(values);
    list->cons = node.cons_array;
    return result;
}

// A block has variables of its own.
Item Evaluator::block(const BlockNode& node, const Item& input, Frame* frame)
{
    const bool framed = !node.scope.names.empty();
    Frame* own = framed ? Frame::make(frame, node.scope.names.size()) : frame;
    Item result;
    for (const Node* expression : node.expressions) {
        result = evaluate(*expression, input, own);
        if (result.failed()) break;
    }
    if (framed) own->release();
    return result;
}

Item Evaluator::bind(const BindNode& node, const Item& input, Frame* frame)
{
    Item value = evaluate(*node.value, input, frame);
    if (value.failed()) return value;
    for (std::uint32_t i = 0; i < node.place.hops; ++i) frame = frame->parent;
    frame->slots()[node.place.slot] = value;
    return value;
}

Item Evaluator::condition(const ConditionNode& node, const Item& input, Frame* frame)
{
    const Item decides = evaluate(*node.condition, input, frame);
    if (decides.failed()) return decides;
    if (is_true(decides)) return evaluate(*node.then, input, frame);
    return node.otherwise != nullptr ? evaluate(*node.otherwise, input, frame) : Item();
}

// left ?: right takes what is true, left ?? right what is defined.
Item Evaluator::otherwise(const BinaryNode& node, const Item& input, Frame* frame)
{
    Item left = evaluate(*node.left, input, frame);
    if (left.failed()) return left;
    const bool take = node.kind == NodeKind::Coalesce ? !left.is_undefined() : is_true(left);
    return take ? left : evaluate(*node.right, input, frame);
}

}  // namespace weft::jsonata
