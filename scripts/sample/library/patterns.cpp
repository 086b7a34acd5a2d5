#include "library/library.hpp"

#include <regex>

namespace rill {

namespace {

std::regex pattern(const Wanted& wanted, std::size_t i) {
    try {
        return std::regex(wanted.text(i), std::regex::ECMAScript);
    } catch (const std::regex_error& error) {
        wanted.fail(quote(wanted.text(i)) + " is no pattern: " + error.what());
    }
}

Value groups(const std::smatch& match) {
    std::vector<Value> found;
    for (const auto& group : match) {
        found.push_back(group.matched ? Value(group.str()) : Value());
    }
    return make_list(std::move(found));
}

} // namespace

void add_patterns(Registry& registry) {
    registry.add("matches", 2, [](const Wanted& wanted) { return Value(std::regex_match(wanted.text(0), pattern(wanted, 1))); });
    registry.add("search", 2, [](const Wanted& wanted) {
        std::smatch match;
        return std::regex_search(wanted.text(0), match, pattern(wanted, 1)) ? groups(match) : Value();
    });
    registry.add("find_all", 2, [](const Wanted& wanted) {
        const std::regex compiled = pattern(wanted, 1);
        const std::string& text = wanted.text(0);
        std::vector<Value> found;
        for (std::sregex_iterator match(text.begin(), text.end(), compiled), end; match != end; ++match) {
            found.emplace_back(match->str());
        }
        return make_list(std::move(found));
    });
    registry.add("substitute", 3, [](const Wanted& wanted) {
        return Value(std::regex_replace(wanted.text(0), pattern(wanted, 1), wanted.text(2)));
    });
}

} // namespace rill
