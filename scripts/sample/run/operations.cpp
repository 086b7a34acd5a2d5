#include "run/operations.hpp"

#include "text/failure.hpp"

namespace rill {

namespace {

using Unsigned = std::uint64_t;

Integer wrap(Unsigned value) { return static_cast<Integer>(value); }

[[noreturn]] void no_operation(BinaryOp op, const Value& left, const Value& right) {
    throw Failure("no " + std::string(left.kind()) + ' ' + std::string(spelling(op)) + ' ' + std::string(right.kind()));
}

std::optional<double> number(const Value& value) {
    if (const auto* integer = value.as<Integer>()) {
        return static_cast<double>(*integer);
    }
    if (const auto* real = value.as<double>()) {
        return *real;
    }
    return std::nullopt;
}

Value on_integers(BinaryOp op, Integer a, Integer b) {
    const auto x = static_cast<Unsigned>(a);
    const auto y = static_cast<Unsigned>(b);
    switch (op) {
    case BinaryOp::Add: return wrap(x + y);
    case BinaryOp::Subtract: return wrap(x - y);
    case BinaryOp::Multiply: return wrap(x * y);
    case BinaryOp::Divide:
    case BinaryOp::Remainder:
        if (b == 0) {
            throw Failure("division by zero");
        }
        if (b == -1) {
            return op == BinaryOp::Divide ? wrap(0 - x) : Integer{0};
        }
        return op == BinaryOp::Divide ? a / b : a % b;
    case BinaryOp::Equal: return a == b;
    case BinaryOp::NotEqual: return a != b;
    case BinaryOp::Less: return a < b;
    case BinaryOp::LessEqual: return a <= b;
    case BinaryOp::Greater: return a > b;
    case BinaryOp::GreaterEqual: return a >= b;
    }
    throw std::logic_error("an operator beyond the last");
}

Value on_reals(BinaryOp op, double a, double b) {
    switch (op) {
    case BinaryOp::Add: return a + b;
    case BinaryOp::Subtract: return a - b;
    case BinaryOp::Multiply: return a * b;
    case BinaryOp::Divide: return a / b;
    case BinaryOp::Remainder: return std::fmod(a, b);
    case BinaryOp::Equal: return a == b;
    case BinaryOp::NotEqual: return a != b;
    case BinaryOp::Less: return a < b;
    case BinaryOp::LessEqual: return a <= b;
    case BinaryOp::Greater: return a > b;
    case BinaryOp::GreaterEqual: return a >= b;
    }
    throw std::logic_error("an operator beyond the last");
}

Value on_texts(BinaryOp op, const Value& left, const Value& right) {
    const std::string& a = **left.as<Text>();
    const std::string& b = **right.as<Text>();
    switch (op) {
    case BinaryOp::Add: return a + b;
    case BinaryOp::Less: return a < b;
    case BinaryOp::LessEqual: return a <= b;
    case BinaryOp::Greater: return a > b;
    case BinaryOp::GreaterEqual: return a >= b;
    default: no_operation(op, left, right);
    }
}

std::size_t position(const Value& key, std::size_t size) {
    const auto* integer = key.as<Integer>();
    if (!integer) {
        throw Failure("an index is an integer, not a " + std::string(key.kind()));
    }
    const Integer from_start = *integer < 0 ? *integer + static_cast<Integer>(size) : *integer;
    if (from_start < 0 || from_start >= static_cast<Integer>(size)) {
        throw Failure("index " + std::to_string(*integer) + " is outside of " + std::to_string(size) + " items");
    }
    return static_cast<std::size_t>(from_start);
}

const std::string& map_key(const Value& key) {
    const auto* text = key.as<Text>();
    if (!text) {
        throw Failure("a map's key is a text, not a " + std::string(key.kind()));
    }
    return **text;
}

} // namespace

std::string_view spelling(BinaryOp op) {
    static constexpr std::array<std::string_view, 11> all = {"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">="};
    return all[static_cast<std::size_t>(op)];
}

Value apply(BinaryOp op, const Value& left, const Value& right) {
    if (left.as<Integer>() && right.as<Integer>()) {
        return on_integers(op, *left.as<Integer>(), *right.as<Integer>());
    }
    if (op == BinaryOp::Equal || op == BinaryOp::NotEqual) {
        return equals(left, right) == (op == BinaryOp::Equal);
    }
    const auto a = number(left);
    const auto b = number(right);
    if (a && b) {
        return on_reals(op, *a, *b);
    }
    if (left.as<Text>() && right.as<Text>()) {
        return on_texts(op, left, right);
    }
    if (op == BinaryOp::Add && left.as<List>() && right.as<List>()) {
        std::vector<Value> joined = **left.as<List>();
        joined.insert(joined.end(), (*right.as<List>())->begin(), (*right.as<List>())->end());
        return make_list(std::move(joined));
    }
    no_operation(op, left, right);
}

Value apply(UnaryOp op, const Value& operand) {
    if (op == UnaryOp::Not) {
        return !operand.truth();
    }
    if (const auto* integer = operand.as<Integer>()) {
        return wrap(0 - static_cast<Unsigned>(*integer));
    }
    if (const auto* real = operand.as<double>()) {
        return -*real;
    }
    throw Failure("no - " + std::string(operand.kind()));
}

Value index(const Value& container, const Value& key) {
    if (const auto* list = container.as<List>()) {
        return (**list)[position(key, (*list)->size())];
    }
    if (const auto* map = container.as<Map>()) {
        const auto found = (*map)->find(map_key(key));
        return found == (*map)->end() ? Value() : found->second;
    }
    if (const auto* text = container.as<Text>()) {
        return std::string(1, (**text)[position(key, (*text)->size())]);
    }
    throw Failure("a " + std::string(container.kind()) + " has no items");
}

void set_index(const Value& container, const Value& key, Value value) {
    if (const auto* list = container.as<List>()) {
        (**list)[position(key, (*list)->size())] = std::move(value);
    } else if (const auto* map = container.as<Map>()) {
        (**map)[map_key(key)] = std::move(value);
    } else {
        throw Failure("the items of a " + std::string(container.kind()) + " cannot be set");
    }
}

List items_of(const Value& container) {
    auto items = std::make_shared<std::vector<Value>>();
    if (const auto* list = container.as<List>()) {
        *items = **list;
    } else if (const auto* map = container.as<Map>()) {
        for (const auto& entry : **map) {
            items->push_back(entry.first);
        }
    } else if (const auto* text = container.as<Text>()) {
        for (const char letter : **text) {
            items->push_back(std::string(1, letter));
        }
    } else {
        throw Failure("a " + std::string(container.kind()) + " has no items");
    }
    return items;
}

} // namespace rill
