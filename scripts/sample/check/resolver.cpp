#include "check/resolver.hpp"

#include "check/scope.hpp"
#include "text/failure.hpp"

namespace rill {

namespace {

class Resolver {
public:
    Resolver(Program& program, const std::vector<std::string>& natives) : program_(program) {
        program_.globals = natives;
        for (std::size_t i = 0; i < natives.size(); ++i) {
            globals_[natives[i]] = i;
        }
    }

    void run() {
        auto& body = program_.main->body->as<Block>()->body;
        for (auto& expression : body) {
            if (const auto* let = expression->as<Let>()) {
                declare_global(let->name);
            } else if (const auto* define = expression->as<Define>()) {
                declare_global(define->routine->name);
            }
        }
        program_.main->slots = 0;
        Scope scope(*program_.main, nullptr);
        scope_ = &scope;
        for (auto& expression : body) {
            outermost_ = true;
            visit(*expression);
        }
    }

private:
    void declare_global(const std::string& name) {
        const auto found = globals_.find(name);
        if (found == globals_.end()) {
            globals_[name] = program_.globals.size();
            program_.globals.push_back(name);
        }
    }

    Reference find(const std::string& name, Place place) {
        if (const auto found = scope_->find(name)) {
            return *found;
        }
        if (const auto found = globals_.find(name); found != globals_.end()) {
            return {Reference::Kind::Global, found->second};
        }
        throw Failure("nothing is called " + name, place);
    }

    void visit(Expression& expression) {
        const bool outermost = std::exchange(outermost_, false);
        std::visit(Match{
                       [&](Name& node) { node.reference = find(node.name, expression.place); },
                       [&](Let& node) {
                           visit(*node.value);
                           node.reference = outermost ? Reference{Reference::Kind::Global, globals_.at(node.name)}
                                                      : Reference{Reference::Kind::Local, scope_->declare(node.name)};
                       },
                       [&](Assign& node) {
                           visit(*node.value);
                           node.reference = find(node.name, expression.place);
                           if (node.reference.kind == Reference::Kind::Capture) {
                               throw Failure(node.name + " is captured by value and cannot be assigned to", expression.place);
                           }
                       },
                       [&](Block& node) {
                           scope_->enter();
                           for (auto& child : node.body) {
                               visit(*child);
                           }
                           scope_->leave();
                       },
                       [&](For& node) {
                           visit(*node.items);
                           scope_->enter();
                           node.slot = scope_->reserve(2);
                           scope_->declare(node.name);
                           visit(*node.body);
                           scope_->leave();
                       },
                       [&](Lambda& node) { routine(*node.routine); },
                       [&](Define& node) {
                           node.reference = {Reference::Kind::Global, globals_.at(node.routine->name)};
                           routine(*node.routine);
                       },
                       [&](auto&) { for_each_child(expression, [&](ExpressionPtr& child) { visit(*child); }); },
                   },
                   expression.node);
    }

    void routine(Routine& routine) {
        routine.slots = 0;
        routine.captures.clear();
        Scope scope(routine, scope_);
        for (const auto& name : routine.parameters) {
            scope.declare(name);
        }
        Scope* const outer = std::exchange(scope_, &scope);
        visit(*routine.body);
        scope_ = outer;
    }

    Program& program_;
    std::map<std::string, std::size_t> globals_;
    Scope* scope_ = nullptr;
    bool outermost_ = false;
};

} // namespace

void resolve(Program& program, const std::vector<std::string>& natives) { Resolver(program, natives).run(); }

} // namespace rill
