#pragma once

#include "run/value.hpp"

namespace rill {

enum class BinaryOp { Add, Subtract, Multiply, Divide, Remainder, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };
enum class UnaryOp { Negate, Not };

std::string_view spelling(BinaryOp op);

// The meaning of the operators, the same for the machine, the walker and the optimiser. Integers wrap around; a real on either
// side makes both real. They throw Failure for operands that have no such operation.
Value apply(BinaryOp op, const Value& left, const Value& right);
Value apply(UnaryOp op, const Value& operand);

// container[key], for lists (negative counts from the end), maps (nil if absent) and texts.
Value index(const Value& container, const Value& key);
void set_index(const Value& container, const Value& key, Value value);

// What `for` goes through: the items of a list, the keys of a map, the letters of a text.
List items_of(const Value& container);

} // namespace rill
