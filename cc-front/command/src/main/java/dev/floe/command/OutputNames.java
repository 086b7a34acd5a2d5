package dev.floe.command;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of the files that a command may create. Directories are absolute and spelled as the command spells them.
 *
 * @param files    whose whole names are known; most are not made by every compiler
 * @param patterns the names of the others, such as dumps, by directory
 * @param certain  whether the primary output is there whenever the command ends with 0
 */
public record OutputNames(Set<Path> files, Map<Path, List<Pattern>> patterns, boolean certain) {
    public OutputNames {
        files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
        patterns = Collections.unmodifiableMap(new LinkedHashMap<>(patterns));
    }
}
