#include "run/walker.hpp"

#include "run/operations.hpp"
#include "text/failure.hpp"

namespace rill {

namespace {

struct WalkedFunction : Callable {
    WalkedFunction(std::shared_ptr<const Routine> routine, std::vector<Value> captures)
        : Callable(routine->name, routine->parameters.size()), routine(std::move(routine)), captures(std::move(captures)) {}

    std::shared_ptr<const Routine> routine;
    std::vector<Value> captures;
};

} // namespace

Walker::Walker(const Program& program, const std::vector<std::shared_ptr<const Native>>& natives)
    : program_(program), globals_(program.globals.size()) {
    for (std::size_t i = 0; i < natives.size(); ++i) {
        globals_.at(i) = Value(Function(natives[i]));
    }
}

Value Walker::run() { return enter(*program_.main, {}, {}); }

Value Walker::call(const Value& function, std::vector<Value> arguments) {
    const auto* callee = function.as<Function>();
    if (!callee) {
        throw Failure("a " + std::string(function.kind()) + " cannot be called");
    }
    const Function kept = *callee;
    if (kept->arity != arguments.size() && kept->arity != Native::any_arity) {
        throw Failure(kept->name + " takes " + std::to_string(kept->arity) + " arguments, not " + std::to_string(arguments.size()));
    }
    if (const auto* native = dynamic_cast<const Native*>(kept.get())) {
        return native->body(*this, arguments);
    }
    const auto& walked = dynamic_cast<const WalkedFunction&>(*kept);
    return enter(*walked.routine, walked.captures, std::move(arguments));
}

Value Walker::enter(const Routine& routine, const std::vector<Value>& captures, std::vector<Value> arguments) {
    if (depth_ >= most_frames) {
        throw Failure("calls are nested too deeply");
    }
    Frame frame{std::move(arguments), &captures};
    frame.locals.resize(std::max(routine.slots, frame.locals.size()));
    Frame* const outer = std::exchange(frame_, &frame);
    ++depth_;
    const auto leave = [&] {
        frame_ = outer;
        --depth_;
    };
    try {
        Value value = walk(*routine.body);
        leave();
        return value;
    } catch (Returned& returned) {
        leave();
        return std::move(returned.value);
    } catch (...) {
        leave();
        throw;
    }
}

Value Walker::load(Reference reference) {
    switch (reference.kind) {
    case Reference::Kind::Local: return frame_->locals[reference.index];
    case Reference::Kind::Capture: return (*frame_->captures)[reference.index];
    case Reference::Kind::Global:
        if (!globals_[reference.index]) {
            throw Failure(program_.globals[reference.index] + " is used before it has a value");
        }
        return *globals_[reference.index];
    case Reference::Kind::Unresolved: break;
    }
    throw std::logic_error("a name was not resolved");
}

void Walker::store(Reference reference, Value value) {
    if (reference.kind == Reference::Kind::Global) {
        globals_[reference.index] = std::move(value);
    } else {
        frame_->locals[reference.index] = std::move(value);
    }
}

Value Walker::make_function(const std::shared_ptr<Routine>& routine) {
    std::vector<Value> captures;
    for (const Reference& capture : routine->captures) {
        captures.push_back(load(capture));
    }
    return Value(Function(std::make_shared<WalkedFunction>(routine, std::move(captures))));
}

Value Walker::walk_for(const For& node) {
    const List items = items_of(walk(*node.items));
    for (const Value& item : *items) {
        frame_->locals[node.slot + 2] = item;
        walk(*node.body);
    }
    return {};
}

Value Walker::walk(const Expression& expression) {
    const auto result = [&]() -> Value {
        return std::visit(
            Match{
                [&](const Literal& node) { return node.value; },
                [&](const Name& node) { return load(node.reference); },
                [&](const ListLiteral& node) {
                    std::vector<Value> items;
                    for (const auto& item : node.items) {
                        items.push_back(walk(*item));
                    }
                    return make_list(std::move(items));
                },
                [&](const MapLiteral& node) {
                    std::map<std::string, Value> entries;
                    for (const auto& [key, value] : node.entries) {
                        entries[key] = walk(*value);
                    }
                    return make_map(std::move(entries));
                },
                [&](const Unary& node) { return apply(node.op, walk(*node.operand)); },
                [&](const Binary& node) {
                    const Value left = walk(*node.left);
                    return apply(node.op, left, walk(*node.right));
                },
                [&](const Logical& node) {
                    Value left = walk(*node.left);
                    return left.truth() == node.is_and ? walk(*node.right) : left;
                },
                [&](const Call& node) {
                    const Value function = walk(*node.function);
                    std::vector<Value> arguments;
                    for (const auto& argument : node.arguments) {
                        arguments.push_back(walk(*argument));
                    }
                    return call(function, std::move(arguments));
                },
                [&](const Index& node) {
                    const Value container = walk(*node.container);
                    return index(container, walk(*node.key));
                },
                [&](const If& node) {
                    if (walk(*node.condition).truth()) {
                        return walk(*node.then);
                    }
                    return node.otherwise ? walk(*node.otherwise) : Value();
                },
                [&](const Block& node) {
                    Value last;
                    for (const auto& child : node.body) {
                        last = walk(*child);
                    }
                    return last;
                },
                [&](const Let& node) {
                    store(node.reference, walk(*node.value));
                    return Value();
                },
                [&](const Assign& node) {
                    store(node.reference, walk(*node.value));
                    return Value();
                },
                [&](const AssignIndex& node) {
                    const Value container = walk(*node.container);
                    const Value key = walk(*node.key);
                    set_index(container, key, walk(*node.value));
                    return Value();
                },
                [&](const While& node) {
                    while (walk(*node.condition).truth()) {
                        walk(*node.body);
                    }
                    return Value();
                },
                [&](const For& node) { return walk_for(node); },
                [&](const Return& node) -> Value { throw Returned{node.value ? walk(*node.value) : Value()}; },
                [&](const Lambda& node) { return make_function(node.routine); },
                [&](const Define& node) {
                    store(node.reference, make_function(node.routine));
                    return Value();
                },
            },
            expression.node);
    };
    try {
        return result();
    } catch (const Failure& failure) {
        throw failure.at(expression.place);
    }
}

} // namespace rill
