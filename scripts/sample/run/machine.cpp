#include "run/machine.hpp"

#include "run/operations.hpp"
#include "text/failure.hpp"

namespace rill {

namespace {

void check_arity(const Callable& callee, std::size_t given) {
    if (callee.arity != given && callee.arity != Native::any_arity) {
        throw Failure(callee.name + " takes " + std::to_string(callee.arity) + " arguments, not " + std::to_string(given));
    }
}

} // namespace

Machine::Machine(const Image& image, const std::vector<std::shared_ptr<const Native>>& natives)
    : image_(image), globals_(image.globals.size()) {
    for (std::size_t i = 0; i < natives.size(); ++i) {
        globals_.at(i) = Value(Function(natives[i]));
    }
}

Value Machine::run() { return execute(std::make_shared<Closure>(image_.chunks.at(0), std::vector<Value>{}), {}); }

Value Machine::call(const Value& function, std::vector<Value> arguments) {
    const auto* callee = function.as<Function>();
    if (!callee) {
        throw Failure("a " + std::string(function.kind()) + " cannot be called");
    }
    check_arity(**callee, arguments.size());
    if (const auto* native = dynamic_cast<const Native*>(callee->get())) {
        return native->body(*this, arguments);
    }
    return execute(std::dynamic_pointer_cast<const Closure>(*callee), std::move(arguments));
}

Value Machine::pop() {
    Value value = std::move(stack_.back());
    stack_.pop_back();
    return value;
}

std::vector<Value> Machine::pop(std::size_t count) {
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Value> values(std::make_move_iterator(first), std::make_move_iterator(stack_.end()));
    stack_.erase(first, stack_.end());
    return values;
}

// Runs one function to its end; the frames below stay as they are.
Value Machine::execute(std::shared_ptr<const Closure> closure, std::vector<Value> arguments) {
    const std::size_t outer_frames = frames_.size();
    const std::size_t outer_stack = stack_.size();
    if (outer_frames >= most_frames) {
        throw Failure("calls are nested too deeply");
    }
    stack_.push_back(Value(Function(closure)));
    std::move(arguments.begin(), arguments.end(), std::back_inserter(stack_));
    try {
        begin(stack_.size() - outer_stack - 1);
        while (frames_.size() > outer_frames) {
            Frame& frame = frames_.back();
            const Instruction& instruction = frame.closure->chunk->code[frame.next++];
            ++steps_;
            try {
                step(frame, instruction);
            } catch (const Failure& failure) {
                throw failure.at(instruction.place);
            }
        }
    } catch (...) {
        frames_.resize(outer_frames, Frame{nullptr, 0});
        stack_.resize(outer_stack);
        throw;
    }
    return pop();
}

// Calls what lies on the stack below its arguments.
void Machine::begin(std::size_t arguments) {
    const Value function = stack_[stack_.size() - arguments - 1];
    const auto* callee = function.as<Function>();
    if (!callee) {
        throw Failure("a " + std::string(function.kind()) + " cannot be called");
    }
    const auto* closure = dynamic_cast<const Closure*>(callee->get());
    if (!closure) {
        std::vector<Value> values = pop(arguments);
        pop();
        stack_.push_back(call(function, std::move(values)));
        return;
    }
    check_arity(*closure, arguments);
    if (frames_.size() >= most_frames) {
        throw Failure("calls are nested too deeply");
    }
    frames_.push_back(Frame{closure, stack_.size() - arguments});
    stack_.resize(stack_.size() - arguments + closure->chunk->slots);
}

void Machine::next_item(Frame& frame, const Instruction& instruction) {
    Value* const locals = &stack_[frame.base];
    const List items = *locals[instruction.a].as<List>();
    const auto position = static_cast<std::size_t>(*locals[instruction.a + 1].as<Integer>());
    if (position >= items->size()) {
        frame.next = instruction.b;
        return;
    }
    locals[instruction.a + 2] = (*items)[position];
    locals[instruction.a + 1] = static_cast<Integer>(position + 1);
}

void Machine::step(Frame& frame, const Instruction& instruction) {
    const std::uint32_t a = instruction.a;
    switch (instruction.opcode) {
    case Opcode::Constant: stack_.push_back(frame.closure->chunk->constants[a]); break;
    case Opcode::Nil: stack_.emplace_back(); break;
    case Opcode::Pop: stack_.pop_back(); break;
    case Opcode::LoadLocal: stack_.push_back(Value(stack_[frame.base + a])); break;
    case Opcode::StoreLocal: stack_[frame.base + a] = pop(); break;
    case Opcode::LoadGlobal:
        if (!globals_[a]) {
            throw Failure(image_.globals[a] + " is used before it has a value");
        }
        stack_.push_back(*globals_[a]);
        break;
    case Opcode::StoreGlobal: globals_[a] = pop(); break;
    case Opcode::LoadCapture: stack_.push_back(frame.closure->captures[a]); break;
    case Opcode::Binary: {
        const Value right = pop();
        const Value left = pop();
        stack_.push_back(apply(static_cast<BinaryOp>(a), left, right));
        break;
    }
    case Opcode::Unary: stack_.back() = apply(static_cast<UnaryOp>(a), stack_.back()); break;
    case Opcode::Jump: frame.next = a; break;
    case Opcode::JumpIfFalse:
        if (!pop().truth()) {
            frame.next = a;
        }
        break;
    case Opcode::JumpIfTrue:
        if (pop().truth()) {
            frame.next = a;
        }
        break;
    case Opcode::JumpKeepFalse:
    case Opcode::JumpKeepTrue:
        if (stack_.back().truth() == (instruction.opcode == Opcode::JumpKeepTrue)) {
            frame.next = a;
        } else {
            stack_.pop_back();
        }
        break;
    case Opcode::MakeList: stack_.push_back(make_list(pop(a))); break;
    case Opcode::MakeMap: {
        std::map<std::string, Value> entries;
        std::vector<Value> pairs = pop(2 * static_cast<std::size_t>(a));
        for (std::size_t i = 0; i < pairs.size(); i += 2) {
            entries[**pairs[i].as<Text>()] = std::move(pairs[i + 1]);
        }
        stack_.push_back(make_map(std::move(entries)));
        break;
    }
    case Opcode::Index: {
        const Value key = pop();
        stack_.back() = index(stack_.back(), key);
        break;
    }
    case Opcode::SetIndex: {
        Value item = pop();
        const Value key = pop();
        set_index(pop(), key, std::move(item));
        break;
    }
    case Opcode::MakeClosure: {
        auto captures = pop(instruction.b);
        stack_.push_back(Value(Function(std::make_shared<Closure>(image_.chunks[a], std::move(captures)))));
        break;
    }
    case Opcode::Call: begin(a); break;
    case Opcode::Return: {
        Value result = pop();
        stack_.resize(frame.base - 1);
        frames_.pop_back();
        stack_.push_back(std::move(result));
        break;
    }
    case Opcode::BeginFor:
        stack_[frame.base + a] = items_of(pop());
        stack_[frame.base + a + 1] = Integer{0};
        break;
    case Opcode::NextFor: next_item(frame, instruction); break;
    }
}

} // namespace rill
