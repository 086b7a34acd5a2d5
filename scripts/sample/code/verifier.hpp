#pragma once

#include "code/chunk.hpp"

namespace rill {

// What is wrong with the code, or nothing: every operand is in its bounds, every jump lands on an instruction, the stack has one
// depth at each instruction however that is reached, never less than nothing, and no way leads past the end.
std::optional<std::string> find_fault(const Image& image, const Chunk& chunk);
std::optional<std::string> find_fault(const Image& image);

} // namespace rill
