#include "library/library.hpp"

namespace rill {

namespace {

std::string change_letters(std::string text, int (*change)(int)) {
    std::transform(text.begin(), text.end(), text.begin(), [change](unsigned char letter) { return static_cast<char>(change(letter)); });
    return text;
}

Value split(const Wanted& wanted) {
    const std::string& text = wanted.text(0);
    const std::string& separator = wanted.text(1);
    if (separator.empty()) {
        wanted.fail("the separator is empty");
    }
    std::vector<Value> parts;
    std::size_t begin = 0;
    for (std::size_t end = text.find(separator); end != std::string::npos; end = text.find(separator, begin)) {
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + separator.size();
    }
    parts.emplace_back(text.substr(begin));
    return make_list(std::move(parts));
}

Value join(const Wanted& wanted) {
    std::string joined;
    for (const Value& part : wanted.list(0)) {
        joined += (&part == wanted.list(0).data() ? "" : wanted.text(1)) + show(part);
    }
    return joined;
}

Value replace(const Wanted& wanted) {
    std::string text = wanted.text(0);
    const std::string& from = wanted.text(1);
    const std::string& to = wanted.text(2);
    if (from.empty()) {
        wanted.fail("what is to be replaced is empty");
    }
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

Value trim(const Wanted& wanted) {
    const std::string& text = wanted.text(0);
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) {
        return std::string();
    }
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Value repeat(const Wanted& wanted) {
    const Integer times = wanted.integer(1);
    if (times < 0 || times > 1'000'000) {
        wanted.fail("from 0 to 1000000 times");
    }
    std::string repeated;
    for (Integer i = 0; i < times; ++i) {
        repeated += wanted.text(0);
    }
    return repeated;
}

// How many letters must be put in, left out or changed.
Value distance(const Wanted& wanted) {
    const std::string& a = wanted.text(0);
    const std::string& b = wanted.text(1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return static_cast<Integer>(row.back());
}

} // namespace

void add_texts(Registry& registry) {
    registry.add("upper", 1, [](const Wanted& wanted) { return Value(change_letters(wanted.text(0), std::toupper)); });
    registry.add("lower", 1, [](const Wanted& wanted) { return Value(change_letters(wanted.text(0), std::tolower)); });
    registry.add("split", 2, split);
    registry.add("join", 2, join);
    registry.add("replace", 3, replace);
    registry.add("trim", 1, trim);
    registry.add("repeat", 2, repeat);
    registry.add("distance", 2, distance);
    registry.add("find", 2, [](const Wanted& wanted) {
        const std::size_t at = wanted.text(0).find(wanted.text(1));
        return at == std::string::npos ? Value() : Value(static_cast<Integer>(at));
    });
    registry.add("code", 1, [](const Wanted& wanted) {
        if (wanted.text(0).size() != 1) {
            wanted.fail("one letter is wanted");
        }
        return Value(static_cast<Integer>(static_cast<unsigned char>(wanted.text(0)[0])));
    });
    registry.add("letter", 1, [](const Wanted& wanted) {
        if (wanted.integer(0) < 0 || wanted.integer(0) > 255) {
            wanted.fail("a code is from 0 to 255");
        }
        return Value(std::string(1, static_cast<char>(wanted.integer(0))));
    });
}

} // namespace rill
