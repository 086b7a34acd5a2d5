#include "library/library.hpp"

namespace rill {

namespace {

using Wide = unsigned __int128;

std::uint64_t power_modulo(std::uint64_t base, std::uint64_t exponent, std::uint64_t modulus) {
    std::uint64_t result = 1 % modulus;
    for (base %= modulus; exponent > 0; exponent >>= 1) {
        if (exponent & 1) {
            result = static_cast<std::uint64_t>(Wide{result} * base % modulus);
        }
        base = static_cast<std::uint64_t>(Wide{base} * base % modulus);
    }
    return result;
}

// Miller and Rabin's test with the bases that decide it for all 64-bit numbers.
bool is_prime(std::uint64_t n) {
    static constexpr std::array<std::uint64_t, 12> bases = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    if (n < 2) {
        return false;
    }
    for (const std::uint64_t prime : bases) {
        if (n % prime == 0) {
            return n == prime;
        }
    }
    std::uint64_t odd = n - 1;
    int twos = 0;
    for (; odd % 2 == 0; odd /= 2) {
        ++twos;
    }
    return std::all_of(bases.begin(), bases.end(), [&](std::uint64_t base) {
        std::uint64_t x = power_modulo(base, odd, n);
        if (x == 1 || x == n - 1) {
            return true;
        }
        for (int i = 1; i < twos; ++i) {
            x = static_cast<std::uint64_t>(Wide{x} * x % n);
            if (x == n - 1) {
                return true;
            }
        }
        return false;
    });
}

Value factors(const Wanted& wanted) {
    Integer n = wanted.integer(0);
    if (n < 1) {
        wanted.fail("only numbers from 1 on have factors");
    }
    std::vector<Value> found;
    for (Integer divisor = 2; divisor * divisor <= n; ++divisor) {
        for (; n % divisor == 0; n /= divisor) {
            found.emplace_back(divisor);
        }
    }
    if (n > 1) {
        found.emplace_back(n);
    }
    return make_list(std::move(found));
}

Value to_integer(const Wanted& wanted) {
    if (const auto* real = wanted.any(0).as<double>()) {
        if (!(std::abs(*real) < 9.2e18)) {
            wanted.fail(show_real(*real) + " is no integer");
        }
        return static_cast<Integer>(*real);
    }
    if (wanted.any(0).as<Integer>()) {
        return wanted.any(0);
    }
    const std::string& text = wanted.text(0);
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        wanted.fail(quote(text) + " is no integer");
    }
    return value;
}

} // namespace

void add_numbers(Registry& registry) {
    const auto add_real = [&](const char* name, double (*function)(double)) {
        registry.add(name, 1, [function](const Wanted& wanted) { return Value(function(wanted.real(0))); });
    };
    add_real("sqrt", std::sqrt);
    add_real("exp", std::exp);
    add_real("log", std::log);
    add_real("floor", std::floor);
    add_real("ceil", std::ceil);
    registry.add("pow", 2, [](const Wanted& wanted) { return Value(std::pow(wanted.real(0), wanted.real(1))); });
    registry.add("gcd", 2, [](const Wanted& wanted) { return Value(std::gcd(wanted.integer(0), wanted.integer(1))); });
    registry.add("pow_mod", 3, [](const Wanted& wanted) {
        if (wanted.integer(0) < 0 || wanted.integer(1) < 0 || wanted.integer(2) < 1) {
            wanted.fail("numbers from 0 on and a modulus from 1 on are wanted");
        }
        return Value(static_cast<Integer>(power_modulo(static_cast<std::uint64_t>(wanted.integer(0)),
                                                       static_cast<std::uint64_t>(wanted.integer(1)),
                                                       static_cast<std::uint64_t>(wanted.integer(2)))));
    });
    registry.add("is_prime", 1, [](const Wanted& wanted) {
        return Value(wanted.integer(0) > 1 && is_prime(static_cast<std::uint64_t>(wanted.integer(0))));
    });
    registry.add("factors", 1, factors);
    registry.add("to_integer", 1, to_integer);
    registry.add("to_real", 1, [](const Wanted& wanted) { return Value(wanted.real(0)); });
}

} // namespace rill
