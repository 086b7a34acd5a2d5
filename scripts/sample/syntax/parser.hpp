#pragma once

#include "syntax/ast.hpp"

namespace rill {

// The program that a text is, or a Failure with the place of the first thing that does not fit.
Program parse(const Source& source);

} // namespace rill
