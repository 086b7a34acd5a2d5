#pragma once

#include "syntax/ast.hpp"

namespace rill {

// The names of one function while it is resolved: blocks within blocks, each name with a slot of its own.
class Scope {
public:
    Scope(Routine& routine, Scope* around) : routine_(routine), around_(around) {}

    Scope* around() const { return around_; }

    void enter() { blocks_.emplace_back(); }
    void leave() { blocks_.pop_back(); }
    std::size_t depth() const { return blocks_.size(); }

    // A new slot for a name in the innermost block; it hides an outer name from here on.
    std::size_t declare(const std::string& name);

    // A row of slots that no name reaches.
    std::size_t reserve(std::size_t count);

    std::optional<std::size_t> local(const std::string& name) const;

    // The place of a name seen from this function: a local, or a capture, made if need be; nothing if no function has it.
    std::optional<Reference> find(const std::string& name);

private:
    Routine& routine_;
    Scope* around_;
    std::vector<std::map<std::string, std::size_t>> blocks_{1};
    std::map<std::string, std::size_t> captured_;
};

} // namespace rill
