#include "library/library.hpp"

namespace rill {

namespace {

class JsonReader {
public:
    JsonReader(std::string_view text, const Wanted& wanted) : text_(text), wanted_(wanted) {}

    Value run() {
        Value value = read(0);
        skip_blanks();
        if (at_ != text_.size()) {
            fail("nothing more expected");
        }
        return value;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { wanted_.fail(what + " at " + std::to_string(at_)); }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_blanks() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
            ++at_;
        }
    }

    bool accept(char wanted) {
        skip_blanks();
        if (peek() == wanted) {
            ++at_;
            return true;
        }
        return false;
    }

    void expect(char wanted) {
        if (!accept(wanted)) {
            fail(std::string(1, wanted) + " expected");
        }
    }

    Value read(int depth) {
        if (depth > 200) {
            fail("nested too deeply");
        }
        skip_blanks();
        switch (peek()) {
        case '{': return object(depth);
        case '[': return array(depth);
        case '"': return string();
        case 't': return word("true", true);
        case 'f': return word("false", false);
        case 'n': return word("null", Value());
        default: return number();
        }
    }

    Value word(std::string_view spelling, Value value) {
        if (text_.substr(at_, spelling.size()) != spelling) {
            fail("a value expected");
        }
        at_ += spelling.size();
        return value;
    }

    Value object(int depth) {
        std::map<std::string, Value> entries;
        expect('{');
        while (!accept('}')) {
            if (!entries.empty()) {
                expect(',');
            }
            skip_blanks();
            std::string key = string();
            expect(':');
            entries[std::move(key)] = read(depth + 1);
        }
        return make_map(std::move(entries));
    }

    Value array(int depth) {
        std::vector<Value> items;
        expect('[');
        while (!accept(']')) {
            if (!items.empty()) {
                expect(',');
            }
            items.push_back(read(depth + 1));
        }
        return make_list(std::move(items));
    }

    std::string string() {
        std::string value;
        expect('"');
        while (peek() != '"') {
            if (at_ >= text_.size() || static_cast<unsigned char>(peek()) < 0x20) {
                fail("a string has no end");
            }
            value += peek() == '\\' ? escape() : std::string(1, text_[at_++]);
        }
        ++at_;
        return value;
    }

    std::string escape() {
        ++at_;
        switch (text_[at_ < text_.size() ? at_++ : at_ - 1]) {
        case 'n': return "\n";
        case 't': return "\t";
        case 'r': return "\r";
        case 'b': return "\b";
        case 'f': return "\f";
        case '/': return "/";
        case '"': return "\"";
        case '\\': return at_ <= text_.size() ? "\\" : "";
        case 'u': return utf8();
        default: fail("no such escape");
        }
    }

    std::string utf8() {
        unsigned code = 0;
        const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + std::min(at_ + 4, text_.size()), code, 16);
        if (error != std::errc() || end != text_.data() + at_ + 4) {
            fail("four hexadecimal digits expected");
        }
        at_ += 4;
        if (code < 0x80) {
            return {static_cast<char>(code)};
        }
        if (code < 0x800) {
            return {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
        }
        return {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)), static_cast<char>(0x80 | (code & 0x3f))};
    }

    Value number() {
        const std::size_t end = std::min(text_.find_first_not_of("+-.0123456789eE", at_), text_.size());
        const std::string_view digits = text_.substr(at_, end - at_);
        Integer integer = 0;
        const auto whole = std::from_chars(digits.data(), digits.data() + digits.size(), integer);
        if (whole.ec == std::errc() && whole.ptr == digits.data() + digits.size() && !digits.empty()) {
            at_ = end;
            return integer;
        }
        double real = 0;
        const auto broken = std::from_chars(digits.data(), digits.data() + digits.size(), real);
        if (broken.ec != std::errc() || broken.ptr != digits.data() + digits.size() || digits.empty()) {
            fail("a value expected");
        }
        at_ = end;
        return real;
    }

    std::string_view text_;
    const Wanted& wanted_;
    std::size_t at_ = 0;
};

std::string json_string(const std::string& text) {
    std::ostringstream out;
    out << '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out << '\\' << c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out << "\\u" << std::hex << std::setw(4) << std::setfill('0') << static_cast<int>(c);
        } else {
            out << c;
        }
    }
    out << '"';
    return out.str();
}

std::string json_of(const Value& value, const Wanted& wanted) {
    return std::visit(
        Match{
            [](Nil) -> std::string { return "null"; },
            [](bool flag) -> std::string { return flag ? "true" : "false"; },
            [](Integer number) { return std::to_string(number); },
            [](double number) { return std::isfinite(number) ? show_real(number) : "null"; },
            [](const Text& text) { return json_string(*text); },
            [&](const List& list) {
                std::string items;
                for (const Value& item : *list) {
                    items += (items.empty() ? "" : ",") + json_of(item, wanted);
                }
                return '[' + items + ']';
            },
            [&](const Map& map) {
                std::string entries;
                for (const auto& [key, item] : *map) {
                    entries += (entries.empty() ? "" : ",") + json_string(key) + ':' + json_of(item, wanted);
                }
                return '{' + entries + '}';
            },
            [&](const Function&) -> std::string { wanted.fail("a function has no JSON"); },
        },
        value.store());
}

} // namespace

void add_json(Registry& registry) {
    registry.add("from_json", 1, [](const Wanted& wanted) { return JsonReader(wanted.text(0), wanted).run(); });
    registry.add("to_json", 1, [](const Wanted& wanted) { return Value(json_of(wanted.any(0), wanted)); });
}

} // namespace rill
