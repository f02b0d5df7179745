#include "intrinsics/expression.h"

#include "intrinsics/call.h"
#include "intrinsics/parser.h"
#include "json/write.h"

#include <array>
#include <string>
#include <utility>

namespace weft::intrinsics {

namespace {

// Most calls have few arguments: these need no memory of their own.
class ArgumentList {
public:
    explicit ArgumentList(std::size_t size) : m_size(size)
    {
        if (size > m_few.size()) m_many.resize(size);
    }
    json::Value& operator[](std::size_t at) { return m_many.empty() ? m_few[at] : m_many[at]; }
    std::span<const json::Value> values() const
    {
        return m_many.empty() ? std::span<const json::Value>(m_few.data(), m_size) : m_many;
    }

private:
    std::size_t m_size;
    std::array<json::Value, 4> m_few;
    std::vector<json::Value> m_many;
};

struct Evaluation {
    const std::string& text;
    const jsonpath::Roots& roots;
    Session& session;

    // The service's own words around what went wrong.
    Error described(Error error) const
    {
        if (error.code == ErrorCode::OutOfFuel) return error;
        error.message =
            fmt::format("The function '{}' had the following error: {}", text, error.message);
        return error;
    }

    std::string root_text(const jsonpath::Path& path) const
    {
        const json::Value* root = nullptr;
        switch (path.root()) {
        case jsonpath::RootKind::Input: root = roots.input; break;
        case jsonpath::RootKind::Context: root = roots.context; break;
        case jsonpath::RootKind::Variable:
            root = roots.variables == nullptr ? nullptr : roots.variables->find(path.variable());
            break;
        }
        return root == nullptr ? std::string() : json::write(*root);
    }

    // AWS: "The JsonPath argument for the field '…' could not be found in the input '…'".
    Result<json::Value> read(const jsonpath::Path& path) const
    {
        if (path.simple()) {
            if (const json::Value* found = jsonpath::find(path, roots)) return *found;
        }
        Result<json::Value> value = jsonpath::evaluate(path, roots, session.meter);
        if (value) return value;
        Error error = std::move(value).error();
        if (error.code == ErrorCode::PathNotFound)
            error.message = fmt::format(
                "The JsonPath argument for the field '{}' could not be found in the input '{}'",
                path.text(), root_text(path));
        return tl::unexpected(described(std::move(error)));
    }

    Result<json::Value> run(const Call& call) const
    {
        ArgumentList arguments(call.arguments.size());
        for (std::size_t i = 0; i < call.arguments.size(); ++i) {
            const Argument& argument = call.arguments[i];
            if (const auto* literal = std::get_if<json::Value>(&argument))
                arguments[i] = *literal;
            else if (const auto* path = std::get_if<jsonpath::Path>(&argument))
                arguments[i] = TRY(read(*path));
            else
                arguments[i] = TRY(run(*std::get<std::shared_ptr<const Call>>(argument)));
        }
        if (!session.meter.step(1))
            return fail(ErrorCode::OutOfFuel, "an intrinsic function ran out of steps");
        session.escaped_template = call.escaped_template;
        Result<json::Value> value = call.function->call(arguments.values(), session);
        if (value) return value;
        Error error = std::move(value).error();
        // AWS says so much; what is wrong with them is added.
        error.message =
            fmt::format("Invalid arguments in {}: {}", call.function->name, error.message);
        return tl::unexpected(described(std::move(error)));
    }
};

}  // namespace

Result<Expression> Expression::parse(std::string_view text)
{
    return Expression(TRY(Parser(text).parse()));
}

std::string_view Expression::text() const
{
    return m_call->text;
}

bool Expression::uses_context() const
{
    return m_call->uses_context;
}

const std::vector<std::string>& Expression::variables() const
{
    return m_call->variables;
}

Result<json::Value> evaluate(const Expression& expression, const jsonpath::Roots& roots,
                             Entropy& entropy, Meter& meter)
{
    Session session{entropy, meter, false};
    return Evaluation{expression.call().text, roots, session}.run(expression.call());
}

}  // namespace weft::intrinsics
