#include "run/session.hpp"
#include "syntax/parser.hpp"
#include "syntax/printer.hpp"
#include "test/checks.hpp"

#include <random>

namespace rill {

namespace {

// Writes programs that end: loops run over short lists only, and functions call only those that stand before them.
class ProgramWriter {
public:
    explicit ProgramWriter(std::uint32_t seed) : random_(seed) {}

    std::string write() {
        names_ = {{}};
        functions_ = 0;
        std::string program;
        const int count = 1 + below(3);
        for (int i = 0; i < count; ++i) {
            names_.push_back({"p", "q"});
            program += "fn f" + std::to_string(i) + "(p, q) " + block(3) + "\n";
            names_.pop_back();
            functions_ = i + 1;
        }
        for (int i = 0; i < 4; ++i) {
            program += statement(3) + ";\n";
        }
        return program + "[" + literal() + ", attempt(|| " + expression(3) + ")]\n";
    }

private:
    int below(int end) { return static_cast<int>(random_() % static_cast<std::uint32_t>(end)); }

    std::string known_name() {
        std::vector<std::string> all;
        for (const auto& block : names_) {
            all.insert(all.end(), block.begin(), block.end());
        }
        return all.empty() ? literal() : all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
    }

    std::string literal() {
        switch (below(7)) {
        case 0: return "nil";
        case 1: return "true";
        case 2: return std::to_string(below(8)) + ".5";
        case 3: return "\"t" + std::to_string(below(3)) + "\"";
        default: return std::to_string(below(12));
        }
    }

    std::string expression(int depth) {
        if (depth <= 0) {
            return below(2) == 0 ? literal() : known_name();
        }
        static const std::array<const char*, 16> operators = {"+", "-", "*", "/", "%", "==", "!=", "<", ">=",
                                                               "and", "or", "==", "!=", "and", "or", "and"};
        switch (below(12)) {
        case 0: return "[" + expression(depth - 1) + ", " + expression(depth - 1) + "]";
        case 1: return "(-" + expression(depth - 1) + ")";
        case 2: return "(not " + expression(depth - 1) + ")";
        case 3:
            if (functions_ > 0) {
                return "f" + std::to_string(below(functions_)) + "(" + expression(depth - 1) + ", " + expression(depth - 1) + ")";
            }
            return literal();
        case 4: return "(if " + expression(depth - 1) + " " + block(depth - 1) + " else " + block(depth - 1) + ")";
        case 5: return "(|x| x == " + expression(depth - 1) + ")(" + expression(depth - 1) + ")";
        case 6:
        case 7:
        case 8: return "attempt(|| " + expression(depth - 1) + ")";
        default:
            return "(" + expression(depth - 1) + " " + operators[static_cast<std::size_t>(below(16))] + " " + expression(depth - 1) + ")";
        }
    }

    std::string statement(int depth) {
        const std::string name(1, static_cast<char>('a' + below(5)));
        switch (below(6)) {
        case 0:
        case 1: {
            std::string let = "let " + name + " = " + (below(8) == 0 ? expression(depth) : "attempt(|| " + expression(depth) + ").value");
            names_.back().push_back(name);
            return let;
        }
        case 2: return "print(attempt(|| " + expression(depth) + "))";
        case 3: return "for i in [1, 2, 3] " + block(depth - 1);
        case 4: return "if " + known_name() + " == " + literal() + " " + block(depth - 1);
        default: return "print(\"at\", " + known_name() + ")";
        }
    }

    std::string block(int depth) {
        names_.emplace_back();
        std::string text = "{ ";
        for (int i = below(3); i > 0 && depth > 0; --i) {
            text += statement(depth - 1) + "; ";
        }
        if (functions_ >= 0 && names_.size() > 2 && below(8) == 0) {
            text += "return " + expression(depth - 1) + "; ";
        }
        text += expression(depth - 1) + " }";
        names_.pop_back();
        return text;
    }

    std::mt19937 random_;
    std::vector<std::vector<std::string>> names_;
    int functions_ = 0;
};

} // namespace

void check_random_programs(Checks& checks, std::uint32_t seed, int count) {
    checks.group("random programs");
    ProgramWriter writer(seed);
    int without_error = 0;
    for (int i = 0; i < count; ++i) {
        const std::string text = writer.write();
        const Source source(text);
        const std::string printed = print(parse(source));
        checks.that(print(parse(Source(printed))) == printed, "reads as it was printed:\n" + text);
        const Outcome walked = run(source, Way::Walked);
        const std::string where = " (seed " + std::to_string(seed) + ", program " + std::to_string(i) + "):\n" + text;
        checks.that(run(source, Way::Compiled) == walked, "compiled is as walked" + where);
        checks.that(run(source, Way::Optimised) == walked, "optimised is as walked" + where);
        without_error += walked.error.empty() ? 1 : 0;
    }
    checks.that(without_error * 10 > count, std::to_string(without_error) + " programs end without an error, which is too few");
}

} // namespace rill
