#pragma once

#include "syntax/ast.hpp"

namespace rill {

// The program as text that parses to the same program; every operation in parentheses.
std::string print(const Program& program);
std::string print(const Expression& expression);

} // namespace rill
