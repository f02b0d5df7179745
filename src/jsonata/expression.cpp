#include "jsonata/expression.h"

#include "jsonata/evaluator.h"
#include "jsonata/fault_table.h"
#include "jsonata/parser.h"
#include "jsonata/tree.h"

namespace weft::jsonata {

namespace {

tl::unexpected<Fault> refuse(Fault fault, std::string_view text)
{
    if (fault.position) fault.position = utf16_offset(text, *fault.position);
    if (fault.message.empty()) {
        functions::Fault shown{fault.code, {}};
        if (fault.token) shown.inserts.push_back({"token", *fault.token});
        if (fault.value) shown.inserts.push_back({"value", *fault.value});
        fault.message = fault_message(shown);
    }
    return tl::unexpected(std::move(fault));
}

// $states.input.a and its like, which need no evaluator. None: this expression does.
std::optional<Outcome> read(const Program& program, const Environment& environment)
{
    if (program.root->kind != NodeKind::Path) return std::nullopt;
    const auto& path = static_cast<const PathNode&>(*program.root);
    if (!path.reads || !path.plain) return std::nullopt;
    const std::string_view name = static_cast<const VariableNode*>(path.steps[0])->name;
    const json::Value* at = nullptr;
    for (const Binding& binding : environment.bindings)
        if (binding.name == name) at = &binding.value;
    if (at == nullptr || !walk(path, at)) return std::nullopt;
    if (at == nullptr) return Outcome();
    return Outcome{Outcome::Kind::Value, *at};
}

}  // namespace

tl::expected<std::shared_ptr<const Expression>, Fault> Expression::compile(std::string_view text,
                                                                           Dialect dialect)
{
    auto program = std::make_unique<Program>();
    program->text = text;
    program->dialect = dialect;
    tl::expected<Syntax*, Fault> syntax = parse(program->text, program->arena);
    if (!syntax) return refuse(std::move(syntax.error()), text);
    tl::expected<Node*, Fault> root = build(**syntax, *program);
    if (!root) return refuse(std::move(root.error()), text);
    program->root = *root;
    resolve(*program);
    return std::make_shared<const Expression>(std::move(program));
}

Expression::Expression(std::unique_ptr<const Program> program) : m_program(std::move(program)) {}
Expression::~Expression() = default;

std::string_view Expression::text() const
{
    return m_program->text;
}

Dialect Expression::dialect() const
{
    return m_program->dialect;
}

std::span<const Reference> Expression::references() const
{
    return m_program->references;
}

std::span<const std::string_view> Expression::outside_names() const
{
    return m_program->externals;
}

std::span<const TopLevelUse> Expression::top_level_uses() const
{
    return m_program->top_level_uses;
}

std::span<const NewerUse> Expression::newer_uses() const
{
    return m_program->newer_uses;
}

const json::Value* Expression::constant() const
{
    return m_program->constant;
}

tl::expected<Outcome, Fault> evaluate(const Expression& expression, const Environment& environment)
{
    const Program& program = expression.program();
    if (std::optional<Outcome> found = read(program, environment)) return std::move(*found);
    return Evaluator(program, environment).run();
}

}  // namespace weft::jsonata
