template <int N> struct deep { static constexpr int value = deep<N - 1>::value + 1; };
template <> struct deep<0> { static constexpr int value = 0; };
int value = deep<5000>::value;
