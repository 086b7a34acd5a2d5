#include "test/checks.hpp"

namespace rill {

void check_programs(Checks& checks) {
    checks.group("programs");
    checks.gives(R"(
        fn sieve(n) {
            let marked = map(range(n + 1), |i| false);
            let primes = [];
            for i in range(2, n + 1) {
                if not marked[i] {
                    push(primes, i);
                    let j = i * i;
                    while j <= n { marked[j] = true; j = j + i }
                }
            }
            primes
        }
        let primes = sieve(20000);
        fn all_prime(l) { for p in l { if not is_prime(p) { return false } } true }
        [len(primes), primes[-1], all_prime(primes)]
    )", "[2262, 19997, true]");
    checks.gives(R"(
        // How many ways there are to put eight queens on a board.
        fn safe(queens, column) {
            let row = len(queens);
            for i in range(row) {
                let distance = row - i;
                if queens[i] == column or queens[i] == column - distance or queens[i] == column + distance { return false }
            }
            true
        }
        fn count(queens, size) {
            if len(queens) == size { return 1 }
            let ways = 0;
            for column in range(size) {
                if safe(queens, column) { ways = ways + count(queens + [column], size) }
            }
            ways
        }
        count([], 6) * 1000 + count([], 5)
    )", "4010");
    checks.gives(R"(
        // The longest way down from a number, by n / 2 and 3 n + 1, with what is known kept in a map.
        let known = #{};
        fn steps(n) {
            if n == 1 { return 0 }
            let key = show(n);
            if not has(known, key) { known[key] = 1 + steps(if n % 2 == 0 { n / 2 } else { 3 * n + 1 }) }
            known[key]
        }
        let best = 1;
        for n in range(1, 3000) { if steps(n) > steps(best) { best = n } }
        [best, steps(best)]
    )", "[2919, 216]");
    checks.gives(R"(
        // The shortest ways in a small country, by Dijkstra.
        let roads = #{a: #{b: 7, c: 9, f: 14}, b: #{a: 7, c: 10, d: 15}, c: #{a: 9, b: 10, d: 11, f: 2},
                      d: #{b: 15, c: 11, e: 6}, e: #{d: 6, f: 9}, f: #{a: 14, c: 2, e: 9}};
        let far = #{a: 0};
        let done = #{};
        while len(done) < len(roads) {
            let near = nil;
            for town in far { if not has(done, town) and (near == nil or far[town] < far[near]) { near = town } }
            done[near] = true;
            for next in roads[near] {
                let way = far[near] + roads[near][next];
                if not has(far, next) or way < far[next] { far[next] = way }
            }
        }
        far
    )", "#{a: 0, b: 7, c: 9, d: 20, e: 20, f: 11}");
    checks.gives(R"(
        let words = find_all(lower("The quick fox, the lazy dog; the end. A dog!"), "[a-z]+");
        let counts = group_by(words, |w| w);
        let order = sort_by(keys(counts), |a, b| len(counts[a]) > len(counts[b]));
        slice(order, 0, 2) |> map(|w| w + "=" + show(len(counts[w]))) |> join(" ")
    )", "the=3 dog=2");
    checks.gives(R"(
        // A reader of sums in reverse Polish form that says what is wrong with one.
        fn evaluate(text) {
            let stack = [];
            for word in split(text, " ") {
                if matches(word, "-?\\d+") { push(stack, to_integer(word)) }
                else {
                    let right = pop(stack);
                    let left = pop(stack);
                    push(stack, if word == "+" { left + right } else { if word == "*" { left * right } else { fail("what is " + word) } })
                }
            }
            stack[0]
        }
        [evaluate("3 4 + 5 *"), attempt(|| evaluate("1 2 ?")).error, attempt(|| evaluate("1 +")).error]
    )", "[35, \"what is ?\", \"pop: the list is empty\"]");
    checks.gives("let chain = \"\"; for i in range(50) { chain = sha256(chain + show(i)) } slice(chain, 0, 16)", "d45dc4db61e88363");
}

} // namespace rill
