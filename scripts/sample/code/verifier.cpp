#include "code/verifier.hpp"

#include "run/operations.hpp"

namespace rill {

namespace {

class Verifier {
public:
    Verifier(const Image& image, const Chunk& chunk) : image_(image), chunk_(chunk), depths_(chunk.code.size()) {}

    std::optional<std::string> run() {
        go_to(0, 0);
        while (!fault_ && !open_.empty()) {
            at_ = open_.back();
            open_.pop_back();
            step(chunk_.code[at_], *depths_[at_]);
        }
        return fault_;
    }

private:
    void fail(const std::string& what) {
        if (!fault_) {
            fault_ = chunk_.name + ", instruction " + std::to_string(at_) + ": " + what;
        }
    }

    void bound(std::size_t operand, std::size_t limit, std::string_view what) {
        if (operand >= limit) {
            fail("no " + std::string(what) + ' ' + std::to_string(operand));
        }
    }

    void go_to(std::size_t target, std::size_t depth) {
        if (target >= chunk_.code.size()) {
            fail("the way leads to " + std::to_string(target) + ", which is past the end");
        } else if (!depths_[target]) {
            depths_[target] = depth;
            open_.push_back(target);
        } else if (*depths_[target] != depth) {
            fail("the stack is " + std::to_string(depth) + " deep at " + std::to_string(target) + ", but also " +
                 std::to_string(*depths_[target]));
        }
    }

    // How many values an instruction takes and puts.
    std::pair<std::size_t, std::size_t> effect(const Instruction& instruction) {
        const std::size_t a = instruction.a;
        switch (instruction.opcode) {
        case Opcode::Constant: bound(a, chunk_.constants.size(), "constant"); return {0, 1};
        case Opcode::Nil: return {0, 1};
        case Opcode::Pop: return {1, 0};
        case Opcode::LoadLocal: bound(a, chunk_.slots, "slot"); return {0, 1};
        case Opcode::StoreLocal: bound(a, chunk_.slots, "slot"); return {1, 0};
        case Opcode::LoadGlobal: bound(a, image_.globals.size(), "global"); return {0, 1};
        case Opcode::StoreGlobal: bound(a, image_.globals.size(), "global"); return {1, 0};
        case Opcode::LoadCapture: bound(a, chunk_.captures, "capture"); return {0, 1};
        case Opcode::Binary: bound(a, static_cast<std::size_t>(BinaryOp::GreaterEqual) + 1, "operator"); return {2, 1};
        case Opcode::Unary: bound(a, static_cast<std::size_t>(UnaryOp::Not) + 1, "operator"); return {1, 1};
        case Opcode::Jump: return {0, 0};
        case Opcode::JumpIfFalse:
        case Opcode::JumpIfTrue:
        case Opcode::JumpKeepFalse:
        case Opcode::JumpKeepTrue: return {1, 0};
        case Opcode::MakeList: return {a, 1};
        case Opcode::MakeMap: return {2 * a, 1};
        case Opcode::Index: return {2, 1};
        case Opcode::SetIndex: return {3, 0};
        case Opcode::MakeClosure:
            bound(a, image_.chunks.size(), "function");
            if (!fault_ && image_.chunks[a]->captures != instruction.b) {
                fail("function " + std::to_string(a) + " has another number of captures");
            }
            return {instruction.b, 1};
        case Opcode::Call: return {a + 1, 1};
        case Opcode::Return: return {1, 0};
        case Opcode::BeginFor: bound(a + 1, chunk_.slots, "slot"); return {1, 0};
        case Opcode::NextFor: bound(a + 2, chunk_.slots, "slot"); return {0, 0};
        }
        fail("no such instruction");
        return {0, 0};
    }

    void step(const Instruction& instruction, std::size_t depth) {
        const auto [taken, put] = effect(instruction);
        if (fault_) {
            return;
        }
        if (taken > depth) {
            fail("takes " + std::to_string(taken) + " values of " + std::to_string(depth));
            return;
        }
        const std::size_t after = depth - taken + put;
        if (const auto target = instruction.target()) {
            const bool keeps = instruction.opcode == Opcode::JumpKeepFalse || instruction.opcode == Opcode::JumpKeepTrue;
            go_to(*target, keeps ? after + 1 : after);
        }
        if (!ends_block(instruction.opcode)) {
            go_to(at_ + 1, after);
        }
    }

    const Image& image_;
    const Chunk& chunk_;
    std::vector<std::optional<std::size_t>> depths_;
    std::vector<std::size_t> open_;
    std::optional<std::string> fault_;
    std::size_t at_ = 0;
};

} // namespace

std::optional<std::string> find_fault(const Image& image, const Chunk& chunk) { return Verifier(image, chunk).run(); }

std::optional<std::string> find_fault(const Image& image) {
    for (const auto& chunk : image.chunks) {
        if (auto fault = find_fault(image, *chunk)) {
            return fault;
        }
    }
    return std::nullopt;
}

} // namespace rill
