#include "syntax/parser.hpp"

#include "syntax/lexer.hpp"
#include "text/failure.hpp"

namespace rill {

namespace {

// Recursive descent; binary operators by their precedence.
class Parser {
public:
    explicit Parser(const Source& source) : tokens_(tokenize(source)) {}

    Program run() {
        auto main = std::make_shared<Routine>();
        main->name = "main";
        main->body = make(Place{0}, Block{sequence(TokenKind::End, true)});
        return Program{std::move(main), {}};
    }

private:
    const Token& current() const { return tokens_[at_]; }
    bool is(TokenKind kind) const { return current().kind == kind; }
    Token take() { return tokens_[at_++]; }

    bool accept(TokenKind kind) {
        if (is(kind)) {
            ++at_;
            return true;
        }
        return false;
    }

    Token expect(TokenKind kind) {
        if (!is(kind)) {
            fail(std::string(name_of(kind)) + " expected, not " + std::string(name_of(current().kind)));
        }
        return take();
    }

    [[noreturn]] void fail(const std::string& what) const { throw Failure(what, current().place); }

    // Expressions up to a closing token, separated by semicolons, which may be left out after a closing brace.
    Expressions sequence(TokenKind end, bool outermost) {
        Expressions body;
        while (!is(end)) {
            if (accept(TokenKind::Semicolon)) {
                continue;
            }
            body.push_back(is(TokenKind::Fn) ? definition(outermost) : statement());
            const bool closed = tokens_[at_ - 1].kind == TokenKind::CloseBrace;
            if (!is(end) && !is(TokenKind::Semicolon) && !closed) {
                fail("; expected, not " + std::string(name_of(current().kind)));
            }
        }
        take();
        return body;
    }

    ExpressionPtr definition(bool outermost) {
        const Place place = expect(TokenKind::Fn).place;
        if (!outermost) {
            throw Failure("a fn stands outside of all others; inside one, let a name be a lambda", place);
        }
        auto routine = std::make_shared<Routine>();
        routine->name = expect(TokenKind::Name).text;
        expect(TokenKind::OpenParen);
        parameters(*routine, TokenKind::CloseParen);
        routine->body = block();
        return make(place, Define{std::move(routine), {}});
    }

    void parameters(Routine& routine, TokenKind end) {
        while (!accept(end)) {
            if (!routine.parameters.empty()) {
                expect(TokenKind::Comma);
            }
            routine.parameters.push_back(expect(TokenKind::Name).text);
        }
    }

    ExpressionPtr block() {
        const Place place = expect(TokenKind::OpenBrace).place;
        return make(place, Block{sequence(TokenKind::CloseBrace, false)});
    }

    ExpressionPtr statement() {
        const Place place = current().place;
        switch (current().kind) {
        case TokenKind::Let: {
            take();
            const std::string name = expect(TokenKind::Name).text;
            expect(TokenKind::Assign);
            return make(place, Let{name, expression(), {}});
        }
        case TokenKind::While: {
            take();
            auto condition = expression();
            return make(place, While{std::move(condition), block()});
        }
        case TokenKind::For: {
            take();
            const std::string name = expect(TokenKind::Name).text;
            expect(TokenKind::In);
            auto items = expression();
            return make(place, For{name, std::move(items), block(), 0});
        }
        case TokenKind::Return: {
            take();
            const bool bare = is(TokenKind::Semicolon) || is(TokenKind::CloseBrace) || is(TokenKind::End);
            return make(place, Return{bare ? nullptr : expression()});
        }
        case TokenKind::If: return conditional(); // ends at its brace: what follows is a new statement
        case TokenKind::OpenBrace: return block();
        default: return assignment();
        }
    }

    ExpressionPtr assignment() {
        auto target = expression();
        const Place place = current().place;
        if (!accept(TokenKind::Assign)) {
            return target;
        }
        if (auto* name = target->as<Name>()) {
            return make(target->place, Assign{name->name, expression(), {}});
        }
        if (auto* item = target->as<Index>()) {
            return make(target->place, AssignIndex{std::move(item->container), std::move(item->key), expression()});
        }
        throw Failure("only a name or an item can be assigned to", place);
    }

    ExpressionPtr expression() {
        auto left = disjunction();
        while (is(TokenKind::Pipe)) {
            const Place place = take().place;
            auto right = disjunction();
            auto* call = right->as<Call>();
            if (!call) {
                throw Failure("a call stands after |>", place);
            }
            call->arguments.insert(call->arguments.begin(), std::move(left));
            left = std::move(right);
        }
        return left;
    }

    ExpressionPtr disjunction() {
        auto left = conjunction();
        while (is(TokenKind::Or)) {
            const Place place = take().place;
            left = make(place, Logical{false, std::move(left), conjunction()});
        }
        return left;
    }

    ExpressionPtr conjunction() {
        auto left = binary(0);
        while (is(TokenKind::And)) {
            const Place place = take().place;
            left = make(place, Logical{true, std::move(left), binary(0)});
        }
        return left;
    }

