#include "syntax/lexer.hpp"

#include "text/failure.hpp"

namespace rill {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return begins_name(c) || is_digit(c); }

class Lexer {
public:
    explicit Lexer(const Source& source) : text_(source.text()) {}

    std::vector<Token> run() {
        for (skip_blanks(); !at_end(); skip_blanks()) {
            begin_ = at_;
            const char c = text_[at_];
            if (is_digit(c)) {
                number();
            } else if (begins_name(c)) {
                name();
            } else if (c == '"') {
                quoted();
            } else {
                symbol();
            }
        }
        begin_ = at_;
        add(TokenKind::End, "");
        return std::move(tokens_);
    }

private:
    bool at_end() const { return at_ >= text_.size(); }
    char peek(Offset ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    void add(TokenKind kind, std::string text) { tokens_.push_back({kind, Place{begin_}, std::move(text)}); }
    [[noreturn]] void fail(const std::string& what) const { throw Failure(what, Place{at_}); }

    void skip_blanks() {
        while (!at_end()) {
            const char c = peek();
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                ++at_;
            } else if (c == '/' && peek(1) == '/') {
                while (!at_end() && peek() != '\n') {
                    ++at_;
                }
            } else {
                return;
            }
        }
    }

    void number() {
        TokenKind kind = TokenKind::Integer;
        digits();
        if (peek() == '.' && is_digit(peek(1))) {
            kind = TokenKind::Real;
            ++at_;
            digits();
        }
        if (peek() == 'e' && (is_digit(peek(1)) || ((peek(1) == '-' || peek(1) == '+') && is_digit(peek(2))))) {
            kind = TokenKind::Real;
            at_ += 2;
            digits();
        }
        if (begins_name(peek())) {
            fail("a number ends in a letter");
        }
        add(kind, std::string(text_.substr(begin_, at_ - begin_)));
    }

    void digits() {
        while (is_digit(peek())) {
            ++at_;
        }
    }

    void name() {
        while (continues_name(peek())) {
            ++at_;
        }
        const std::string_view spelling = text_.substr(begin_, at_ - begin_);
        const auto word = keyword(spelling);
        add(word.value_or(TokenKind::Name), std::string(spelling));
    }

    void quoted() {
        std::string value;
        for (++at_; peek() != '"'; ++at_) {
            if (at_end() || peek() == '\n') {
                fail("a text has no end");
            }
            value += peek() == '\\' ? escape() : peek();
        }
        ++at_;
        add(TokenKind::Text, std::move(value));
    }

    char escape() {
        ++at_;
        switch (peek()) {
        case 'n': return '\n';
        case 't': return '\t';
        case 'r': return '\r';
        case '"': return '"';
        case '\\': return '\\';
        case '0': return '\0';
        default: fail("no such escape in a text");
        }
    }

    void symbol() {
        static constexpr std::array<std::pair<std::string_view, TokenKind>, 25> symbols = {{
            {"==", TokenKind::Equal},        {"!=", TokenKind::NotEqual},      {"<=", TokenKind::LessEqual},
            {">=", TokenKind::GreaterEqual}, {"|>", TokenKind::Pipe},          {"#{", TokenKind::OpenMap},
            {"(", TokenKind::OpenParen},     {")", TokenKind::CloseParen},     {"[", TokenKind::OpenBracket},
            {"]", TokenKind::CloseBracket},  {"{", TokenKind::OpenBrace},      {"}", TokenKind::CloseBrace},
            {",", TokenKind::Comma},         {";", TokenKind::Semicolon},      {":", TokenKind::Colon},
            {".", TokenKind::Dot},           {"|", TokenKind::Bar},            {"=", TokenKind::Assign},
            {"<", TokenKind::Less},          {">", TokenKind::Greater},        {"+", TokenKind::Plus},
            {"-", TokenKind::Minus},         {"*", TokenKind::Star},           {"/", TokenKind::Slash},
            {"%", TokenKind::Percent},
        }};
        for (const auto& [spelling, kind] : symbols) {
            if (text_.substr(at_, spelling.size()) == spelling) {
                at_ += static_cast<Offset>(spelling.size());
                add(kind, std::string(spelling));
                return;
            }
        }
        fail(std::string("no token begins with '") + peek() + "'");
    }

    std::string_view text_;
    Offset at_ = 0;
    Offset begin_ = 0;
    std::vector<Token> tokens_;
};

} // namespace

std::vector<Token> tokenize(const Source& source) { return Lexer(source).run(); }

} // namespace rill
