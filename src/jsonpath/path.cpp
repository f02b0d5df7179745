#include "jsonpath/path.h"

#include "base/assert.h"
#include "base/overloaded.h"
#include "jsonpath/evaluator.h"
#include "jsonpath/functions.h"
#include "jsonpath/parser.h"

#include <fmt/format.h>

#include <iterator>

namespace weft::jsonpath {

namespace {

constexpr std::uint64_t default_steps = 10'000'000;

std::string root_text(const Program& program)
{
    if (program.from_current) return "@";
    switch (program.root) {
    case RootKind::Input: return "$";
    case RootKind::Context: return "$$";
    case RootKind::Variable: return "$" + program.variable;
    }
    return "$";
}

void append_bound(std::string& out, const std::optional<std::int64_t>& bound)
{
    if (bound) fmt::format_to(std::back_inserter(out), "{}", *bound);
}

void append_fragment(std::string& out, const Step& step)
{
    std::visit(overloaded{
                   [&](const NameStep& name) {
                       fmt::format_to(std::back_inserter(out), "['{}']", name.name);
                   },
                   [&](const NamesStep& names) {
                       out += '[';
                       for (std::size_t i = 0; i < names.names.size(); ++i)
                           fmt::format_to(std::back_inserter(out), "{}'{}'", i == 0 ? "" : ",",
                                          names.names[i]);
                       out += ']';
                   },
                   [&](const IndexStep& index) {
                       fmt::format_to(std::back_inserter(out), "[{}]", index.index);
                   },
                   [&](const IndicesStep& indices) {
                       out += '[';
                       for (std::size_t i = 0; i < indices.indices.size(); ++i)
                           fmt::format_to(std::back_inserter(out), "{}{}", i == 0 ? "" : ",",
                                          indices.indices[i]);
                       out += ']';
                   },
                   [&](const SliceStep& slice) {
                       out += '[';
                       append_bound(out, slice.from);
                       out += ':';
                       append_bound(out, slice.to);
                       if (slice.step != 1)
                           fmt::format_to(std::back_inserter(out), ":{}", slice.step);
                       out += ']';
                   },
                   [&](const WildcardStep&) { out += "[*]"; },
                   [&](const ScanStep&) { out += ".."; },
                   [&](const FilterStep&) { out += "[?]"; },
                   [&](const FunctionStep& call) {
                       fmt::format_to(std::back_inserter(out), ".{}()", call.function->name);
                   },
               },
               step);
}

const json::Value* root_value(const Program& program, const Roots& roots)
{
    switch (program.root) {
    case RootKind::Input: return roots.input;
    case RootKind::Context: return roots.context;
    case RootKind::Variable:
        return roots.variables == nullptr ? nullptr : roots.variables->find(program.variable);
    }
    return nullptr;
}

}  // namespace

std::string canonical(const Program& program, std::size_t count)
{
    std::string out = root_text(program);
    for (std::size_t i = 0; i < program.steps.size() && i < count; ++i)
        append_fragment(out, program.steps[i]);
    if (program.aggregate && count == SIZE_MAX) append_fragment(out, *program.aggregate);
    return out;
}

Result<Path> Path::parse(std::string_view text)
{
    return Path(TRY(Parser(text).parse()));
}

std::string_view Path::text() const
{
    return m_program->text;
}

std::string Path::canonical() const
{
    return jsonpath::canonical(*m_program);
}

RootKind Path::root() const
{
    return m_program->root;
}

std::string_view Path::variable() const
{
    return m_program->variable;
}

bool Path::definite() const
{
    return m_program->definite;
}

bool Path::simple() const
{
    return m_program->simple;
}

bool Path::is_root() const
{
    return m_program->steps.empty() && m_program->simple;
}

bool Path::uses_context() const
{
    return m_program->uses_context;
}

const std::vector<std::string>& Path::variables() const
{
    return m_program->variables;
}

const json::Value* find(const Path& path, const Roots& roots)
{
    const Program& program = path.program();
    WEFT_ASSERT(program.simple);
    return find_below(program, root_value(program, roots));
}

Result<json::Value> evaluate(const Path& path, const Roots& roots, Meter& meter)
{
    const Program& program = path.program();
    if (program.simple) {
        if (const json::Value* found = find_below(program, root_value(program, roots)))
            return *found;
    }
    return Evaluator(roots, meter).evaluate(program, nullptr);
}

Result<json::Value> evaluate(const Path& path, const json::Value& input)
{
    StepMeter meter(default_steps);
    return evaluate(path, Roots{&input, nullptr, nullptr}, meter);
}

Result<const json::Value*> Evaluator::root_of(const Program& program,
                                              const json::Value* current) const
{
    if (program.from_current && current != nullptr) return current;
    if (const json::Value* root = root_value(program, m_roots)) return root;
    if (program.root == RootKind::Variable)
        return fail(ErrorCode::PathNotFound, "The variable '${}' is not assigned",
                    program.variable);
    return fail(ErrorCode::PathNotFound, "No results for path: {}", canonical(program));
}

}  // namespace weft::jsonpath
