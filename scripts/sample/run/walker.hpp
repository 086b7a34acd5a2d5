#pragma once

#include "run/value.hpp"
#include "syntax/ast.hpp"

namespace rill {

// Runs a resolved program straight from its tree: slow and plain, the yardstick for the compiler and the machine.
class Walker : public Caller {
public:
    static constexpr std::size_t most_frames = 2'000;

    Walker(const Program& program, const std::vector<std::shared_ptr<const Native>>& natives);

    Value run();

    const std::string& output() const { return output_; }

    Value call(const Value& function, std::vector<Value> arguments) override;
    void print(const std::string& line) override { output_ += line + '\n'; }

private:
    struct Frame {
        std::vector<Value> locals;
        const std::vector<Value>* captures;
    };
    struct Returned {
        Value value;
    };

    Value enter(const Routine& routine, const std::vector<Value>& captures, std::vector<Value> arguments);
    Value walk(const Expression& expression);
    Value walk_for(const For& node);
    Value load(Reference reference);
    void store(Reference reference, Value value);
    Value make_function(const std::shared_ptr<Routine>& routine);

    const Program& program_;
    std::vector<std::optional<Value>> globals_;
    Frame* frame_ = nullptr;
    std::size_t depth_ = 0;
    std::string output_;
};

} // namespace rill
