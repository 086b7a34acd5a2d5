#include "code/opcode.hpp"

namespace rill {

const OpcodeFacts& facts(Opcode opcode) {
    static constexpr std::array<OpcodeFacts, 24> all = {{
        {"constant", 1, false},       {"nil", 0, false},           {"pop", 0, false},          {"load-local", 1, false},
        {"store-local", 1, false},    {"load-global", 1, false},   {"store-global", 1, false}, {"load-capture", 1, false},
        {"binary", 1, false},         {"unary", 1, false},         {"jump", 1, true},          {"jump-if-false", 1, true},
        {"jump-if-true", 1, true},    {"jump-keep-false", 1, true}, {"jump-keep-true", 1, true}, {"make-list", 1, false},
        {"make-map", 1, false},       {"index", 0, false},         {"set-index", 0, false},    {"make-closure", 2, false},
        {"call", 1, false},           {"return", 0, false},        {"begin-for", 1, false},    {"next-for", 2, true},
    }};
    return all.at(static_cast<std::size_t>(opcode));
}

} // namespace rill
