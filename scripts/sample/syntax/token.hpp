#pragma once

#include "text/source.hpp"

namespace rill {

enum class TokenKind {
    End, Integer, Real, Text, Name,
    Let, Fn, If, Else, While, For, In, Return, And, Or, Not, True, False, Nil,
    OpenParen, CloseParen, OpenBracket, CloseBracket, OpenBrace, CloseBrace, OpenMap,
    Comma, Semicolon, Colon, Dot, Bar, Pipe, Assign,
    Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Plus, Minus, Star, Slash, Percent,
};

struct Token {
    TokenKind kind;
    Place place;
    std::string text; // of a name, a number, or a text with its escapes resolved
};

// How a kind is called in messages: 'while', "a name".
std::string_view name_of(TokenKind kind);

// The keyword of that spelling, if there is one.
std::optional<TokenKind> keyword(std::string_view spelling);

} // namespace rill
