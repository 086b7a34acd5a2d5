#pragma once

#include "code/chunk.hpp"
#include "syntax/ast.hpp"

namespace rill {

// Operations on literals become literals, where they cannot fail. Returns how many did.
std::size_t fold_constants(Program& program);

// Branches that are never taken, and what follows a return, go away. Returns how many did.
std::size_t remove_dead_code(Program& program);

// Instructions that undo each other go away, and jumps to jumps go where those end. Returns how many instructions are gone.
std::size_t shorten(Chunk& chunk);

// The first two, again and again until nothing changes.
std::size_t optimise(Program& program);

} // namespace rill
