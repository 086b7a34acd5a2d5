#include "optimise/optimiser.hpp"

namespace rill {

namespace {

class Peephole {
public:
    explicit Peephole(Chunk& chunk) : chunk_(chunk) {}

    std::size_t run() {
        const std::size_t before = chunk_.code.size();
        for (bool changed = true; changed;) {
            changed = thread_jumps();
            mark_targets();
            gone_.assign(chunk_.code.size(), false);
            changed |= drop_unreachable();
            for (std::size_t i = 0; i + 1 < chunk_.code.size(); ++i) {
                changed |= look_at(i);
            }
            remove_gone();
        }
        return before - chunk_.code.size();
    }

private:
    Instruction& at(std::size_t i) { return chunk_.code[i]; }

    // A jump to a jump goes where that one goes.
    bool thread_jumps() {
        bool changed = false;
        for (Instruction& instruction : chunk_.code) {
            const auto target = instruction.target();
            if (target && at(*target).opcode == Opcode::Jump && at(*target).a != *target) {
                instruction.set_target(at(*target).a);
                changed = true;
            }
            // Two empty loops that jump to each other would go round for ever.
            if (changed && ++threaded_ > 4 * chunk_.code.size()) {
                return false;
            }
        }
        return changed;
    }

    void mark_targets() {
        targets_.assign(chunk_.code.size() + 1, false);
        for (const Instruction& instruction : chunk_.code) {
            if (const auto target = instruction.target()) {
                targets_[*target] = true;
            }
        }
    }

    bool drop_unreachable() {
        bool changed = false;
        for (std::size_t i = 1; i < chunk_.code.size(); ++i) {
            if (!targets_[i] && (gone_[i - 1] || ends_block(at(i - 1).opcode))) {
                gone_[i] = true;
                changed = true;
            }
        }
        return changed;
    }

    bool drop(std::size_t i) {
        gone_[i] = true;
        return true;
    }

    bool look_at(std::size_t i) {
        if (gone_[i] || gone_[i + 1]) {
            return false;
        }
        Instruction& first = at(i);
        Instruction& second = at(i + 1);
        if (first.opcode == Opcode::Jump && first.a == i + 1) {
            return drop(i);
        }
        if (targets_[i + 1]) {
            return false;
        }
        const bool only_puts = first.opcode == Opcode::Constant || first.opcode == Opcode::Nil || first.opcode == Opcode::LoadLocal;
        if (only_puts && second.opcode == Opcode::Pop) {
            return drop(i) && drop(i + 1);
        }
        if (first.opcode == Opcode::Unary && first.a == static_cast<std::uint32_t>(UnaryOp::Not)) {
            if (second.opcode == Opcode::JumpIfFalse || second.opcode == Opcode::JumpIfTrue) {
                second.opcode = second.opcode == Opcode::JumpIfFalse ? Opcode::JumpIfTrue : Opcode::JumpIfFalse;
                return drop(i);
            }
        }
        return false;
    }

    // A jump to an instruction that is gone goes to the next one that is not.
    void remove_gone() {
        std::vector<std::uint32_t> moved(chunk_.code.size() + 1, 0);
        std::vector<Instruction> kept;
        for (std::size_t i = 0; i < chunk_.code.size(); ++i) {
            moved[i] = static_cast<std::uint32_t>(kept.size());
            if (!gone_[i]) {
                kept.push_back(chunk_.code[i]);
            }
        }
        for (Instruction& instruction : kept) {
            if (const auto target = instruction.target()) {
                instruction.set_target(moved[*target]);
            }
        }
        chunk_.code = std::move(kept);
    }

    Chunk& chunk_;
    std::vector<bool> targets_;
    std::vector<bool> gone_;
    std::size_t threaded_ = 0;
};

} // namespace

std::size_t shorten(Chunk& chunk) { return Peephole(chunk).run(); }

} // namespace rill
