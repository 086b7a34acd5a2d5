#include "library/library.hpp"
#include "run/operations.hpp"

namespace rill {

namespace {

Value range(const Wanted& wanted) {
    if (wanted.count() < 1 || wanted.count() > 3) {
        wanted.fail("one to three arguments are wanted");
    }
    const Integer first = wanted.count() > 1 ? wanted.integer(0) : 0;
    const Integer end = wanted.integer(wanted.count() > 1 ? 1 : 0);
    const Integer step = wanted.count() > 2 ? wanted.integer(2) : 1;
    if (step == 0) {
        wanted.fail("the step is 0");
    }
    std::vector<Value> numbers;
    for (Integer i = first; step > 0 ? i < end : i > end; i += step) {
        if (numbers.size() >= 10'000'000) {
            wanted.fail("more than 10000000 items");
        }
        numbers.emplace_back(i);
    }
    return make_list(std::move(numbers));
}

Value sort(Caller& caller, const Wanted& wanted) {
    std::vector<Value> items = wanted.list(0);
    const auto before = [&](const Value& a, const Value& b) {
        return wanted.count() > 1 ? caller.call(wanted.any(1), {a, b}).truth() : apply(BinaryOp::Less, a, b).truth();
    };
    // A merge sort of our own: a comparison written in Rill may contradict itself, which std::sort does not forgive.
    std::vector<Value> merged(items.size());
    for (std::size_t width = 1; width < items.size(); width *= 2) {
        for (std::size_t begin = 0; begin < items.size(); begin += 2 * width) {
            const std::size_t middle = std::min(begin + width, items.size());
            const std::size_t end = std::min(begin + 2 * width, items.size());
            std::size_t left = begin;
            std::size_t right = middle;
            for (std::size_t to = begin; to < end; ++to) {
                const bool take_right = left == middle || (right < end && before(items[right], items[left]));
                merged[to] = items[take_right ? right++ : left++];
            }
        }
        std::swap(items, merged);
    }
    return make_list(std::move(items));
}

Value filter(Caller& caller, const Wanted& wanted) {
    const std::vector<Value> items = wanted.list(0);
    std::vector<Value> kept;
    for (const Value& item : items) {
        if (caller.call(wanted.any(1), {item}).truth()) {
            kept.push_back(item);
        }
    }
    return make_list(std::move(kept));
}

Value map_items(Caller& caller, const Wanted& wanted) {
    const std::vector<Value> items = wanted.list(0);
    std::vector<Value> mapped;
    for (const Value& item : items) {
        mapped.push_back(caller.call(wanted.any(1), {item}));
    }
    return make_list(std::move(mapped));
}

Value reduce(Caller& caller, const Wanted& wanted) {
    const std::vector<Value> items = wanted.list(0);
    Value total = wanted.any(1);
    for (const Value& item : items) {
        total = caller.call(wanted.any(2), {total, item});
    }
    return total;
}

Value zip(const Wanted& wanted) {
    std::vector<Value> pairs;
    for (std::size_t i = 0; i < std::min(wanted.list(0).size(), wanted.list(1).size()); ++i) {
        pairs.push_back(make_list({wanted.list(0)[i], wanted.list(1)[i]}));
    }
    return make_list(std::move(pairs));
}

Value slice(const Wanted& wanted) {
    const auto clamp = [&](Integer at, std::size_t size) {
        return static_cast<std::size_t>(std::clamp<Integer>(at < 0 ? at + static_cast<Integer>(size) : at, 0, static_cast<Integer>(size)));
    };
    const std::size_t size = wanted.any(0).as<Text>() ? wanted.text(0).size() : wanted.list(0).size();
    const std::size_t begin = clamp(wanted.integer(1), size);
    const std::size_t end = std::max(begin, clamp(wanted.integer(2), size));
    if (wanted.any(0).as<Text>()) {
        return wanted.text(0).substr(begin, end - begin);
    }
    const auto first = wanted.list(0).begin();
    return make_list({first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end)});
}

} // namespace

void add_lists(Registry& registry) {
    registry.add("range", Native::any_arity, range);
    registry.add_calling("sort", 1, sort);
    registry.add_calling("sort_by", 2, sort);
    registry.add_calling("filter", 2, filter);
    registry.add_calling("map", 2, map_items);
    registry.add_calling("reduce", 3, reduce);
    registry.add("zip", 2, zip);
    registry.add("slice", 3, slice);
    registry.add("push", 2, [](const Wanted& wanted) {
        wanted.list(0).push_back(wanted.any(1));
        return wanted.any(0);
    });
    registry.add("pop", 1, [](const Wanted& wanted) {
        if (wanted.list(0).empty()) {
            wanted.fail("the list is empty");
        }
        Value last = wanted.list(0).back();
        wanted.list(0).pop_back();
        return last;
    });
    registry.add("reverse", 1, [](const Wanted& wanted) {
        return make_list({wanted.list(0).rbegin(), wanted.list(0).rend()});
    });
    registry.add("sum", 1, [](const Wanted& wanted) {
        Value total = Integer{0};
        for (const Value& item : wanted.list(0)) {
            total = apply(BinaryOp::Add, total, item);
        }
        return total;
    });
    registry.add("contains", 2, [](const Wanted& wanted) {
        const auto& items = wanted.list(0);
        return Value(std::any_of(items.begin(), items.end(), [&](const Value& item) { return equals(item, wanted.any(1)); }));
    });
}

} // namespace rill
