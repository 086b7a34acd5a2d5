package dev.floe.command.inputs;

import java.util.Set;

/**
 * The result of scanning a source for what it may look for or depend on beyond {@code #include}.
 *
 * @param headers   operands of {@code __has_include} and {@code __has_include_next}, without their delimiters
 * @param embedded  operands of {@code #embed} and {@code __has_embed}
 * @param assembled operands of {@code .incbin} and {@code .include}
 * @param wrappers  macros of the text that hand their one parameter to {@code __has_include}
 * @param computed  what else names a file by a macro, for the user to read
 * @param includes  literal operands of {@code #include} and its kin, each after its opening delimiter
 * @param next      those of them that stand after {@code #include_next}
 * @param certain   those of them that stand under no condition
 * @param bodies    literal bodies of macros, which may be the operands of an {@code #include}, each after its opening
 *                  delimiter
 * @param macros    macros that stand for the operand of an {@code #include}; {@link #COMPUTED} for what is more than a
 *                  name
 * @param lines     files that {@code #line} and line markers name, from which diagnostics show lines
 * @param once      whether it asks to be included once only, by {@code #pragma once}
 * @param imports   whether it uses {@code #import}
 * @param clock     whether it uses {@code __TIME__} or {@code __DATE__}
 * @param timestamp whether times of files matter: it uses {@code __TIMESTAMP__} or {@code #pragma GCC dependency}
 * @param dependency what it has of the words of a {@code #pragma GCC dependency} that macros may put together
 */
record SourceScanResult(Set<String> headers, Set<String> embedded, Set<String> assembled, Set<String> wrappers,
        Set<String> computed, Set<String> includes, Set<String> next, Set<String> certain, Set<String> bodies,
        Set<String> macros, Set<String> lines, boolean once, boolean imports, boolean clock, boolean timestamp,
        Set<PragmaScanner.Part> dependency) {
    /** What no file's name can be told from. */
    static final String COMPUTED = "";

    static final SourceScanResult NONE = new SourceScanResult(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(),
            Set.of(), Set.of(),
            Set.of(), Set.of(), Set.of(), Set.of(), false, false, false, false, Set.of());

    SourceScanResult {
        headers = Set.copyOf(headers);
        embedded = Set.copyOf(embedded);
        assembled = Set.copyOf(assembled);
        wrappers = Set.copyOf(wrappers);
        computed = Set.copyOf(computed);
        includes = Set.copyOf(includes);
        next = Set.copyOf(next);
        certain = Set.copyOf(certain);
        bodies = Set.copyOf(bodies);
        macros = Set.copyOf(macros);
        lines = Set.copyOf(lines);
        dependency = Set.copyOf(dependency);
    }
}
