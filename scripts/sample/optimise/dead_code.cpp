#include "optimise/optimiser.hpp"

namespace rill {

namespace {

// Whether leaving the expression out, when its value is not wanted, changes nothing.
bool has_no_effect(const Expression& expression) { return expression.as<Literal>() || expression.as<Lambda>(); }

std::size_t clean_block(Block& block) {
    std::size_t count = 0;
    for (std::size_t i = 0; i + 1 < block.body.size();) {
        if (has_no_effect(*block.body[i])) {
            block.body.erase(block.body.begin() + static_cast<std::ptrdiff_t>(i));
            ++count;
        } else if (block.body[i]->as<Return>()) {
            count += block.body.size() - i - 1;
            block.body.resize(i + 1);
        } else {
            ++i;
        }
    }
    return count;
}

std::size_t clean(ExpressionPtr& expression) {
    std::size_t count = 0;
    for_each_child(*expression, [&](ExpressionPtr& child) { count += clean(child); });
    if (auto* block = expression->as<Block>()) {
        return count + clean_block(*block);
    }
    if (auto* node = expression->as<If>()) {
        if (const auto* condition = node->condition->as<Literal>()) {
            auto kept = condition->value.truth() ? std::move(node->then) : std::move(node->otherwise);
            expression = kept ? std::move(kept) : make(expression->place, Literal{});
            return count + 1;
        }
    }
    if (auto* node = expression->as<While>()) {
        const auto* condition = node->condition->as<Literal>();
        if (condition && !condition->value.truth()) {
            expression = make(expression->place, Literal{});
            return count + 1;
        }
    }
    return count;
}

} // namespace

std::size_t remove_dead_code(Program& program) {
    auto* outermost = program.main->body->as<Block>();
    std::size_t count = 0;
    for (auto& expression : outermost->body) {
        count += clean(expression);
    }
    return count;
}

} // namespace rill
