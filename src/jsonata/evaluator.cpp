#include "jsonata/evaluator.h"

#include "jsonata/builtin.h"
#include "jsonata/fault_table.h"

#include "json/memory.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace weft::jsonata {

namespace {

constexpr std::uint32_t steps_a_tick = 64;

class NoMeter final : public Meter {
public:
    bool step(std::uint32_t) override { return true; }
};

// Of this thread: the evaluator's own nodes, and texts and JSON values.
std::int64_t bytes_held()
{
    return held_bytes.now + json::thread_bytes;
}

std::uintptr_t stack_pointer()
{
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

}  // namespace

Evaluator::Evaluator(const Program& program, const Environment& environment)
    : m_program(program), m_environment(environment), m_held_at_start(bytes_held()),
      m_frames(mark_frames())
{
    const std::size_t externals = program.externals.size();
    if (externals > externals_usual) m_more_externals.resize(externals);
    m_externals = externals > externals_usual ? std::span(m_more_externals)
                                              : std::span(m_few_externals).first(externals);
    std::ranges::fill(m_externals, nullptr);
    for (const Binding& binding : environment.bindings) {
        for (std::size_t i = 0; i < m_externals.size(); ++i)
            if (program.externals[i] == binding.name) m_externals[i] = &binding.value;
    }
    const std::uintptr_t here = stack_pointer();
    const std::size_t most = environment.limits.stack_bytes_max;
    m_stack_end = here > most ? here - most : 0;
    if (!program.scope.names.empty()) m_top = Frame::make(nullptr, program.scope.names.size());
}

Evaluator::~Evaluator()
{
    if (m_tail.frame != nullptr) m_tail.frame->release();
    if (m_top != nullptr) m_top->release();
    free_frames(m_frames);
}

tl::expected<Outcome, Fault> Evaluator::run()
{
    Item input;
    if (const json::Value* value = m_environment.input) {
        input = Item::reference(value);
        if (value->is_array()) {
            // An input that is an array is one thing, not a sequence of many.
            List* wrapper = List::make(true);
            wrapper->outer_wrapper = true;
            wrapper->push(std::move(input));
            input = Item::own(wrapper);
        }
    }
    Item result = evaluate(*m_program.root, input, m_top);
    Outcome outcome;
    if (!m_failed && !result.is_undefined()) {
        outcome.kind = result.is_function() ? Outcome::Kind::Function : Outcome::Kind::Value;
        if (!result.is_function()) to_json(result, outcome.value, Form::Outcome);
    }
    if (m_failed) {
        complete(m_fault);
        return tl::unexpected(std::move(m_fault));
    }
    return outcome;
}

Entropy& Evaluator::entropy()
{
    if (m_environment.entropy != nullptr) return *m_environment.entropy;
    if (!m_entropy) m_entropy.emplace(0);
    return *m_entropy;
}

Meter& Evaluator::meter()
{
    static NoMeter none;
    return m_environment.meter != nullptr ? *m_environment.meter : none;
}

Item Evaluator::fail(Fault fault)
{
    if (!m_failed) {
        m_failed = true;
        m_fault = std::move(fault);
        m_inserts.clear();
    }
    return Item(Item::Tag::Failed);
}

Item Evaluator::fail(std::string_view code)
{
    Fault fault;
    fault.code = code;
    return fail(std::move(fault));
}

Item Evaluator::fail(const functions::Fault& fault)
{
    if (m_failed) return Item(Item::Tag::Failed);
    if (fault.code == "U1001" || fault.code == "U1002" || fault.code == "U1003") {
        over_limit(fault.code);
        return Item(Item::Tag::Failed);
    }
    if (fault.code == "D1012") {
        stopped();
        return Item(Item::Tag::Failed);
    }
    fail(fault.code);
    for (const functions::Insert& given : fault.inserts) {
        if (given.name == "token") {
            m_fault.token = given.value;
        } else if (given.name == "value") {
            m_fault.value = given.value;
        } else if (given.name == "value2") {
            m_fault.value2 = given.value;
        } else if (given.name == "index") {
            m_fault.index = given.value;
        } else {
            insert(given.name, given.value);
        }
    }
    return Item(Item::Tag::Failed);
}

// The meter said stop.
void Evaluator::stopped()
{
    if (m_failed) return;
    over_limit("U1001");
    m_fault.message = "Expression evaluation timeout: Check for infinite loop";
    if (m_environment.meter == nullptr || !m_environment.meter->exhausted())
        m_fault.kind = FaultKind::OutOfFuel;
}

Item Evaluator::fail(std::string_view code, const Item& value)
{
    if (m_failed) return Item(Item::Tag::Failed);
    Fault fault;
    fault.code = code;
    if (!value.is_undefined() && !value.is_function()) {
        json::Value shown;
        if (to_json(value, shown, Form::Outcome)) fault.value = std::move(shown);
    }
    return fail(std::move(fault));
}

void Evaluator::over_limit(std::string_view code)
{
    Fault fault;
    fault.kind = FaultKind::OverLimit;
    fault.code = code;
    if (code == "U1002")
        fault.value = json::Value(std::uint64_t{m_environment.limits.memory_bytes_max});
    fail(std::move(fault));
}

void Evaluator::complete(Fault& fault) const
{
    if (fault.message.empty()) {
        functions::Fault shown{fault.code, {}};
        const auto add = [&](std::string_view name, const std::optional<json::Value>& value) {
            if (value) shown.inserts.push_back({name, *value});
        };
        add("token", fault.token);
        add("value", fault.value);
        add("value2", fault.value2);
        add("index", fault.index);
        for (const auto& [name, value] : m_inserts) shown.inserts.push_back({name, value});
        fault.message = fault_message(shown);
    }
    if (fault.position) fault.position = utf16_offset(m_program.text, *fault.position);
}

bool Evaluator::spend(std::size_t steps)
{
    if (m_failed) return false;
    const std::size_t all = m_steps + steps;
    m_steps = static_cast<std::uint32_t>(all % steps_a_tick);
    if (all < steps_a_tick) return true;
    Meter* meter = m_environment.meter;
    if (meter != nullptr && !meter->step(static_cast<std::uint32_t>(
                                std::min<std::size_t>(all - m_steps, UINT32_MAX)))) {
        stopped();
        return false;
    }
    return can_hold(0);
}

std::size_t Evaluator::bytes_left() const
{
    const std::int64_t held = bytes_held() - m_held_at_start;
    const auto used = static_cast<std::size_t>(held > 0 ? held : 0);
    const std::size_t most = m_environment.limits.memory_bytes_max;
    return used < most ? most - used : 0;
}

bool Evaluator::can_hold(std::size_t bytes)
{
    if (m_failed) return false;
    if (bytes < bytes_left()) return true;
    over_limit("U1002");
    return false;
}

bool Evaluator::stack_left()
{
    if (stack_pointer() > m_stack_end) return true;
    over_limit("U1001");
    return false;
}

Item Evaluator::evaluate(const Node& node, const Item& input, Frame* frame)
{
    if (++m_depth > m_environment.limits.depth_max || stack_pointer() < m_stack_end) {
        --m_depth;
        over_limit("U1001");
        return Item(Item::Tag::Failed);
    }
    if (++m_steps >= steps_a_tick && !spend(0)) {
        --m_depth;
        return Item(Item::Tag::Failed);
    }
    Item result = evaluate_kind(node, input, frame);
    if (!node.plain || result.is_sequence()) result = finish(node, std::move(result), frame);
    --m_depth;
    return result;
}

Item Evaluator::evaluate_kind(const Node& node, const Item& input, Frame* frame)
{
    switch (node.kind) {
    case NodeKind::Literal: return Item::reference(&static_cast<const LiteralNode&>(node).value);
    case NodeKind::Name: return lookup(input, static_cast<const NameNode&>(node));
    case NodeKind::Wildcard: return wildcard(input);
    case NodeKind::Descendant: return descendants(input);
    case NodeKind::Parent:
    case NodeKind::Variable: return variable(static_cast<const VariableNode&>(node), frame);
    case NodeKind::Context: {
        const List* list = input.list();
        return list != nullptr && list->outer_wrapper ? list->items[0] : input;
    }
    case NodeKind::Root:
        return m_environment.input != nullptr ? Item::reference(m_environment.input) : Item();
    case NodeKind::Path: return path(static_cast<const PathNode&>(node), input, frame);
    case NodeKind::Field: return field(static_cast<const PathNode&>(node), input, frame);
    case NodeKind::Arithmetic:
        return arithmetic(static_cast<const BinaryNode&>(node), input, frame);
    case NodeKind::Equality: return equality(static_cast<const BinaryNode&>(node), input, frame);
    case NodeKind::Comparison:
        return comparison(static_cast<const BinaryNode&>(node), input, frame);
    case NodeKind::Logic: return logic(static_cast<const BinaryNode&>(node), input, frame);
    case NodeKind::Concat: return concat(static_cast<const ConcatNode&>(node), input, frame);
    case NodeKind::Series: return series(static_cast<const SeriesNode&>(node), input, frame);
    case NodeKind::SoFar: return std::exchange(m_so_far, Item());
    case NodeKind::Range: return range(static_cast<const BinaryNode&>(node), input, frame);
    case NodeKind::In: return contained(static_cast<const BinaryNode&>(node), input, frame);
    case NodeKind::Apply: return chain(static_cast<const BinaryNode&>(node), input, frame);
    case NodeKind::Default:
    case NodeKind::Coalesce: return otherwise(static_cast<const BinaryNode&>(node), input, frame);
    case NodeKind::Bind: return bind(static_cast<const BindNode&>(node), input, frame);
    case NodeKind::Negate: return negate(static_cast<const UnaryNode&>(node), input, frame);
    case NodeKind::Array: return array(static_cast<const ArrayNode&>(node), input, frame);
    case NodeKind::Object: return object(static_cast<const ObjectNode&>(node), input, frame);
    case NodeKind::Block: return block(static_cast<const BlockNode&>(node), input, frame);
    case NodeKind::Condition:
        return condition(static_cast<const ConditionNode&>(node), input, frame);
    case NodeKind::Call: {
        const auto& called = static_cast<const CallNode&>(node);
        if (!called.tail) return call(called, input, frame, nullptr);
        // The caller makes the call once this frame of the stack is gone.
        if (frame != nullptr) frame->retain();
        if (m_tail.frame != nullptr) m_tail.frame->release();
        m_tail = Tail{&called, input, frame};
        return Item(Item::Tag::Tail);
    }
    case NodeKind::Partial: return partial(static_cast<const CallNode&>(node), input, frame);
    case NodeKind::Placeholder: return {};
    case NodeKind::Lambda: {
        auto* function = new Function(Function::Kind::Lambda);
        function->lambda = &static_cast<const LambdaNode&>(node);
        function->input = input;
        function->frame = frame;
        if (frame != nullptr) frame->retain();
        return Item::own(function);
    }
    case NodeKind::Transform: {
        auto* function = new Function(Function::Kind::Transform);
        function->transform = &static_cast<const TransformNode&>(node);
        function->frame = frame;
        if (frame != nullptr) frame->retain();
        return Item::own(function);
    }
    case NodeKind::Regex: {
        auto* function = new Function(Function::Kind::Regex);
        function->regex = static_cast<const RegexNode&>(node).regex.get();
        return Item::own(function);
    }
    case NodeKind::Sort: break;  // a step, never by itself
    }
    return {};
}

// What follows a node's own evaluation: predicates, a group, and that a sequence of one item is
// that item. (JSONata, Sequences: https://docs.jsonata.org/processing#sequences)
Item Evaluator::finish(const Node& node, Item result, Frame* frame)
{
    if (result.failed() || result.is_tail()) return result;
    if (node.extras != nullptr && node.kind != NodeKind::Path) {
        for (const Stage& predicate : node.extras->predicates) {
            result = filter(*predicate.filter, result, frame);
            if (result.failed()) return result;
        }
        if (!node.extras->predicates.empty() && node.keep_array && !result.is_array() &&
            !result.is_undefined()) {
            List* list = List::make(true);
            list->push(std::move(result));
            result = Item::own(list);
        }
        if (node.extras->group != nullptr) {
            result = group(*node.extras->group, result, frame);
            if (result.failed()) return result;
        }
    }
    return unwrap(node, std::move(result));
}

Item Evaluator::unwrap(const Node& node, Item result)
{
    List* list = result.list();
    if (list == nullptr || !list->sequence || list->tuples) return result;
    if (list->size() == 0) return {};
    if (node.keep_array && !list->keep_singleton) {
        if (list->references == 1) {
            list->keep_singleton = true;
        } else if (list->size() == 1) {
            List* kept = List::make(true);
            kept->keep_singleton = true;
            kept->push(list->at(0));
            return Item::own(kept);
        }
    }
    if (list->size() > 1 || list->keep_singleton) return result;
    return list->at(0);
}

Item Evaluator::variable(const VariableNode& node, Frame* frame)
{
    std::uint32_t at = 0;
    for (const Place& place : node.places) {
        for (; at < place.hops; ++at) frame = frame->parent;
        const Item& item = frame->slots()[place.slot];
        if (!item.is_unset()) return item;
    }
    if (!node.outside) return {};
    if (const json::Value* value = m_externals[node.external]) return Item::reference(value);
    return node.builtin != nullptr ? Item(node.builtin) : Item();
}

std::optional<json::Value> evaluate_constant(const Program& program, const Node& node)
{
    Environment environment;
    Program none;
    none.dialect = program.dialect;
    Evaluator evaluator(none, environment);
    const Item item = evaluator.evaluate(node, Item(), nullptr);
    json::Value value;
    if (item.failed() || item.is_undefined() || item.is_function() ||
        !evaluator.to_json(item, value, Evaluator::Form::Lossless))
        return std::nullopt;
    return value;
}

std::size_t utf16_offset(std::string_view text, std::size_t bytes)
{
    std::size_t units = 0;
    for (std::size_t i = 0; i < bytes && i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
    }
    return units;
}

}  // namespace weft::jsonata
