#include "library/naturals.hpp"

#include "library/library.hpp"

namespace rill {

Natural::Natural(std::uint32_t value) {
    if (value != 0) {
        limbs_.push_back(value);
    }
}

void Natural::trim() {
    while (!limbs_.empty() && limbs_.back() == 0) {
        limbs_.pop_back();
    }
}

std::optional<Natural> Natural::parse(std::string_view digits) {
    Natural value;
    if (digits.empty()) {
        return std::nullopt;
    }
    for (const char digit : digits) {
        if (digit < '0' || digit > '9') {
            return std::nullopt;
        }
        value = value * Natural(10) + Natural(static_cast<std::uint32_t>(digit - '0'));
    }
    return value;
}

std::string Natural::digits() const {
    std::string reversed;
    for (Natural rest = *this; !rest.limbs_.empty();) {
        auto [quotient, remainder] = rest.divide(1'000'000'000);
        for (int i = 0; i < 9 && (remainder > 0 || !quotient.limbs_.empty()); ++i, remainder /= 10) {
            reversed += static_cast<char>('0' + remainder % 10);
        }
        rest = std::move(quotient);
    }
    return reversed.empty() ? "0" : std::string(reversed.rbegin(), reversed.rend());
}

Natural operator+(const Natural& a, const Natural& b) {
    Natural sum;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < std::max(a.limbs_.size(), b.limbs_.size()) || carry; ++i) {
        carry += i < a.limbs_.size() ? a.limbs_[i] : 0;
        carry += i < b.limbs_.size() ? b.limbs_[i] : 0;
        sum.limbs_.push_back(static_cast<std::uint32_t>(carry));
        carry >>= 32;
    }
    return sum;
}

Natural operator*(const Natural& a, const Natural& b) {
    Natural product;
    product.limbs_.assign(a.limbs_.size() + b.limbs_.size(), 0);
    for (std::size_t i = 0; i < a.limbs_.size(); ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < b.limbs_.size() || carry; ++j) {
            carry += product.limbs_[i + j];
            carry += j < b.limbs_.size() ? std::uint64_t{a.limbs_[i]} * b.limbs_[j] : 0;
            product.limbs_[i + j] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
    }
    product.trim();
    return product;
}

std::pair<Natural, std::uint32_t> Natural::divide(std::uint32_t divisor) const {
    Natural quotient;
    quotient.limbs_.assign(limbs_.size(), 0);
    std::uint64_t rest = 0;
    for (std::size_t i = limbs_.size(); i-- > 0;) {
        rest = rest << 32 | limbs_[i];
        quotient.limbs_[i] = static_cast<std::uint32_t>(rest / divisor);
        rest %= divisor;
    }
    quotient.trim();
    return {std::move(quotient), static_cast<std::uint32_t>(rest)};
}

namespace {

Natural natural(const Wanted& wanted, std::size_t i) {
    if (auto value = Natural::parse(wanted.text(i))) {
        return std::move(*value);
    }
    wanted.fail(quote(wanted.text(i)) + " is no natural number");
}

Natural factorial(Integer n) {
    Natural product(1);
    for (Integer factor = 2; factor <= n; ++factor) {
        product = product * Natural(static_cast<std::uint32_t>(factor));
    }
    return product;
}

} // namespace

void add_naturals(Registry& registry) {
    registry.add("big_add", 2, [](const Wanted& wanted) { return Value((natural(wanted, 0) + natural(wanted, 1)).digits()); });
    registry.add("big_mul", 2, [](const Wanted& wanted) { return Value((natural(wanted, 0) * natural(wanted, 1)).digits()); });
    registry.add("big_mod", 2, [](const Wanted& wanted) {
        if (wanted.integer(1) < 1 || wanted.integer(1) > std::numeric_limits<std::uint32_t>::max()) {
            wanted.fail("the divisor is from 1 to 4294967295");
        }
        return Value(static_cast<Integer>(natural(wanted, 0).divide(static_cast<std::uint32_t>(wanted.integer(1))).second));
    });
    registry.add("factorial", 1, [](const Wanted& wanted) {
        if (wanted.integer(0) < 0 || wanted.integer(0) > 5000) {
            wanted.fail("a number from 0 to 5000 is wanted");
        }
        return Value(factorial(wanted.integer(0)).digits());
    });
}

} // namespace rill
