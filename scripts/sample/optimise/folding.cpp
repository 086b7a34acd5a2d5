#include "optimise/optimiser.hpp"

#include "text/failure.hpp"

namespace rill {

namespace {

const Value* literal(const ExpressionPtr& expression) {
    const auto* node = expression->as<Literal>();
    return node ? &node->value : nullptr;
}

// The value of an operation on literals, unless it fails; then it must do so when the program runs.
std::optional<Value> fold(const Expression& expression) {
    try {
        if (const auto* unary = expression.as<Unary>()) {
            if (const auto* operand = literal(unary->operand)) {
                return apply(unary->op, *operand);
            }
        } else if (const auto* binary = expression.as<Binary>()) {
            const auto* left = literal(binary->left);
            const auto* right = literal(binary->right);
            if (left && right) {
                return apply(binary->op, *left, *right);
            }
        }
    } catch (const Failure&) {
        return std::nullopt;
    }
    return std::nullopt;
}

std::size_t fold_in(ExpressionPtr& expression) {
    std::size_t count = 0;
    for_each_child(*expression, [&](ExpressionPtr& child) { count += fold_in(child); });
    if (auto value = fold(*expression)) {
        expression = make(expression->place, Literal{std::move(*value)});
        return count + 1;
    }
    if (auto* node = expression->as<Logical>()) {
        if (const auto* left = literal(node->left)) {
            auto kept = left->truth() == node->is_and ? std::move(node->right) : std::move(node->left);
            expression = std::move(kept);
            return count + 1;
        }
    }
    return count;
}

} // namespace

std::size_t fold_constants(Program& program) { return fold_in(program.main->body); }

std::size_t optimise(Program& program) {
    std::size_t total = 0;
    for (;;) {
        const std::size_t changed = fold_constants(program) + remove_dead_code(program);
        if (changed == 0) {
            return total;
        }
        total += changed;
    }
}

} // namespace rill
