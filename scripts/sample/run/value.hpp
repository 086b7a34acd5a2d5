#pragma once

#include "prelude.hpp"

namespace rill {

class Value;
struct Callable;

using Integer = std::int64_t;
using Text = std::shared_ptr<const std::string>;
using List = std::shared_ptr<std::vector<Value>>;
using Map = std::shared_ptr<std::map<std::string, Value>>;
using Function = std::shared_ptr<const Callable>;

struct Nil {};

// Any value of the language. Lists and maps are shared, all else is as good as copied.
class Value {
public:
    using Store = std::variant<Nil, bool, Integer, double, Text, List, Map, Function>;

    Value() = default;
    Value(bool value) : store_(value) {}
    Value(Integer value) : store_(value) {}
    Value(int value) : store_(static_cast<Integer>(value)) {}
    Value(double value) : store_(value) {}
    Value(std::string value) : store_(std::make_shared<const std::string>(std::move(value))) {}
    Value(const char* value) : Value(std::string(value)) {}
    Value(List value) : store_(std::move(value)) {}
    Value(Map value) : store_(std::move(value)) {}
    Value(Function value) : store_(std::move(value)) {}

    const Store& store() const { return store_; }
    template <class Kind> const Kind* as() const { return std::get_if<Kind>(&store_); }

    // All but nil and false count as true.
    bool truth() const;

    std::string_view kind() const;

private:
    Store store_;
};

Value make_list(std::vector<Value> items);
Value make_map(std::map<std::string, Value> entries);

// By value through lists and maps; an integer equals a real of the same number; functions equal themselves only.
bool equals(const Value& left, const Value& right);

// How print shows it: a text as it is, one inside a list with its quotes.
std::string show(const Value& value);
std::string quote(std::string_view text);

// The shortest digits that read back as the same number, always with a point or an exponent.
std::string show_real(double value);

// What can be called: a native function, or one of the program in the form that whatever runs it understands.
struct Callable {
    Callable(std::string name, std::size_t arity) : name(std::move(name)), arity(arity) {}
    virtual ~Callable() = default;

    std::string name;
    std::size_t arity;
};

// Calls back into the program, for natives that take functions.
class Caller {
public:
    virtual ~Caller() = default;
    virtual Value call(const Value& function, std::vector<Value> arguments) = 0;
    virtual void print(const std::string& line) = 0;
};

struct Native : Callable {
    using Body = std::function<Value(Caller&, const std::vector<Value>&)>;
    static constexpr std::size_t any_arity = std::numeric_limits<std::size_t>::max();

    Native(std::string name, std::size_t arity, Body body) : Callable(std::move(name), arity), body(std::move(body)) {}

    Body body;
};

} // namespace rill
