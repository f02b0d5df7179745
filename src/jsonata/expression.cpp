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
    return Evaluator(expression.program(), environment).run();
}

}  // namespace weft::jsonata
