#include "code/disassembler.hpp"

#include "run/operations.hpp"

namespace rill {

namespace {

std::string explain(const Chunk& chunk, const Instruction& instruction) {
    switch (instruction.opcode) {
    case Opcode::Constant: {
        const Value& value = chunk.constants.at(instruction.a);
        const auto* text = value.as<Text>();
        return text ? quote(**text) : show(value);
    }
    case Opcode::Binary: return std::string(spelling(static_cast<BinaryOp>(instruction.a)));
    case Opcode::Unary: return static_cast<UnaryOp>(instruction.a) == UnaryOp::Not ? "not" : "-";
    default: return "";
    }
}

} // namespace

std::string disassemble(const Chunk& chunk) {
    std::ostringstream out;
    out << "fn " << chunk.name << ": " << chunk.arity << " parameters, " << chunk.slots << " slots, " << chunk.captures << " captures\n";
    for (std::size_t i = 0; i < chunk.code.size(); ++i) {
        const Instruction& instruction = chunk.code[i];
        const OpcodeFacts& known = facts(instruction.opcode);
        out << std::setw(5) << i << "  " << std::left << std::setw(16) << known.name << std::right;
        if (known.operands >= 1) {
            out << std::setw(5) << instruction.a;
        }
        if (known.operands >= 2) {
            out << std::setw(5) << instruction.b;
        }
        if (const std::string explained = explain(chunk, instruction); !explained.empty()) {
            out << "  ; " << explained;
        }
        out << '\n';
    }
    return out.str();
}

std::string disassemble(const Image& image) {
    std::string all;
    for (const auto& chunk : image.chunks) {
        all += disassemble(*chunk) + '\n';
    }
    return all;
}

} // namespace rill
