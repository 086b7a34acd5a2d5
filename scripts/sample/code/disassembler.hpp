#pragma once

#include "code/chunk.hpp"

namespace rill {

// The code for people to read, an instruction a line.
std::string disassemble(const Chunk& chunk);
std::string disassemble(const Image& image);

} // namespace rill
