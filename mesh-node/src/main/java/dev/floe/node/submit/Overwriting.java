package dev.floe.node.submit;

import java.nio.file.Path;

import dev.floe.front.CompileCommand;
import dev.floe.front.Family;

/**
 * What becomes of a file that stands already where an output goes. Compilers differ in it, and the wrapper does as each of
 * them; the order is that of the wrapper's protocol.
 */
enum Overwriting {
    /** A new file takes its place: clang's main output. */
    REPLACE,
    /** Its contents are replaced, through links: what gcc and clang write themselves. */
    THROUGH,
    /** As binutils do: what gcc lets the assembler and objcopy write. */
    AS;

    static Overwriting of(String path, CompileCommand command) {
        Path primary = command.primaryOutput();
        boolean isPrimary = primary != null && primary.normalize().toString().equals(path);
        if (command.family() == Family.CLANG) {
            return isPrimary ? REPLACE : THROUGH;
        }
        boolean assembled = isPrimary && !command.argv().contains("-S") || path.endsWith(".o") || path.endsWith(".dwo");
        return assembled ? AS : THROUGH;
    }
}
