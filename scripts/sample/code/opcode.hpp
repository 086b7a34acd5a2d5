#pragma once

#include "prelude.hpp"

namespace rill {

// What the machine can do. `a` and `b` are an instruction's operands; the stack's change is given as taken -> put.
enum class Opcode : std::uint8_t {
    Constant,       // -> constants[a]
    Nil,            // -> nil
    Pop,            // x ->
    LoadLocal,      // -> locals[a]
    StoreLocal,     // x ->
    LoadGlobal,     // -> globals[a]
    StoreGlobal,    // x ->
    LoadCapture,    // -> captures[a]
    Binary,         // x y -> x op y, op is a
    Unary,          // x -> op x, op is a
    Jump,           // to a
    JumpIfFalse,    // x ->
    JumpIfTrue,     // x ->
    JumpKeepFalse,  // x -> x and jump if it is false, else x ->
    JumpKeepTrue,   // x -> x and jump if it is true, else x ->
    MakeList,       // a items -> list
    MakeMap,        // a pairs of key and item -> map
    Index,          // container key -> item
    SetIndex,       // container key item ->
    MakeClosure,    // b captures -> function of routines[a]
    Call,           // function and a arguments -> result
    Return,         // x ->
    BeginFor,       // container -> ; locals[a] items, locals[a + 1] position
    NextFor,        // to b if there is no next item; else locals[a + 2] is it
};

struct OpcodeFacts {
    std::string_view name;
    int operands;
    bool jumps; // its last operand is an instruction to go to
};

const OpcodeFacts& facts(Opcode opcode);

} // namespace rill
