#pragma once

#include "jsonata/containers.h"
#include "jsonata/functions/fault.h"
#include "jsonata/tree.h"

#include <array>
#include <optional>
#include <span>

namespace weft::jsonata {

// One evaluation of a program. A method that returns an Item returns a Failed one once `fault()`
// is set. (JSONata, Processing model; the order of evaluation is the reference's.)
class Evaluator {
public:
    Evaluator(const Program& program, const Environment& environment);
    ~Evaluator();
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    tl::expected<Outcome, Fault> run();
    Item evaluate(const Node& node, const Item& input, Frame* frame);

    // Calls a function with arguments as they are. `input` is the context it may fall back on.
    Item apply(const Item& function, ItemVector arguments, const Item& input);

    const Environment& environment() const { return m_environment; }
    Entropy& entropy();
    bool in_states() const { return m_program.dialect == Dialect::States; }

    // Faults. The members given by name are filled in before the message is made.
    Item fail(std::string_view code);
    Item fail(std::string_view code, const Item& value);
    Item fail(Fault fault);
    Item fail(const functions::Fault& fault);
    Fault& fault() { return m_fault; }
    bool failed() const { return m_failed; }
    // Something beyond the fault's members that a message shows.
    void insert(std::string_view name, json::Value value) { m_inserts.emplace_back(name, value); }

    // Counts steps of work that a function does in a loop; false: a fault is set.
    bool spend(std::size_t steps);
    // Before something of that size is made; false: a fault is set.
    bool can_hold(std::size_t bytes);
    std::size_t bytes_left() const;
    bool stack_left();  // false: a fault is set
    Meter& meter();

    enum class Form : std::uint8_t {
        Lossless,  // refuses what JSON would change: functions, infinities, arrays that a path
                   // treats in another way; no fault is set
        Outcome,   // functions are left out of objects and null in arrays
        Text,      // functions are ""; D1001 for numbers beyond double's range
    };
    // JSON of an item that is not undefined. False: refused, or a fault is set.
    bool to_json(const Item& item, json::Value& out, Form form);
    // The same with an item of its own JSON, if it has one, else the item as it is.
    Item settled(Item item);

private:
    friend std::optional<json::Value> evaluate_constant(const Program& program, const Node& node);

    Item evaluate_kind(const Node& node, const Item& input, Frame* frame);
    // The same as evaluate(), without a call for what is but read.
    Item operand(const Node& node, const Item& input, Frame* frame)
    {
        if (node.plain) {
            if (node.kind == NodeKind::Literal)
                return Item::reference(&static_cast<const LiteralNode&>(node).value);
            if (node.kind == NodeKind::Field && !input.is_array()) {
                ++m_steps;
                return field_of(input, static_cast<const PathNode&>(node).field());
            }
            if (node.kind == NodeKind::Path && static_cast<const PathNode&>(node).reads) {
                Item found = read(static_cast<const PathNode&>(node), frame);
                if (!found.is_unset()) return found;
            }
        }
        return evaluate(node, input, frame);
    }
    Item finish(const Node& node, Item result, Frame* frame);
    Item unwrap(const Node& node, Item result);

    Item lookup(const Item& input, const NameNode& name);
    Item wildcard(const Item& input);
    Item descendants(const Item& input);
    void descend(const Item& input, List& out);
    Item variable(const VariableNode& node, Frame* frame);

    Item path(const PathNode& node, const Item& input, Frame* frame);
    Item read(const PathNode& node, Frame* frame);
    Item field(const PathNode& node, const Item& input, Frame* frame);
    Item stream_path(const PathNode& node, const Item& input, Frame* frame);
    Item stream_step(const PathNode& path, const Node& step, const Item& input, Item tuples,
                     Frame* frame);
    Item filter_nothing(const ArenaList<Stage>& stages, Frame* frame);
    // Unset: nothing, with which the next step is done all the same.
    Item step_once(const Node& step, const Item& input, Frame* frame);
    Item step(const Node& step, const ArrayView& input, Frame* frame, bool last, bool& single,
              bool drop_nothing = true);
    Item finish_path(const PathNode& node, Item result, bool single, Frame* frame);
    Item stages(const ArenaList<Stage>& stages, Item result, Frame* frame);
    Item filter(const Node& predicate, const Item& input, Frame* frame);
    Item object(const ObjectNode& node, const Item& input, Frame* frame);
    Item group(const Group& group, const Item& input, Frame* frame);
    Item sort(const SortNode& node, const ArrayView& input, Frame* frame);
    Item reduce_tuples(const List& tuples, Frame* frame);

