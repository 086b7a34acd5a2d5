#pragma once

#include "syntax/ast.hpp"

namespace rill {

// Finds out for every name where it lives, and for every function how many slots it takes and what it captures. Functions capture
// by value, so a captured name cannot be assigned to. Throws a Failure for a name that nothing defines.
void resolve(Program& program, const std::vector<std::string>& natives);

} // namespace rill
