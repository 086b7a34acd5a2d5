#include "library/library.hpp"

namespace rill {

namespace {

std::vector<double> some_reals(const Wanted& wanted) {
    auto numbers = wanted.reals(0);
    if (numbers.empty()) {
        wanted.fail("at least one number is wanted");
    }
    return numbers;
}

double mean(const std::vector<double>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

double deviation(const std::vector<double>& numbers) {
    const double middle = mean(numbers);
    const double squares = std::transform_reduce(numbers.begin(), numbers.end(), 0.0, std::plus<>(),
                                                 [middle](double x) { return (x - middle) * (x - middle); });
    return std::sqrt(squares / static_cast<double>(numbers.size()));
}

double quantile(std::vector<double> numbers, double share) {
    std::sort(numbers.begin(), numbers.end());
    const double position = share * static_cast<double>(numbers.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, numbers.size() - 1);
    return numbers[below] + (numbers[above] - numbers[below]) * (position - static_cast<double>(below));
}

} // namespace

void add_statistics(Registry& registry) {
    registry.add("mean", 1, [](const Wanted& wanted) { return Value(mean(some_reals(wanted))); });
    registry.add("deviation", 1, [](const Wanted& wanted) { return Value(deviation(some_reals(wanted))); });
    registry.add("median", 1, [](const Wanted& wanted) { return Value(quantile(some_reals(wanted), 0.5)); });
    registry.add("quantile", 2, [](const Wanted& wanted) {
        if (!(wanted.real(1) >= 0 && wanted.real(1) <= 1)) {
            wanted.fail("the share is from 0 to 1");
        }
        return Value(quantile(some_reals(wanted), wanted.real(1)));
    });
}

} // namespace rill