    Item arithmetic(const BinaryNode& node, const Item& input, Frame* frame);
    Item equality(const BinaryNode& node, const Item& input, Frame* frame);
    Item comparison(const BinaryNode& node, const Item& input, Frame* frame);
    Item logic(const BinaryNode& node, const Item& input, Frame* frame);
    Item concat(const ConcatNode& node, const Item& input, Frame* frame);
    Item series(const SeriesNode& node, const Item& input, Frame* frame);
    Item range(const BinaryNode& node, const Item& input, Frame* frame);
    Item contained(const BinaryNode& node, const Item& input, Frame* frame);
    Item negate(const UnaryNode& node, const Item& input, Frame* frame);
    Item array(const ArrayNode& node, const Item& input, Frame* frame);
    Item block(const BlockNode& node, const Item& input, Frame* frame);
    Item bind(const BindNode& node, const Item& input, Frame* frame);
    Item condition(const ConditionNode& node, const Item& input, Frame* frame);
    Item otherwise(const BinaryNode& node, const Item& input, Frame* frame);
    Item chain(const BinaryNode& node, const Item& input, Frame* frame);

    Item call(const CallNode& node, const Item& input, Frame* frame, const Item* first);
    Item partial(const CallNode& node, const Item& input, Frame* frame);
    Item procedure(const CallNode& node, const Item& input, Frame* frame, const char* code,
                   const char* hint_code);
    Item apply_once(const Item& function, ItemVector& arguments, const Item& input);
    Item call_lambda(const Function& function, ItemVector& arguments, const Item& input);
    Item call_lambda_body(const Function& function, ItemVector& arguments);
    Item call_transform(const Function& function, const Item& argument);
    Item call_builtin(const Builtin& builtin, ItemVector& arguments, const Item& input);
    bool fit_as_they_are(const Signature& signature, const ItemVector& arguments);
    bool all_of_type(const Item& array, std::uint16_t type);
    bool check_arguments(const Signature& signature, ItemVector& arguments, const Item& input);
    Item name_call(const CallNode& node, Item result);
    Item locate(Item result, const Node& node, std::string_view token);

    void complete(Fault& fault) const;
    void over_limit(std::string_view code);
    void stopped();

    struct Tail {
        const CallNode* call = nullptr;
        Item input;
        Frame* frame = nullptr;  // counted
    };

    const Program& m_program;
    const Environment& m_environment;
    static constexpr std::size_t externals_usual = 8;
    std::array<const json::Value*, externals_usual> m_few_externals;
    std::vector<const json::Value*> m_more_externals;
    std::span<const json::Value*> m_externals;  // one or the other
    Frame* m_top = nullptr;
    Tail m_tail;
    Item m_so_far;  // of a series, on its way to the next operator
    bool m_failed = false;
    Fault m_fault;
    std::vector<std::pair<std::string_view, json::Value>> m_inserts;
    std::uint32_t m_depth = 0;
    std::uint32_t m_steps = 0;
    std::uintptr_t m_stack_end = 0;
    std::int64_t m_held_at_start = 0;
    FrameMark m_frames;
    std::optional<Entropy> m_entropy;
};

// The value of a node whose parts are constant; none if it fails or is not JSON.
std::optional<json::Value> evaluate_constant(const Program& program, const Node& node);

// Of a path that `reads`: moves from the variable's value to what its names lead to, null if that
// is nothing. False: there is an array on the way, of which each item is to be asked.
inline bool walk(const PathNode& path, const json::Value*& at)
{
    for (std::size_t i = 1; i < path.steps.size() && at != nullptr; ++i) {
        if (at->is_array()) return false;
        at = find_field(*at, static_cast<const NameNode*>(path.steps[i])->name);
    }
    return true;
}

// Shared by operators and functions.
bool is_true(const Item& item);    // $boolean, undefined being false
bool is_truthy(const Item& item);  // as JavaScript's if sees it
bool deep_equal(Evaluator& evaluator, const Item& left, const Item& right);
bool same_value(const Item& left, const Item& right);              // JavaScript's ===
int compare_texts(std::string_view left, std::string_view right);  // by UTF-16 units
Item append(Evaluator& evaluator, const Item& left, const Item& right);
// $string of an item; false: a fault is set.
bool append_text(Evaluator& evaluator, std::string& out, const Item& item);
std::uint16_t type_bit(const Item& item);
std::uint16_t item_type(const ArrayView& items, std::size_t index);
std::size_t arity(const Item& function);

}  // namespace weft::jsonata
