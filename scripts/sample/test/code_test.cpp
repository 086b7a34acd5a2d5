#include "code/disassembler.hpp"
#include "code/verifier.hpp"
#include "library/library.hpp"
#include "optimise/optimiser.hpp"
#include "run/machine.hpp"
#include "run/session.hpp"
#include "syntax/printer.hpp"
#include "test/checks.hpp"

namespace rill {

namespace {

std::string optimised(const std::string& text) {
    const Source source(text);
    Program program = load(source);
    optimise(program);
    return print(program);
}

std::size_t length(const std::string& text, bool short_code) {
    const Source source(text);
    Program program = load(source);
    return build(program, short_code).chunks.at(0)->code.size();
}

std::optional<std::string> fault_of(std::vector<Instruction> code) {
    auto chunk = std::make_shared<Chunk>();
    chunk->name = "made";
    chunk->slots = 1;
    chunk->code = std::move(code);
    return find_fault(Image{{chunk}, {"g"}});
}

} // namespace

void check_code(Checks& checks) {
    checks.group("folding");
    checks.same(optimised("let x = 2 * 3 + 4"), "let x = 10;\n", "a sum");
    checks.same(optimised("let x = 1 / 0"), "let x = (1 / 0);\n", "what fails stays");
    checks.same(optimised("print(true and len(\"a\"))"), "(print)((len)(\"a\"));\n", "a known side");
    checks.same(optimised("fn f() { if 1 > 2 { print(1) } else { 3 } }"), "fn f() {\n  {\n    3;\n  };\n};\n", "a branch never taken");
    checks.same(optimised("fn f() { 1; return 2; print(3) }"), "fn f() {\n  return 2;\n};\n", "what follows a return");

    checks.group("copies");
    const Source source("fn f(a) { for x in a { if x { a[0] = |y| #{k: -y} } } } while f([]) { let q = 1.5 and nil }");
    Program program = load(source);
    checks.same(print(*clone(*program.main->body)), print(*program.main->body), "a copy prints alike");
    checks.same(count_nodes(*clone(*program.main->body)), count_nodes(*program.main->body), "a copy has as many nodes");

    checks.group("short code");
    const std::string loop = "let i = 0; while not (i > 3) { if i == 2 { nil } else { i }; i = i + 1 }";
    checks.same(length(loop, false), 26u, "a loop as compiled");
    checks.same(length(loop, true), 21u, "a loop made shorter");

    checks.group("faults in code");
    checks.that(!fault_of({{Opcode::Nil}, {Opcode::Return}}), "good code has none");
    checks.same(fault_of({{Opcode::Nil}}).value_or(""), "made, instruction 0: the way leads to 1, which is past the end", "no return");
    checks.that(fault_of({{Opcode::Pop}, {Opcode::Nil}, {Opcode::Return}}).has_value(), "an empty stack");
    checks.that(fault_of({{Opcode::LoadLocal, 1}, {Opcode::Return}}).has_value(), "a slot beyond the last");
    checks.that(fault_of({{Opcode::Nil}, {Opcode::Jump, 0}, {Opcode::Return}}).has_value(), "a stack that grows");
    checks.that(fault_of({{Opcode::LoadGlobal, 0}, {Opcode::MakeClosure, 7, 1}, {Opcode::Return}}).has_value(), "no such function");

    checks.group("listings");
    const Source sum("1 + g");
    Chunk chunk;
    chunk.name = "sum";
    chunk.code = {{Opcode::Constant, chunk.constant(1)}, {Opcode::LoadGlobal, 0}, {Opcode::Binary, 0}, {Opcode::Return}};
    checks.same(disassemble(chunk),
                "fn sum: 0 parameters, 0 slots, 0 captures\n    0  constant            0  ; 1\n    1  load-global         0\n"
                "    2  binary              0  ; +\n    3  return          \n",
                "a sum");
}

} // namespace rill
