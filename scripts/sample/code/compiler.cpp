#include "code/compiler.hpp"

namespace rill {

namespace {

std::uint32_t narrow(std::size_t value) { return static_cast<std::uint32_t>(value); }

class Compiler {
public:
    explicit Compiler(const Program& program) : program_(program) {}

    Image run() {
        routine(*program_.main);
        return Image{std::move(chunks_), program_.globals};
    }

private:
    // The chunk's number.
    std::size_t routine(const Routine& routine) {
        const std::size_t number = chunks_.size();
        auto chunk = std::make_shared<Chunk>();
        chunk->name = routine.name;
        chunk->arity = routine.parameters.size();
        chunk->slots = routine.slots;
        chunk->captures = routine.captures.size();
        chunks_.push_back(chunk);
        Chunk* const outer = std::exchange(chunk_, chunk.get());
        write(*routine.body);
        emit(Opcode::Return, routine.body->place);
        chunk_ = outer;
        return number;
    }

    std::size_t emit(Opcode opcode, Place place, std::size_t a = 0, std::size_t b = 0) {
        chunk_->code.push_back({opcode, narrow(a), narrow(b), place});
        return chunk_->code.size() - 1;
    }

    std::size_t here() const { return chunk_->code.size(); }
    void land(std::size_t jump) { chunk_->code[jump].set_target(narrow(here())); }

    void load(Reference reference, Place place) {
        switch (reference.kind) {
        case Reference::Kind::Local: emit(Opcode::LoadLocal, place, reference.index); return;
        case Reference::Kind::Capture: emit(Opcode::LoadCapture, place, reference.index); return;
        case Reference::Kind::Global: emit(Opcode::LoadGlobal, place, reference.index); return;
        case Reference::Kind::Unresolved: throw std::logic_error("a name was not resolved");
        }
    }

    void store(Reference reference, Place place) {
        emit(reference.kind == Reference::Kind::Global ? Opcode::StoreGlobal : Opcode::StoreLocal, place, reference.index);
        emit(Opcode::Nil, place);
    }

    void closure(const Routine& made, Place place) {
        for (const Reference& capture : made.captures) {
            load(capture, place);
        }
        const std::size_t number = routine(made);
        emit(Opcode::MakeClosure, place, number, made.captures.size());
    }

    void write(const Expression& expression) {
        std::visit([&](const auto& node) { write_node(node, expression.place); }, expression.node);
    }

    void write_node(const Literal& node, Place place) {
        if (node.value.as<Nil>()) {
            emit(Opcode::Nil, place);
        } else {
            emit(Opcode::Constant, place, chunk_->constant(node.value));
        }
    }
    void write_node(const Name& node, Place place) { load(node.reference, place); }
    void write_node(const ListLiteral& node, Place place) {
        for (const auto& item : node.items) {
            write(*item);
        }
        emit(Opcode::MakeList, place, node.items.size());
    }
    void write_node(const MapLiteral& node, Place place) {
        for (const auto& [key, value] : node.entries) {
            emit(Opcode::Constant, place, chunk_->constant(key));
            write(*value);
        }
        emit(Opcode::MakeMap, place, node.entries.size());
    }
    void write_node(const Unary& node, Place place) {
        write(*node.operand);
        emit(Opcode::Unary, place, static_cast<std::size_t>(node.op));
    }
    void write_node(const Binary& node, Place place) {
        write(*node.left);
        write(*node.right);
        emit(Opcode::Binary, place, static_cast<std::size_t>(node.op));
    }
    void write_node(const Logical& node, Place place) {
        write(*node.left);
        const auto skip = emit(node.is_and ? Opcode::JumpKeepFalse : Opcode::JumpKeepTrue, place);
        write(*node.right);
        land(skip);
    }
    void write_node(const Call& node, Place place) {
        write(*node.function);
        for (const auto& argument : node.arguments) {
            write(*argument);
        }
        emit(Opcode::Call, place, node.arguments.size());
    }
    void write_node(const rill::Index& node, Place place) {
        write(*node.container);
        write(*node.key);
        emit(Opcode::Index, place);
    }
    void write_node(const If& node, Place place) {
        write(*node.condition);
        const auto to_else = emit(Opcode::JumpIfFalse, place);
        write(*node.then);
        const auto to_end = emit(Opcode::Jump, place);
        land(to_else);
        if (node.otherwise) {
            write(*node.otherwise);
        } else {
            emit(Opcode::Nil, place);
        }
        land(to_end);
    }
    void write_node(const Block& node, Place place) {
        if (node.body.empty()) {
            emit(Opcode::Nil, place);
        }
        for (std::size_t i = 0; i < node.body.size(); ++i) {
            write(*node.body[i]);
            if (i + 1 < node.body.size()) {
                emit(Opcode::Pop, place);
            }
        }
    }
    void write_node(const Let& node, Place place) {
        write(*node.value);
        store(node.reference, place);
    }
    void write_node(const Assign& node, Place place) {
        write(*node.value);
        store(node.reference, place);
    }
    void write_node(const AssignIndex& node, Place place) {
        write(*node.container);
        write(*node.key);
        write(*node.value);
        emit(Opcode::SetIndex, place);
        emit(Opcode::Nil, place);
    }
    void write_node(const While& node, Place place) {
        const auto start = here();
        write(*node.condition);
        const auto leave = emit(Opcode::JumpIfFalse, place);
        write(*node.body);
        emit(Opcode::Pop, place);
        emit(Opcode::Jump, place, start);
        land(leave);
        emit(Opcode::Nil, place);
    }
    void write_node(const For& node, Place place) {
        write(*node.items);
        emit(Opcode::BeginFor, place, node.slot);
        const auto next = emit(Opcode::NextFor, place, node.slot);
        write(*node.body);
        emit(Opcode::Pop, place);
        emit(Opcode::Jump, place, next);
        land(next);
        emit(Opcode::Nil, place);
    }
    void write_node(const Return& node, Place place) {
        if (node.value) {
            write(*node.value);
        } else {
            emit(Opcode::Nil, place);
        }
        emit(Opcode::Return, place);
        emit(Opcode::Nil, place); // never reached; keeps the rule of one value for each expression
    }
    void write_node(const Lambda& node, Place place) { closure(*node.routine, place); }
    void write_node(const Define& node, Place place) {
        closure(*node.routine, place);
        store(node.reference, place);
    }

    const Program& program_;
    std::vector<std::shared_ptr<Chunk>> chunks_;
    Chunk* chunk_ = nullptr;
};

} // namespace

Image compile(const Program& program) { return Compiler(program).run(); }

} // namespace rill
