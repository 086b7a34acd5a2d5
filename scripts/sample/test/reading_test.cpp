#include "syntax/lexer.hpp"
#include "syntax/parser.hpp"
#include "syntax/printer.hpp"
#include "test/checks.hpp"
#include "text/failure.hpp"

namespace rill {

namespace {

std::string kinds(const std::string& text) {
    std::string all;
    for (const Token& token : tokenize(Source(text))) {
        all += std::string(name_of(token.kind)) + ' ';
    }
    return all;
}

std::string tree(const std::string& text) { return print(parse(Source(text))); }

std::string first_error(const std::string& text) {
    try {
        parse(Source(text));
        return "none";
    } catch (const Failure& failure) {
        return describe(failure, Source(text));
    }
}

} // namespace

void check_reading(Checks& checks) {
    checks.group("places");
    const Source source("one\ntwo\n\nfour");
    checks.same(source.lines(), 4u, "lines");
    checks.same(source.locate({5}).line, 2u, "line");
    checks.same(source.locate({5}).column, 2u, "column");
    checks.same(source.line(4), "four", "the last line");

    checks.group("tokens");
    checks.same(kinds("let x = 1.5e-3 // rest"), "let a name = a number the end ", "a let");
    checks.same(kinds("a|>b #{ <= 12"), "a name |> a name #{ <= an integer the end ", "signs");
    checks.same(tokenize(Source(R"("a\n\"b")"))[0].text, "a\n\"b", "escapes");

    checks.group("trees");
    checks.same(tree("1 + 2 * 3 - 4"), "((1 + (2 * 3)) - 4);\n", "precedence");
    checks.same(tree("not a == b and c or d"), "((((not a) == b) and c) or d);\n", "words");
    checks.same(tree("x |> f(1) |> g()"), "(g)((f)(x, 1));\n", "pipes");
    checks.same(tree("a.b[1] = -c"), "((a)[\"b\"])[1] = (-c);\n", "items");
    const std::string program = "fn f(a, b) { if a { return b } else { if b { 1 } else { {} } } } let g = |x| #{k: [x, f(x, nil)]}";
    checks.same(tree(tree(program)), tree(program), "printing and reading again");

    checks.group("errors while reading");
    checks.same(first_error("let = 3"), "1:5: error: a name expected, not =\n    1 | let = 3\n      |     ^\n", "a caret");
    checks.that(first_error("f(1, 2").find(", expected") != std::string::npos, "an open call");
    checks.that(first_error("\"abc").find("has no end") != std::string::npos, "an open text");
    checks.that(first_error("1 = 2").find("can be assigned to") != std::string::npos, "a number assigned to");
    checks.that(first_error("99999999999999999999").find("63 bits") != std::string::npos, "too large");
    checks.that(first_error("{ fn f() {} }").find("outside") != std::string::npos, "a fn inside");
}

} // namespace rill
