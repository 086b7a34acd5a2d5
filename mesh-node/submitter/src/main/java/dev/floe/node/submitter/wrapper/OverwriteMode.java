package dev.floe.node.submitter.wrapper;

import java.nio.file.Path;
import java.util.regex.Pattern;

import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;

/**
 * The mode in which an output replaces an existing file. Compilers differ in it, and the wrapper does as each of them;
 * the order is that of the wrapper's protocol.
 */
public enum OverwriteMode {
    /** A new file takes its place: clang's main output, and those of the steps before it that are kept. */
    REPLACE,
    /** Its contents are replaced, through links: what gcc and clang write themselves. */
    THROUGH,
    /** As binutils do: what gcc lets the assembler and objcopy write. */
    AS;

    /** What clang writes to a new file first: what a step of its own brings forth. */
    private static final Pattern STEP = Pattern.compile(".*\\.(o|bc|ll|s|i|ii|mi|mii)");

    /** @param path where the output really goes */
    public static OverwriteMode of(String path, CompileCommand command, LinkResolver real) {
        Path primary = command.primaryOutput();
        boolean isPrimary = primary != null && real.of(primary).toString().equals(path);
        if (command.family() == CompilerFamily.CLANG && isPrimary && isAssembledApart(command)) {
            return THROUGH;
        }
        if (command.family() == CompilerFamily.CLANG) {
            return isPrimary || STEP.matcher(path).matches() ? REPLACE : THROUGH;
        }
        boolean assembled = isPrimary ? !isAssembly(command) : path.endsWith(".o") || path.endsWith(".dwo");
        return assembled ? AS : THROUGH;
    }

    private static boolean isAssembly(CompileCommand command) {
        return command.argv().stream().anyMatch(word -> word.equals("-S") || word.equals("--assemble"));
    }

    /** Whether clang's assembler is a step of its own, which writes the object at its final path. */
    private static boolean isAssembledApart(CompileCommand command) {
        return !isAssembly(command) && (command.language().isAssembler()
                || command.argv().stream().anyMatch(word -> word.matches("--?save-temps(=.*)?")));
    }
}
