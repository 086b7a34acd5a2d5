#include "syntax/ast.hpp"

namespace rill {

void for_each_child(Expression& expression, const std::function<void(ExpressionPtr&)>& visit) {
    const auto if_any = [&](ExpressionPtr& child) {
        if (child) {
            visit(child);
        }
    };
    const auto all = [&](Expressions& children) { std::for_each(children.begin(), children.end(), if_any); };
    std::visit(Match{
                   [](Literal&) {},
                   [](Name&) {},
                   [&](ListLiteral& node) { all(node.items); },
                   [&](MapLiteral& node) {
                       for (auto& entry : node.entries) {
                           visit(entry.second);
                       }
                   },
                   [&](Unary& node) { visit(node.operand); },
                   [&](Binary& node) { visit(node.left), visit(node.right); },
                   [&](Logical& node) { visit(node.left), visit(node.right); },
                   [&](Call& node) { visit(node.function), all(node.arguments); },
                   [&](Index& node) { visit(node.container), visit(node.key); },
                   [&](If& node) { visit(node.condition), visit(node.then), if_any(node.otherwise); },
                   [&](Block& node) { all(node.body); },
                   [&](Let& node) { visit(node.value); },
                   [&](Assign& node) { visit(node.value); },
                   [&](AssignIndex& node) { visit(node.container), visit(node.key), visit(node.value); },
                   [&](While& node) { visit(node.condition), visit(node.body); },
                   [&](For& node) { visit(node.items), visit(node.body); },
                   [&](Return& node) { if_any(node.value); },
                   [&](Lambda& node) { visit(node.routine->body); },
                   [&](Define& node) { visit(node.routine->body); },
               },
               expression.node);
}

std::size_t count_nodes(Expression& expression) {
    std::size_t count = 1;
    for_each_child(expression, [&](ExpressionPtr& child) { count += count_nodes(*child); });
    return count;
}

namespace {

ExpressionPtr copy(const ExpressionPtr& expression) { return expression ? clone(*expression) : nullptr; }

Expressions copy(const Expressions& expressions) {
    Expressions copies;
    for (const auto& expression : expressions) {
        copies.push_back(copy(expression));
    }
    return copies;
}

std::shared_ptr<Routine> copy(const std::shared_ptr<Routine>& routine) {
    return std::make_shared<Routine>(
        Routine{routine->name, routine->parameters, copy(routine->body), routine->slots, routine->captures});
}

} // namespace

ExpressionPtr clone(const Expression& expression) {
    return std::visit(
        Match{
            [&](const Literal& n) { return make(expression.place, Literal{n.value}); },
            [&](const Name& n) { return make(expression.place, Name{n.name, n.reference}); },
            [&](const ListLiteral& n) { return make(expression.place, ListLiteral{copy(n.items)}); },
            [&](const MapLiteral& n) {
                MapLiteral map;
                for (const auto& [key, value] : n.entries) {
                    map.entries.emplace_back(key, copy(value));
                }
                return make(expression.place, std::move(map));
            },
            [&](const Unary& n) { return make(expression.place, Unary{n.op, copy(n.operand)}); },
            [&](const Binary& n) { return make(expression.place, Binary{n.op, copy(n.left), copy(n.right)}); },
            [&](const Logical& n) { return make(expression.place, Logical{n.is_and, copy(n.left), copy(n.right)}); },
            [&](const Call& n) { return make(expression.place, Call{copy(n.function), copy(n.arguments)}); },
            [&](const Index& n) { return make(expression.place, Index{copy(n.container), copy(n.key)}); },
            [&](const If& n) { return make(expression.place, If{copy(n.condition), copy(n.then), copy(n.otherwise)}); },
            [&](const Block& n) { return make(expression.place, Block{copy(n.body)}); },
            [&](const Let& n) { return make(expression.place, Let{n.name, copy(n.value), n.reference}); },
            [&](const Assign& n) { return make(expression.place, Assign{n.name, copy(n.value), n.reference}); },
            [&](const AssignIndex& n) { return make(expression.place, AssignIndex{copy(n.container), copy(n.key), copy(n.value)}); },
            [&](const While& n) { return make(expression.place, While{copy(n.condition), copy(n.body)}); },
            [&](const For& n) { return make(expression.place, For{n.name, copy(n.items), copy(n.body), n.slot}); },
            [&](const Return& n) { return make(expression.place, Return{copy(n.value)}); },
            [&](const Lambda& n) { return make(expression.place, Lambda{copy(n.routine)}); },
            [&](const Define& n) { return make(expression.place, Define{copy(n.routine), n.reference}); },
        },
        expression.node);
}

} // namespace rill
