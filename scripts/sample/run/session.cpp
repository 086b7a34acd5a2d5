#include "run/session.hpp"

#include "check/resolver.hpp"
#include "code/compiler.hpp"
#include "code/verifier.hpp"
#include "library/library.hpp"
#include "optimise/optimiser.hpp"
#include "run/machine.hpp"
#include "run/walker.hpp"
#include "syntax/parser.hpp"

namespace rill {

Program load(const Source& source) {
    Program program = parse(source);
    resolve(program, native_names());
    return program;
}

Image build(Program& program, bool optimised) {
    if (optimised) {
        optimise(program);
    }
    Image image = compile(program);
    if (optimised) {
        for (const auto& chunk : image.chunks) {
            shorten(*chunk);
        }
    }
    if (const auto fault = find_fault(image)) {
        throw std::logic_error("the compiler made wrong code: " + *fault);
    }
    return image;
}

namespace {

template <class Runner> void finish(Runner& runner, Outcome& outcome, const Source& source) {
    try {
        outcome.value = show(runner.run());
    } catch (const Failure& failure) {
        outcome.error = describe(failure, source);
    }
    outcome.output = runner.output();
}

} // namespace

Outcome run(const Source& source, Way way) {
    Outcome outcome;
    try {
        Program program = load(source);
        if (way == Way::Walked) {
            Walker walker(program, natives());
            finish(walker, outcome, source);
        } else {
            const Image image = build(program, way == Way::Optimised);
            Machine machine(image, natives());
            finish(machine, outcome, source);
        }
    } catch (const Failure& failure) {
        outcome.error = describe(failure, source);
    }
    return outcome;
}

} // namespace rill
