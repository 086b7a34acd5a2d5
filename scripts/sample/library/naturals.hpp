#pragma once

#include "prelude.hpp"

namespace rill {

// A whole number from 0 on of any size.
class Natural {
public:
    Natural(std::uint32_t value = 0);

    // From decimal digits; nothing if there is anything else in the text.
    static std::optional<Natural> parse(std::string_view digits);
    std::string digits() const;

    friend Natural operator+(const Natural& a, const Natural& b);
    friend Natural operator*(const Natural& a, const Natural& b);
    friend bool operator==(const Natural& a, const Natural& b) { return a.limbs_ == b.limbs_; }

    // The quotient, and the remainder.
    std::pair<Natural, std::uint32_t> divide(std::uint32_t divisor) const;

private:
    void trim();

    std::vector<std::uint32_t> limbs_; // of 32 bits, the least first, the last one is not 0
};

} // namespace rill
