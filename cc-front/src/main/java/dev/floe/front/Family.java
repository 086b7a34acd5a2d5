package dev.floe.front;

/** Whose command line a compiler speaks. */
public enum Family {
    GCC, CLANG
}
