#pragma once

#include "code/chunk.hpp"
#include "syntax/ast.hpp"

namespace rill {

// Turns a resolved program into code. Every expression leaves exactly one value on the stack.
Image compile(const Program& program);

} // namespace rill
