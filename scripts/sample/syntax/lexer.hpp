#pragma once

#include "syntax/token.hpp"

namespace rill {

// The tokens of a text, the last of which is End. Comments go from // to the end of the line.
std::vector<Token> tokenize(const Source& source);

} // namespace rill
