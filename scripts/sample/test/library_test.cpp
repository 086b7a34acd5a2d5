#include "library/digests.hpp"
#include "library/naturals.hpp"
#include "test/checks.hpp"

namespace rill {

void check_library(Checks& checks) {
    checks.group("numbers");
    checks.gives("[gcd(84, 36), pow(2, 10), sqrt(2.25), pow_mod(3, 200, 1000007)]", "[12, 1024.0, 1.5, 959082]");
    checks.gives("[is_prime(2), is_prime(561), is_prime(2147483647), is_prime(3215031751)]", "[true, false, true, false]");
    checks.gives("factors(600851475143)", "[71, 839, 1471, 6857]");
    checks.gives("[to_integer(\"-12\"), to_integer(3.9)]", "[-12, 3]");
    checks.fails("to_integer(\"12x\")", "\"12x\" is no integer");
    checks.gives("factorial(30)", "265252859812191058636308480000000");
    checks.gives("big_mul(\"123456789012345678901234567890\", \"987654321098765432109876543210\")",
                 "121932631137021795226185032733622923332237463801111263526900");
    checks.gives("big_mod(big_add(factorial(25), \"1\"), 29)", "6");
    checks.same(Natural::parse("000120000000000").value().digits(), "120000000000", "leading noughts");

    checks.group("statistics and matrices");
    checks.gives("let l = [2, 4, 4, 4, 5, 5, 7, 9]; [mean(l), deviation(l), median(l), quantile(l, 0.25)]", "[5.0, 2.0, 4.5, 4.0]");
    checks.gives("matrix_mul([[1, 2], [3, 4]], [[0, 1], [1, 0]])", "[[2.0, 1.0], [4.0, 3.0]]");
    checks.gives("determinant([[2, 0, 1], [1, 3, 2], [1, 1, 4]])", "18.0");
    checks.gives("transpose([[1, 2, 3]])", "[[1.0], [2.0], [3.0]]");

    checks.group("texts");
    checks.gives("split(\"a, b, c\", \", \") |> map(|x| upper(x)) |> join(\"-\")", "A-B-C");
    checks.gives("[trim(\"  x \"), replace(\"aaa\", \"a\", \"ab\"), find(\"hello\", \"l\"), repeat(\"ab\", 3)]",
                 "[\"x\", \"ababab\", 2, \"ababab\"]");
    checks.gives("[distance(\"kitten\", \"sitting\"), distance(\"\", \"abc\")]", "[3, 3]");
    checks.gives("[slice(\"hello\", 1, -1), slice([1, 2, 3], -2, 99), code(\"A\"), letter(98)]", "[\"ell\", [2, 3], 65, \"b\"]");
    checks.gives("find_all(\"x1, y22; z333\", \"[a-z](?=[0-9]{2})|[0-9]+\")", "[\"1\", \"y\", \"22\", \"z\", \"333\"]");
    checks.gives("[matches(\"2024-02-29\", \"\\\\d{4}-\\\\d\\\\d-\\\\d\\\\d\"), substitute(\"John Smith\", \"(\\\\w+) (\\\\w+)\", \"$2, $1\")]",
                 "[true, \"Smith, John\"]");
    checks.gives("search(\"key = value\", \"(\\\\w+) = (\\\\w+)\")[2]", "value");
    checks.fails("matches(\"\", \"(\")", "is no pattern");

    checks.group("lists and maps");
    checks.gives("range(10) |> filter(|x| x % 3 == 0) |> map(|x| x * x) |> reduce(0, |a, b| a + b)", "126");
    checks.gives("[sort([3, 1, 2]), sort_by([\"aaa\", \"b\", \"cc\"], |a, b| len(a) < len(b)), range(5, 0, -2)]",
                 "[[1, 2, 3], [\"b\", \"cc\", \"aaa\"], [5, 3, 1]]");
    checks.gives("let l = [1]; push(l, 2); [pop(l), l, reverse([1, 2]), sum([1, 2.5]), contains(l, 1), zip([1], [2, 3])]",
                 "[2, [1], [2, 1], 3.5, true, [[1, 2]]]");
    checks.gives("group_by([1, 2, 3, 4], |x| x % 2)", "#{0: [2, 4], 1: [1, 3]}");
    checks.gives("let m = merge(#{a: 1, b: 2}, #{b: 3}); remove(m, \"a\"); [keys(m), values(m), has(m, \"b\")]", "[[\"b\"], [3], true]");
    checks.gives("attempt(|| 1 / 0)", "#{error: \"division by zero\"}");
    checks.gives("attempt(|| [5])", "#{value: [5]}");

    checks.group("json");
    checks.gives("from_json(\"{\\\"a\\\": [1, -2.5e1, null, true], \\\"b\\\": \\\"\\\\u00e9\\\\n\\\"}\").a", "[1, -25.0, nil, true]");
    checks.gives("let v = #{k: [1, 2.5, nil, \"q\\\"\\n\"], m: #{}}; from_json(to_json(v)) == v", "true");
    checks.gives("to_json(#{a: [\"\\t\", false]})", "{\"a\":[\"\\u0009\",false]}");
    checks.fails("from_json(\"[1, 2\")", ", expected at 5");

    checks.group("digests and dates");
    checks.same(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "nothing");
    checks.same(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc");
    checks.same(sha256(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", "a million a");
    checks.same(crc32("123456789"), 0xcbf43926u, "nine digits");
    checks.gives("[days_between(\"2000-01-01\", \"2024-02-29\"), weekday(\"2024-02-29\"), add_days(\"2023-12-31\", 60)]",
                 "[8825, \"Thursday\", \"2024-02-29\"]");
    checks.gives("[add_days(\"1970-01-01\", -1), is_leap(1900), is_leap(2000)]", "[\"1969-12-31\", false, true]");
    checks.fails("weekday(\"2023-02-29\")", "is no date");
}

} // namespace rill
