#include "check/scope.hpp"

namespace rill {

std::size_t Scope::declare(const std::string& name) {
    const std::size_t slot = reserve(1);
    blocks_.back()[name] = slot;
    return slot;
}

std::size_t Scope::reserve(std::size_t count) { return std::exchange(routine_.slots, routine_.slots + count); }

std::optional<std::size_t> Scope::local(const std::string& name) const {
    for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
        const auto found = block->find(name);
        if (found != block->end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

std::optional<Reference> Scope::find(const std::string& name) {
    if (const auto slot = local(name)) {
        return Reference{Reference::Kind::Local, *slot};
    }
    if (const auto found = captured_.find(name); found != captured_.end()) {
        return Reference{Reference::Kind::Capture, found->second};
    }
    const auto outer = around_ ? around_->find(name) : std::nullopt;
    if (!outer) {
        return std::nullopt;
    }
    const std::size_t index = routine_.captures.size();
    routine_.captures.push_back(*outer);
    captured_[name] = index;
    return Reference{Reference::Kind::Capture, index};
}

} // namespace rill
