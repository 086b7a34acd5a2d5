#pragma once

#include "code/chunk.hpp"
#include "run/value.hpp"

namespace rill {

struct Closure : Callable {
    Closure(std::shared_ptr<const Chunk> chunk, std::vector<Value> captures)
        : Callable(chunk->name, chunk->arity), chunk(std::move(chunk)), captures(std::move(captures)) {}

    std::shared_ptr<const Chunk> chunk;
    std::vector<Value> captures;
};

// Runs code on a stack. What a program prints is gathered.
class Machine : public Caller {
public:
    static constexpr std::size_t most_frames = 2'000;

    Machine(const Image& image, const std::vector<std::shared_ptr<const Native>>& natives);

    // The value of the program's last expression. Throws Failure.
    Value run();

    const std::string& output() const { return output_; }
    std::uint64_t steps() const { return steps_; }

    Value call(const Value& function, std::vector<Value> arguments) override;
    void print(const std::string& line) override { output_ += line + '\n'; }

private:
    struct Frame {
        const Closure* closure;
        std::size_t base; // of its locals on the stack
        std::size_t next = 0;
    };

    Value execute(std::shared_ptr<const Closure> closure, std::vector<Value> arguments);
    void begin(std::size_t arguments);
    void step(Frame& frame, const Instruction& instruction);
    Value pop();
    std::vector<Value> pop(std::size_t count);
    void next_item(Frame& frame, const Instruction& instruction);

    const Image& image_;
    std::vector<std::optional<Value>> globals_;
    std::vector<Value> stack_;
    std::vector<Frame> frames_;
    std::string output_;
    std::uint64_t steps_ = 0;
};

} // namespace rill
