#pragma once

#include "jsonata/lexer.h"
#include "jsonata/signature.h"

namespace weft::jsonata {

enum class SyntaxKind : std::uint8_t {
    Name,
    Variable,
    String,
    Number,
    Value,     // true, false, null
    Operator,  // `and`, `or`, `in` where a name stands
    End,       // nothing where something is expected
    Regex,
    Wildcard,    // *
    Descendant,  // **
    Parent,      // %
    Path,        // left . right
    Filter,      // left [ right ]
    Group,       // left { pairs }
    Sort,        // left ^( terms )
    Focus,       // left @ right
    Index,       // left # right
    Bind,        // left := right
    Apply,       // left ~> right
    Binary,      // left op right
    Negate,      // - left
    Array,       // [ items ]
    Object,      // { pairs }
    Block,       // ( items )
    Call,        // left ( items )
    Partial,     // the same with a ?
    Placeholder,
    Lambda,     // function( items ) <signature> { left }
    Condition,  // left ? right : third
    Default,    // left ?: right
    Coalesce,   // left ?? right
    Transform,  // | left | right , third |
};

struct Syntax;
struct SyntaxPair {
    Syntax* key;
    Syntax* value;
};
struct SyntaxTerm {
    Syntax* term;
    bool descending;
};

// An expression as it is written: a node of what the parser makes. Lives in an arena.
struct Syntax {
    SyntaxKind kind{};
    bool keep_array = false;  // followed by []
    Token token;              // the token it stands for; its position is the node's
    Syntax* left = nullptr;
    Syntax* right = nullptr;
    Syntax* third = nullptr;  // of a Filter: what the first of a row of filters is put on
    ArenaList<Syntax*> items = {};
    ArenaList<SyntaxPair> pairs = {};
    ArenaList<SyntaxTerm> terms = {};
    const Signature* signature = nullptr;
    std::string_view signature_text = {};  // as written, `<` and `>` included
};

}  // namespace weft::jsonata
