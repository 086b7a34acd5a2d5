package dev.floe.toolchain.locate;

import java.util.List;
import java.util.regex.Pattern;

/** Recognizes a compiler that is told, not by its commands, to make code for the processor on which it runs. */
final class NativeDefaults {
    private static final Pattern OPTION = Pattern.compile("(?m)^[^#\n]*-m(arch|cpu|tune)=native\\b");
    private static final Pattern CONFIGURED = Pattern.compile("--with-(arch|cpu|tune)[a-z0-9-]*=native\\b");

    private NativeDefaults() {}

    /** Whether one of clang's configuration files says so. */
    static boolean isInConfiguration(String text) {
        return OPTION.matcher(text).find();
    }

    /** Whether gcc was built so, by what it says of itself with {@code -v}. */
    static boolean isBuiltIn(List<String> lines) {
        return lines.stream().anyMatch(line -> CONFIGURED.matcher(line).find());
    }
}
