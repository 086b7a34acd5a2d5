#pragma once

#include "run/operations.hpp"
#include "text/source.hpp"

namespace rill {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;
using Expressions = std::vector<ExpressionPtr>;

// Where a name lives; filled in by the resolver.
struct Reference {
    enum class Kind { Unresolved, Local, Capture, Global };
    Kind kind = Kind::Unresolved;
    std::size_t index = 0;
};

// The parameters and the body of a function. Slots and captures are filled in by the resolver.
struct Routine {
    std::string name;
    std::vector<std::string> parameters;
    ExpressionPtr body;
    std::size_t slots = 0;
    std::vector<Reference> captures; // where each is found when the function is made
};

struct Literal { Value value; };
struct Name { std::string name; Reference reference; };
struct ListLiteral { Expressions items; };
struct MapLiteral { std::vector<std::pair<std::string, ExpressionPtr>> entries; };
struct Unary { UnaryOp op; ExpressionPtr operand; };
struct Binary { BinaryOp op; ExpressionPtr left, right; };
struct Logical { bool is_and; ExpressionPtr left, right; };
struct Call { ExpressionPtr function; Expressions arguments; };
struct Index { ExpressionPtr container, key; };
struct If { ExpressionPtr condition, then, otherwise; }; // otherwise may be null
struct Block { Expressions body; };
struct Let { std::string name; ExpressionPtr value; Reference reference; };
struct Assign { std::string name; ExpressionPtr value; Reference reference; };
struct AssignIndex { ExpressionPtr container, key, value; };
struct While { ExpressionPtr condition, body; };
struct For { std::string name; ExpressionPtr items, body; std::size_t slot = 0; }; // slot, slot + 1: items, position; slot + 2: name
struct Return { ExpressionPtr value; }; // may be null
struct Lambda { std::shared_ptr<Routine> routine; };
struct Define { std::shared_ptr<Routine> routine; Reference reference; };

// Everything in Rill is an expression; those without a value of their own give nil.
struct Expression {
    using Node = std::variant<Literal, Name, ListLiteral, MapLiteral, Unary, Binary, Logical, Call, Index, If, Block, Let, Assign,
                              AssignIndex, While, For, Return, Lambda, Define>;
    Place place;
    Node node;

    template <class Kind> Kind* as() { return std::get_if<Kind>(&node); }
    template <class Kind> const Kind* as() const { return std::get_if<Kind>(&node); }
};

template <class Node> ExpressionPtr make(Place place, Node node) {
    return std::make_unique<Expression>(Expression{place, std::move(node)});
}

// A whole text: its routine has no parameters; its outermost names are global.
struct Program {
    std::shared_ptr<Routine> main;
    std::vector<std::string> globals; // filled in by the resolver, natives first
};

// Calls the visitor with each direct child, which it may replace.
void for_each_child(Expression& expression, const std::function<void(ExpressionPtr&)>& visit);

// How many nodes there are, lambdas included.
std::size_t count_nodes(Expression& expression);

ExpressionPtr clone(const Expression& expression);

} // namespace rill
