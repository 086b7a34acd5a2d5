#include "unit.hpp"
template <typename T> concept small = sizeof(T) <= 4;
template <small T> constexpr T twice(T x) { return x + x; }
static_assert(twice(21) == 42);
auto modern(int x) { return [=](auto y) { return twice(x) + y; }(1); }
