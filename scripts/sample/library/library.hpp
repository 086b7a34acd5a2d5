#pragma once

#include "run/value.hpp"
#include "text/failure.hpp"

namespace rill {

using Arguments = std::vector<Value>;
using Natives = std::vector<std::shared_ptr<const Native>>;

// Reads arguments of the kinds that a native wants, or throws a Failure that names the native and the kind.
class Wanted {
public:
    Wanted(std::string native, const Arguments& arguments) : native_(std::move(native)), arguments_(arguments) {}

    Integer integer(std::size_t i) const { return get<Integer>(i, "an integer"); }
    const std::string& text(std::size_t i) const { return *get<Text>(i, "a text"); }
    std::vector<Value>& list(std::size_t i) const { return *get<List>(i, "a list"); }
    std::map<std::string, Value>& map(std::size_t i) const { return *get<Map>(i, "a map"); }
    double real(std::size_t i) const;
    std::vector<double> reals(std::size_t i) const;
    const Value& any(std::size_t i) const { return arguments_[i]; }
    std::size_t count() const { return arguments_.size(); }

    [[noreturn]] void fail(const std::string& what) const { throw Failure(native_ + ": " + what); }

private:
    template <class Kind> const Kind& get(std::size_t i, const char* wanted) const {
        if (const Kind* value = arguments_[i].as<Kind>()) {
            return *value;
        }
        fail("argument " + std::to_string(i + 1) + " is " + wanted + ", not a " + std::string(arguments_[i].kind()));
    }

    std::string native_;
    const Arguments& arguments_;
};

// Adds natives, each a function of its wanted arguments.
class Registry {
public:
    using Plain = std::function<Value(const Wanted&)>;
    using WithCaller = std::function<Value(Caller&, const Wanted&)>;

    void add(const std::string& name, std::size_t arity, Plain body);
    void add_calling(const std::string& name, std::size_t arity, WithCaller body);

    const Natives& all() const { return natives_; }

private:
    Natives natives_;
};

void add_basics(Registry& registry);
void add_numbers(Registry& registry);
void add_naturals(Registry& registry);
void add_statistics(Registry& registry);
void add_matrices(Registry& registry);
void add_texts(Registry& registry);
void add_patterns(Registry& registry);
void add_lists(Registry& registry);
void add_maps(Registry& registry);
void add_json(Registry& registry);
void add_digests(Registry& registry);
void add_dates(Registry& registry);

// All of them.
const Natives& natives();
std::vector<std::string> native_names();

} // namespace rill