    static std::optional<std::pair<BinaryOp, int>> operator_of(TokenKind kind) {
        switch (kind) {
        case TokenKind::Equal: return std::pair(BinaryOp::Equal, 0);
        case TokenKind::NotEqual: return std::pair(BinaryOp::NotEqual, 0);
        case TokenKind::Less: return std::pair(BinaryOp::Less, 1);
        case TokenKind::LessEqual: return std::pair(BinaryOp::LessEqual, 1);
        case TokenKind::Greater: return std::pair(BinaryOp::Greater, 1);
        case TokenKind::GreaterEqual: return std::pair(BinaryOp::GreaterEqual, 1);
        case TokenKind::Plus: return std::pair(BinaryOp::Add, 2);
        case TokenKind::Minus: return std::pair(BinaryOp::Subtract, 2);
        case TokenKind::Star: return std::pair(BinaryOp::Multiply, 3);
        case TokenKind::Slash: return std::pair(BinaryOp::Divide, 3);
        case TokenKind::Percent: return std::pair(BinaryOp::Remainder, 3);
        default: return std::nullopt;
        }
    }

    ExpressionPtr binary(int least) {
        auto left = unary();
        for (auto next = operator_of(current().kind); next && next->second >= least; next = operator_of(current().kind)) {
            const Place place = take().place;
            left = make(place, Binary{next->first, std::move(left), binary(next->second + 1)});
        }
        return left;
    }

    ExpressionPtr unary() {
        const Place place = current().place;
        if (accept(TokenKind::Minus)) {
            return make(place, Unary{UnaryOp::Negate, unary()});
        }
        if (accept(TokenKind::Not)) {
            return make(place, Unary{UnaryOp::Not, unary()});
        }
        return postfix();
    }

    ExpressionPtr postfix() {
        auto left = primary();
        for (;;) {
            const Place place = current().place;
            if (accept(TokenKind::OpenParen)) {
                left = make(place, Call{std::move(left), list(TokenKind::CloseParen)});
            } else if (accept(TokenKind::OpenBracket)) {
                auto key = expression();
                expect(TokenKind::CloseBracket);
                left = make(place, Index{std::move(left), std::move(key)});
            } else if (accept(TokenKind::Dot)) {
                auto key = make(place, Literal{expect(TokenKind::Name).text});
                left = make(place, Index{std::move(left), std::move(key)});
            } else {
                return left;
            }
        }
    }

    Expressions list(TokenKind end) {
        Expressions items;
        while (!accept(end)) {
            if (!items.empty()) {
                expect(TokenKind::Comma);
                if (accept(end)) {
                    break;
                }
            }
            items.push_back(expression());
        }
        return items;
    }

    ExpressionPtr primary() {
        const Place place = current().place;
        switch (current().kind) {
        case TokenKind::Integer: return make(place, Literal{integer(take())});
        case TokenKind::Real: return make(place, Literal{std::stod(take().text)});
        case TokenKind::Text: return make(place, Literal{take().text});
        case TokenKind::True: take(); return make(place, Literal{true});
        case TokenKind::False: take(); return make(place, Literal{false});
        case TokenKind::Nil: take(); return make(place, Literal{});
        case TokenKind::Name: return make(place, Name{take().text, {}});
        case TokenKind::OpenBracket: take(); return make(place, ListLiteral{list(TokenKind::CloseBracket)});
        case TokenKind::OpenMap: return map_literal();
        case TokenKind::OpenBrace: return block();
        case TokenKind::If: return conditional();
        case TokenKind::Bar: return lambda();
        case TokenKind::OpenParen: {
            take();
            auto inner = expression();
            expect(TokenKind::CloseParen);
            return inner;
        }
        default: fail("an expression expected, not " + std::string(name_of(current().kind)));
        }
    }

    Value integer(const Token& token) const {
        Integer value = 0;
        const auto [end, error] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
        if (error != std::errc()) {
            throw Failure("this integer has more than 63 bits", token.place);
        }
        return value;
    }

    ExpressionPtr map_literal() {
        const Place place = expect(TokenKind::OpenMap).place;
        MapLiteral map;
        while (!accept(TokenKind::CloseBrace)) {
            if (!map.entries.empty()) {
                expect(TokenKind::Comma);
                if (accept(TokenKind::CloseBrace)) {
                    break;
                }
            }
            std::string key = is(TokenKind::Text) ? take().text : expect(TokenKind::Name).text;
            expect(TokenKind::Colon);
            map.entries.emplace_back(std::move(key), expression());
        }
        return make(place, std::move(map));
    }

    ExpressionPtr conditional() {
        const Place place = expect(TokenKind::If).place;
        auto condition = expression();
        auto then = block();
        ExpressionPtr otherwise;
        if (accept(TokenKind::Else)) {
            otherwise = is(TokenKind::If) ? conditional() : block();
        }
        return make(place, If{std::move(condition), std::move(then), std::move(otherwise)});
    }

    ExpressionPtr lambda() {
        const Place place = expect(TokenKind::Bar).place;
        auto routine = std::make_shared<Routine>();
        routine->name = "lambda";
        parameters(*routine, TokenKind::Bar);
        routine->body = expression();
        return make(place, Lambda{std::move(routine)});
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

} // namespace

Program parse(const Source& source) { return Parser(source).run(); }

} // namespace rill
