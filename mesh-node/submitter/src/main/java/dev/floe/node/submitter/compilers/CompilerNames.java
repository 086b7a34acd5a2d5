package dev.floe.node.submitter.compilers;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.floe.command.CompilerFamily;
import dev.floe.command.LocalReason;

/** The names of compilers. */
public final class CompilerNames {
    /** Debian's compilers for Windows have the model of their threads behind. */
    private static final Pattern GCC = Pattern
            .compile("(?:[A-Za-z0-9_.]+-)*(?:gcc|g\\+\\+|cc|c\\+\\+)(?:-[0-9.]+)?(?:-(?:posix|win32))?");
    private static final Pattern CLANG = Pattern.compile("(?:[A-Za-z0-9_.]+-)*clang(?:\\+\\+)?(?:-[0-9.]+)?");

    private CompilerNames() {}

    /**
     * Whose command line a program of this base name speaks; {@code cc} is taken for gcc until the toolchain says
     * otherwise.
     */
    public static Optional<CompilerFamily> family(String program) {
        if (CLANG.matcher(program).matches()) {
            return Optional.of(CompilerFamily.CLANG);
        }
        return GCC.matcher(program).matches() ? Optional.of(CompilerFamily.GCC) : Optional.empty();
    }

    /**
     * Whether a command may wait for the output of another, as in {@code gcc -E a.c | gcc -c -x c -}. With a slot in
     * its wrapper it could wait for one that waits for a slot.
     */
    public static boolean isInAPipe(List<String> argv) {
        return argv.stream()
                .anyMatch(word -> word.equals("-") || word.equals("/dev/stdin") || word.startsWith("/dev/fd/")
                        || word.startsWith("/proc/self/fd/"));
    }

    /** Whether a command that stays local for this reason is work, and not a question to the compiler. */
    public static boolean isHeavy(LocalReason.ReasonCode code) {
        return switch (code) {
            case QUERY, NO_SOURCE, MISSING_VALUE -> false;
            default -> true;
        };
    }
}
