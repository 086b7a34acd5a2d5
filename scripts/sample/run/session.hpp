#pragma once

#include "code/chunk.hpp"
#include "syntax/ast.hpp"
#include "text/source.hpp"

namespace rill {

enum class Way { Walked, Compiled, Optimised };

// What a run of a program gave: its output, and its last value or what went wrong.
struct Outcome {
    std::string output;
    std::string value;
    std::string error;

    friend bool operator==(const Outcome& a, const Outcome& b) {
        return a.output == b.output && a.value == b.value && a.error == b.error;
    }
};

// Parsed and resolved.
Program load(const Source& source);

// Compiled and, if asked, optimised on the tree and in the code; verified in any case.
Image build(Program& program, bool optimised);

Outcome run(const Source& source, Way way);

} // namespace rill
