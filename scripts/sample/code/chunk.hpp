#pragma once

#include "code/opcode.hpp"
#include "run/value.hpp"
#include "text/source.hpp"

namespace rill {

struct Instruction {
    Opcode opcode;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    Place place{};

    // Where it may go besides the next instruction.
    std::optional<std::uint32_t> target() const;
    void set_target(std::uint32_t to);
};

// The code of one function.
struct Chunk {
    std::string name;
    std::size_t arity = 0;
    std::size_t slots = 0;
    std::size_t captures = 0;
    std::vector<Instruction> code;
    std::vector<Value> constants;

    // The index of a constant of that value and kind, a new one if need be.
    std::uint32_t constant(const Value& value);
};

// A whole program: chunk 0 is what runs first.
struct Image {
    std::vector<std::shared_ptr<Chunk>> chunks;
    std::vector<std::string> globals;
};

// Whether an instruction after this one is reached only by a jump.
bool ends_block(Opcode opcode);

} // namespace rill
