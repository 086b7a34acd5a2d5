// Rill: a small language with a compiler to byte code, an optimiser, a machine, and a tree walker that they are checked against.

#include "code/disassembler.hpp"
#include "run/session.hpp"
#include "test/checks.hpp"
#include "text/failure.hpp"

#include <fstream>

namespace {

int self_test() {
    rill::Checks checks;
    rill::check_reading(checks);
    rill::check_language(checks);
    rill::check_code(checks);
    rill::check_library(checks);
    rill::check_programs(checks);
    rill::check_random_programs(checks, 2026, 400);
    checks.report(std::cout);
    return checks.good() ? 0 : 1;
}

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int run(const std::string& path, rill::Way way) {
    const rill::Outcome outcome = rill::run(rill::Source(read(path)), way);
    std::cout << outcome.output;
    if (!outcome.error.empty()) {
        std::cerr << path << ':' << outcome.error;
        return 1;
    }
    std::cout << outcome.value << '\n';
    return 0;
}

int list(const std::string& path) {
    const rill::Source source(read(path));
    try {
        rill::Program program = rill::load(source);
        std::cout << rill::disassemble(rill::build(program, true));
        return 0;
    } catch (const rill::Failure& failure) {
        std::cerr << path << ':' << rill::describe(failure, source);
        return 1;
    }
}

} // namespace

int main(int count, char** words) {
    const std::vector<std::string> arguments(words + 1, words + count);
    try {
        if (arguments.size() == 1 && arguments[0] == "--self-test") {
            return self_test();
        }
        if (arguments.size() == 2 && arguments[0] == "--walk") {
            return run(arguments[1], rill::Way::Walked);
        }
        if (arguments.size() == 2 && arguments[0] == "--list") {
            return list(arguments[1]);
        }
        if (arguments.size() == 1 && arguments[0].rfind("--", 0) != 0) {
            return run(arguments[0], rill::Way::Optimised);
        }
    } catch (const std::exception& error) {
        std::cerr << "rill: " << error.what() << '\n';
        return 1;
    }
    std::cerr << "usage: rill --self-test | [--walk | --list] FILE\n";
    return 2;
}
