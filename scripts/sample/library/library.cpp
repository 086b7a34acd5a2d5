#include "library/library.hpp"

namespace rill {

double Wanted::real(std::size_t i) const {
    if (const auto* integer = arguments_[i].as<Integer>()) {
        return static_cast<double>(*integer);
    }
    return get<double>(i, "a number");
}

std::vector<double> Wanted::reals(std::size_t i) const {
    std::vector<double> numbers;
    for (const Value& item : list(i)) {
        if (const auto* integer = item.as<Integer>()) {
            numbers.push_back(static_cast<double>(*integer));
        } else if (const auto* real = item.as<double>()) {
            numbers.push_back(*real);
        } else {
            fail("a list of numbers is wanted, one item is a " + std::string(item.kind()));
        }
    }
    return numbers;
}

void Registry::add(const std::string& name, std::size_t arity, Plain body) {
    add_calling(name, arity, [body = std::move(body)](Caller&, const Wanted& wanted) { return body(wanted); });
}

void Registry::add_calling(const std::string& name, std::size_t arity, WithCaller body) {
    natives_.push_back(std::make_shared<Native>(
        name, arity, [name, body = std::move(body)](Caller& caller, const Arguments& arguments) {
            return body(caller, Wanted(name, arguments));
        }));
}

const Natives& natives() {
    static const Natives all = [] {
        Registry registry;
        add_basics(registry);
        add_numbers(registry);
        add_naturals(registry);
        add_statistics(registry);
        add_matrices(registry);
        add_texts(registry);
        add_patterns(registry);
        add_lists(registry);
        add_maps(registry);
        add_json(registry);
        add_digests(registry);
        add_dates(registry);
        return registry.all();
    }();
    return all;
}

std::vector<std::string> native_names() {
    std::vector<std::string> names;
    for (const auto& native : natives()) {
        names.push_back(native->name);
    }
    return names;
}

} // namespace rill
