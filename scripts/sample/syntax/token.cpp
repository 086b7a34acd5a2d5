#include "syntax/token.hpp"

namespace rill {

namespace {

const std::map<std::string_view, TokenKind>& keywords() {
    static const std::map<std::string_view, TokenKind> all = {
        {"let", TokenKind::Let},     {"fn", TokenKind::Fn},     {"if", TokenKind::If},         {"else", TokenKind::Else},
        {"while", TokenKind::While}, {"for", TokenKind::For},   {"in", TokenKind::In},         {"return", TokenKind::Return},
        {"and", TokenKind::And},     {"or", TokenKind::Or},     {"not", TokenKind::Not},       {"true", TokenKind::True},
        {"false", TokenKind::False}, {"nil", TokenKind::Nil},
    };
    return all;
}

} // namespace

std::optional<TokenKind> keyword(std::string_view spelling) {
    const auto found = keywords().find(spelling);
    return found == keywords().end() ? std::nullopt : std::optional(found->second);
}

std::string_view name_of(TokenKind kind) {
    for (const auto& [spelling, keyword] : keywords()) {
        if (keyword == kind) {
            return spelling;
        }
    }
    switch (kind) {
    case TokenKind::End: return "the end";
    case TokenKind::Integer: return "an integer";
    case TokenKind::Real: return "a number";
    case TokenKind::Text: return "a text";
    case TokenKind::Name: return "a name";
    case TokenKind::OpenParen: return "(";
    case TokenKind::CloseParen: return ")";
    case TokenKind::OpenBracket: return "[";
    case TokenKind::CloseBracket: return "]";
    case TokenKind::OpenBrace: return "{";
    case TokenKind::CloseBrace: return "}";
    case TokenKind::OpenMap: return "#{";
    case TokenKind::Comma: return ",";
    case TokenKind::Semicolon: return ";";
    case TokenKind::Colon: return ":";
    case TokenKind::Dot: return ".";
    case TokenKind::Bar: return "|";
    case TokenKind::Pipe: return "|>";
    case TokenKind::Assign: return "=";
    case TokenKind::Equal: return "==";
    case TokenKind::NotEqual: return "!=";
    case TokenKind::Less: return "<";
    case TokenKind::LessEqual: return "<=";
    case TokenKind::Greater: return ">";
    case TokenKind::GreaterEqual: return ">=";
    case TokenKind::Plus: return "+";
    case TokenKind::Minus: return "-";
    case TokenKind::Star: return "*";
    case TokenKind::Slash: return "/";
    case TokenKind::Percent: return "%";
    default: return "?";
    }
}

} // namespace rill
