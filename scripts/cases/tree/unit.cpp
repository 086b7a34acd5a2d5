#include <cstddef>
#include "unit.hpp"

namespace unit {
template <typename T> T sum(const T *values, std::size_t count)
{
    T total{};
    for (std::size_t i = 0; i < count; ++i)
        total += values[i];
    return total;
}
int of(const int *values, std::size_t count) { return sum(values, count); }
double of(const double *values, std::size_t count) { return sum(values, count); }
}
