#include "library/library.hpp"

namespace rill {

namespace {

Value keys(const Wanted& wanted) {
    std::vector<Value> all;
    for (const auto& entry : wanted.map(0)) {
        all.emplace_back(entry.first);
    }
    return make_list(std::move(all));
}

Value values(const Wanted& wanted) {
    std::vector<Value> all;
    for (const auto& entry : wanted.map(0)) {
        all.push_back(entry.second);
    }
    return make_list(std::move(all));
}

Value merge(const Wanted& wanted) {
    std::map<std::string, Value> merged = wanted.map(1);
    const auto& under = wanted.map(0);
    merged.insert(under.begin(), under.end());
    return make_map(std::move(merged));
}

Value group_by(Caller& caller, const Wanted& wanted) {
    const std::vector<Value> items = wanted.list(0);
    std::map<std::string, Value> groups;
    for (const Value& item : items) {
        Value& group = groups[show(caller.call(wanted.any(1), {item}))];
        if (group.as<Nil>()) {
            group = make_list({});
        }
        (*group.as<List>())->push_back(item);
    }
    return make_map(std::move(groups));
}

} // namespace

void add_maps(Registry& registry) {
    registry.add("keys", 1, keys);
    registry.add("values", 1, values);
    registry.add("merge", 2, merge);
    registry.add_calling("group_by", 2, group_by);
    registry.add("has", 2, [](const Wanted& wanted) { return Value(wanted.map(0).count(wanted.text(1)) > 0); });
    registry.add("remove", 2, [](const Wanted& wanted) { return Value(wanted.map(0).erase(wanted.text(1)) > 0); });
}

} // namespace rill
