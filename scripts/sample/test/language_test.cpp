#include "test/checks.hpp"

namespace rill {

void check_language(Checks& checks) {
    checks.group("arithmetic");
    checks.gives("7 / 2 * 2 + 7 % 2", "7");
    checks.gives("-7 / 2", "-3");
    checks.gives("1 / 4.0", "0.25");
    checks.gives("9223372036854775807 + 1", "-9223372036854775808");
    checks.gives("(0 - 9223372036854775807 - 1) / -1", "-9223372036854775808");
    checks.gives("0.1 + 0.2", "0.30000000000000004");
    checks.gives("2 == 2.0", "true");
    checks.gives("\"ab\" + \"cd\" < \"abd\"", "true");
    checks.fails("1 / 0", "1:3: error: division by zero");
    checks.fails("1 + nil", "no integer + nil");

    checks.group("names");
    checks.gives("let x = 1; { let x = 2; x = x + 1 }; x", "1");
    checks.gives("let x = 1; { x = 5 }; x", "5");
    checks.gives("fn even(n) { if n == 0 { true } else { odd(n - 1) } } fn odd(n) { n != 0 and even(n - 1) } even(100)", "true");
    checks.fails("let a = b; let b = 1", "b is used before it has a value");
    checks.fails("y", "nothing is called y");

    checks.group("functions");
    checks.gives("fn adder(n) { |x| x + n } adder(3)(4)", "7");
    checks.gives("fn f() { let n = 1; let g = || n; n = 2; g() * 10 + n } f()", "12");
    checks.gives("let twice = |f| |x| f(f(x)); twice(twice(|x| x * x))(2)", "65536");
    checks.gives("fn f(l) { for x in l { if x > 2 { return x } } return nil } [f([1, 3, 5]), f([])]", "[3, nil]");
    checks.fails("fn f(a) { a } f()", "f takes 1 arguments, not 0");
    checks.fails("fn f(n) { f(n + 1) } f(0)", "nested too deeply");
    checks.fails("3(4)", "a integer cannot be called");
    checks.fails("fn f() { let n = 1; || { n = 2 } } f()", "captured by value");

    checks.group("containers");
    checks.gives("let l = [1, 2, 3]; let m = l; m[0] = 9; l[-1] = 7; l", "[9, 2, 7]");
    checks.gives("let m = #{a: 1, \"b c\": [2]}; m.d = m.a; m", "#{a: 1, b c: [2], d: 1}");
    checks.gives("[1, [2]] == [1, [2.0]]", "true");
    checks.gives("#{a: 1}.b", "nil");
    checks.fails("[1][1]", "index 1 is outside of 1 items");
    checks.fails("let t = \"abc\"; t[0] = \"x\"", "cannot be set");

    checks.group("control");
    checks.gives("let i = 0; let s = 0; while i < 10 { i = i + 1; if i % 2 == 0 { s = s + i } } s", "30");
    checks.gives("let s = \"\"; for k in #{b: 1, a: 2} { for c in \"xy\" { s = s + k + c } } s", "axaybxby");
    checks.gives("(nil or 0) and 5", "5");
    checks.gives("let calls = []; false and push(calls, 1); true or push(calls, 2); len(calls)", "0");
    checks.gives("if false { 1 }", "nil");
    checks.gives("while false { 1 }; {}", "nil");
}

} // namespace rill
