#pragma once
#include <cstddef>
namespace unit {
int of(const int *values, std::size_t count);
double of(const double *values, std::size_t count);
}
