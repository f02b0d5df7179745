#include "jsonata/printer.h"

#include <algorithm>
#include <vector>

namespace weft::jsonata {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Whether a name can stand without backquotes.
bool is_plain(std::string_view name)
{
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    constexpr std::string_view reserved[] = {"and", "or", "in", "true", "false", "null"};
    return !name.empty() && is_letter(name[0]) &&
           std::ranges::all_of(name, [&](char c) { return is_letter(c) || is_digit(c); }) &&
           std::ranges::find(reserved, name) == std::end(reserved);
}

class Printer {
public:
    std::string take() { return std::move(m_out); }
    // What begins with another expression may begin with as many as the text holds: no recursion.
    void node(const Syntax& tree)
    {
        std::vector<const Syntax*> open;
        const Syntax* at = &tree;
        for (; begins_with_left(*at); at = at->left) open.push_back(at);
        write(*at);
        if (at->keep_array) m_out += "[]";
        for (auto one = open.rbegin(); one != open.rend(); ++one) {
            write_rest(**one);
            if ((*one)->keep_array) m_out += "[]";
        }
    }

private:
    static bool begins_with_left(const Syntax& tree)
    {
        switch (tree.kind) {
        case SyntaxKind::Path:
        case SyntaxKind::Filter:
        case SyntaxKind::Group:
        case SyntaxKind::Sort:
        case SyntaxKind::Focus:
        case SyntaxKind::Index:
        case SyntaxKind::Bind:
        case SyntaxKind::Apply:
        case SyntaxKind::Binary:
        case SyntaxKind::Call:
        case SyntaxKind::Partial:
        case SyntaxKind::Condition:
        case SyntaxKind::Default:
        case SyntaxKind::Coalesce: return true;
        default: return false;
        }
    }
    void write(const Syntax& tree);
    void write_rest(const Syntax& tree);  // what follows its left part
    void string(std::string_view text);
    void step(const Syntax& tree);
    void binary(const Syntax& tree, std::string_view symbol)
    {
        m_out.append(" ").append(symbol).append(" ");
        node(*tree.right);
    }
    void items(const Syntax& tree, std::string_view separator)
    {
        for (std::size_t i = 0; i < tree.items.size(); ++i) {
            if (i > 0) m_out += separator;
            node(*tree.items[i]);
        }
    }
    void pairs(const Syntax& tree)
    {
        m_out += '{';
        for (std::size_t i = 0; i < tree.pairs.size(); ++i) {
            if (i > 0) m_out += ", ";
            node(*tree.pairs[i].key);
            m_out += ": ";
            node(*tree.pairs[i].value);
        }
        m_out += '}';
    }

    std::string m_out;
};

void Printer::string(std::string_view text)
{
    m_out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') m_out += '\\';
        m_out += c;
    }
    m_out += '"';
}

void Printer::step(const Syntax& tree)
{
    const std::size_t dot = m_out.size();
    m_out += '.';
    node(*tree.right);
    // 1 .5 is a step, 1.5 a number.
    if (dot > 0 && is_digit(m_out[dot - 1]) && dot + 1 < m_out.size() && is_digit(m_out[dot + 1]))
        m_out.insert(dot, 1, ' ');
}

void Printer::write(const Syntax& tree)
{
    switch (tree.kind) {
    case SyntaxKind::Name:
        // One with a backquote was written without them.
        if (is_plain(tree.token.text) || tree.token.text.find('`') != std::string_view::npos) {
            m_out += tree.token.text;
        } else {
            m_out.append("`").append(tree.token.text).append("`");
        }
        break;
    case SyntaxKind::Variable: m_out.append("$").append(tree.token.text); break;
    case SyntaxKind::String: string(tree.token.text); break;
    case SyntaxKind::Number:
    case SyntaxKind::Value:
    case SyntaxKind::Operator: m_out += tree.token.text; break;
    case SyntaxKind::End: break;
    case SyntaxKind::Regex:
        m_out.append("/").append(tree.token.text).append("/").append(tree.token.flags);
        break;
    case SyntaxKind::Wildcard: m_out += '*'; break;
    case SyntaxKind::Descendant: m_out += "**"; break;
    case SyntaxKind::Parent: m_out += '%'; break;
    case SyntaxKind::Negate:
        m_out += '-';
        node(*tree.left);
        break;
    case SyntaxKind::Array:
        m_out += '[';
        items(tree, ", ");
        m_out += ']';
        break;
    case SyntaxKind::Object: pairs(tree); break;
    case SyntaxKind::Block:
        m_out += '(';
        items(tree, "; ");
        m_out += ')';
        break;
    case SyntaxKind::Placeholder: m_out += '?'; break;
    case SyntaxKind::Lambda:
        m_out += "function(";
        items(tree, ", ");
        m_out.append(")").append(tree.signature_text).append("{");
        node(*tree.left);
        m_out += '}';
        break;
    case SyntaxKind::Transform:
        m_out += '|';
        node(*tree.left);
        m_out += '|';
        node(*tree.right);
        if (tree.third != nullptr) {
            m_out += ", ";
            node(*tree.third);
        }
        m_out += '|';
        break;
    default: break;  // begins with its left part
    }
}

void Printer::write_rest(const Syntax& tree)
{
    switch (tree.kind) {
    case SyntaxKind::Path: step(tree); break;
    case SyntaxKind::Filter:
        m_out += '[';
        node(*tree.right);
        m_out += ']';
        break;
    case SyntaxKind::Group: pairs(tree); break;
    case SyntaxKind::Sort:
        m_out += "^(";
        for (std::size_t i = 0; i < tree.terms.size(); ++i) {
            if (i > 0) m_out += ", ";
            if (tree.terms[i].descending) m_out += '>';
            node(*tree.terms[i].term);
        }
        m_out += ')';
        break;
    case SyntaxKind::Focus:
    case SyntaxKind::Index:
        m_out += tree.kind == SyntaxKind::Focus ? '@' : '#';
        node(*tree.right);
        break;
    case SyntaxKind::Bind: binary(tree, ":="); break;
    case SyntaxKind::Apply: binary(tree, "~>"); break;
    case SyntaxKind::Default: binary(tree, "?:"); break;
    case SyntaxKind::Coalesce: binary(tree, "??"); break;
    case SyntaxKind::Binary: binary(tree, tree.token.text); break;
    case SyntaxKind::Call:
    case SyntaxKind::Partial:
        m_out += '(';
        items(tree, ", ");
        m_out += ')';
        break;
    case SyntaxKind::Condition:
        binary(tree, "?");
        if (tree.third == nullptr) break;
        m_out += " : ";
        node(*tree.third);
        break;
    default: break;
    }
}

}  // namespace

std::string print(const Syntax& tree)
{
    Printer printer;
    printer.node(tree);
    return printer.take();
}

}  // namespace weft::jsonata
