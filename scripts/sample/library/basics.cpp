#include "library/library.hpp"
#include "run/operations.hpp"

namespace rill {

namespace {

Value length(const Wanted& wanted) {
    const Value& value = wanted.any(0);
    if (const auto* text = value.as<Text>()) {
        return static_cast<Integer>((*text)->size());
    }
    if (const auto* list = value.as<List>()) {
        return static_cast<Integer>((*list)->size());
    }
    if (const auto* map = value.as<Map>()) {
        return static_cast<Integer>((*map)->size());
    }
    wanted.fail("a " + std::string(value.kind()) + " has no length");
}

} // namespace

void add_basics(Registry& registry) {
    registry.add_calling("print", Native::any_arity, [](Caller& caller, const Wanted& wanted) {
        std::string line;
        for (std::size_t i = 0; i < wanted.count(); ++i) {
            line += (i == 0 ? "" : " ") + show(wanted.any(i));
        }
        caller.print(line);
        return Value();
    });
    registry.add("show", 1, [](const Wanted& wanted) { return Value(show(wanted.any(0))); });
    registry.add("kind", 1, [](const Wanted& wanted) { return Value(std::string(wanted.any(0).kind())); });
    registry.add("len", 1, length);
    registry.add("fail", 1, [](const Wanted& wanted) -> Value { throw Failure(wanted.text(0)); });
    registry.add_calling("attempt", 1, [](Caller& caller, const Wanted& wanted) {
        try {
            return make_map({{"value", caller.call(wanted.any(0), {})}});
        } catch (const Failure& failure) {
            return make_map({{"error", std::string(failure.what())}});
        }
    });
}

} // namespace rill
