#include "run/value.hpp"

namespace rill {

bool Value::truth() const {
    if (const bool* flag = as<bool>()) {
        return *flag;
    }
    return !as<Nil>();
}

std::string_view Value::kind() const {
    static constexpr std::array<std::string_view, 8> names = {"nil", "bool", "integer", "real", "text", "list", "map", "function"};
    return names[store_.index()];
}

Value make_list(std::vector<Value> items) { return std::make_shared<std::vector<Value>>(std::move(items)); }

Value make_map(std::map<std::string, Value> entries) {
    return std::make_shared<std::map<std::string, Value>>(std::move(entries));
}

bool equals(const Value& left, const Value& right) {
    return std::visit(
        Match{
            [](Nil, Nil) { return true; },
            [](bool a, bool b) { return a == b; },
            [](Integer a, Integer b) { return a == b; },
            [](double a, double b) { return a == b; },
            [](Integer a, double b) { return static_cast<double>(a) == b; },
            [](double a, Integer b) { return a == static_cast<double>(b); },
            [](const Text& a, const Text& b) { return *a == *b; },
            [](const List& a, const List& b) { return a == b || std::equal(a->begin(), a->end(), b->begin(), b->end(), equals); },
            [](const Map& a, const Map& b) {
                return a == b || std::equal(a->begin(), a->end(), b->begin(), b->end(), [](const auto& x, const auto& y) {
                           return x.first == y.first && equals(x.second, y.second);
                       });
            },
            [](const Function& a, const Function& b) { return a == b; },
            [](const auto&, const auto&) { return false; },
        },
        left.store(), right.store());
}

std::string show_real(double value) {
    if (std::isnan(value)) {
        return "nan";
    }
    if (std::isinf(value)) {
        return value < 0 ? "-inf" : "inf";
    }
    std::array<char, 40> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    std::string shown(digits.data(), end);
    if (shown.find_first_of(".e") == std::string::npos) {
        shown += ".0";
    }
    return shown;
}

std::string quote(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        switch (c) {
        case '\n': quoted += "\\n"; break;
        case '\t': quoted += "\\t"; break;
        case '\r': quoted += "\\r"; break;
        case '\0': quoted += "\\0"; break;
        case '"': quoted += "\\\""; break;
        case '\\': quoted += "\\\\"; break;
        default: quoted += c;
        }
    }
    return quoted + '"';
}

namespace {

void write(std::ostream& out, const Value& value, int depth) {
    if (depth > 100) {
        out << "...";
        return;
    }
    std::visit(
        Match{
            [&](Nil) { out << "nil"; },
            [&](bool flag) { out << (flag ? "true" : "false"); },
            [&](Integer number) { out << number; },
            [&](double number) { out << show_real(number); },
            [&](const Text& text) { out << (depth == 0 ? *text : quote(*text)); },
            [&](const List& list) {
                const char* between = "";
                out << '[';
                for (const Value& item : *list) {
                    out << std::exchange(between, ", ");
                    write(out, item, depth + 1);
                }
                out << ']';
            },
            [&](const Map& map) {
                const char* between = "";
                out << "#{";
                for (const auto& [key, item] : *map) {
                    out << std::exchange(between, ", ") << key << ": ";
                    write(out, item, depth + 1);
                }
                out << '}';
            },
            [&](const Function& function) { out << "<fn " << function->name << '>'; },
        },
        value.store());
}

} // namespace

std::string show(const Value& value) {
    std::ostringstream out;
    write(out, value, 0);
    return out.str();
}

} // namespace rill
