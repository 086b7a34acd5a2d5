#include "code/chunk.hpp"

namespace rill {

std::optional<std::uint32_t> Instruction::target() const {
    if (!facts(opcode).jumps) {
        return std::nullopt;
    }
    return facts(opcode).operands == 2 ? b : a;
}

void Instruction::set_target(std::uint32_t to) { (facts(opcode).operands == 2 ? b : a) = to; }

std::uint32_t Chunk::constant(const Value& value) {
    const auto same = [&](const Value& other) { return other.store().index() == value.store().index() && equals(other, value); };
    const auto found = std::find_if(constants.begin(), constants.end(), same);
    const auto index = static_cast<std::uint32_t>(found - constants.begin());
    if (found == constants.end()) {
        constants.push_back(value);
    }
    return index;
}

bool ends_block(Opcode opcode) { return opcode == Opcode::Jump || opcode == Opcode::Return; }

} // namespace rill
