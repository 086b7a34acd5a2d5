package dev.floe.command;

/** Whose command line a compiler speaks. */
public enum CompilerFamily {
    GCC, CLANG
}
