package dev.floe.command;

import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a source is compiled as.
 *
 * @param source   as the command spells it
 * @param named    the language that {@code -x} names for it, null if none
 * @param compiler the first word of the command
 * @param mode     of {@code --driver-mode}, null if it is not given
 */
public record SourceLanguage(String source, @Nullable String named, CompilerFamily family, String compiler,
        @Nullable String mode) {
    private static final Pattern HEADER = Pattern.compile(".*\\.(h|hh|H|hp|hxx|hpp|HPP|h\\+\\+|tcc)");
    private static final Pattern CXX_DRIVER = Pattern.compile(".*(\\+\\+)(-[0-9.]+)?$");

    /** Whether the source is a header, which makes the result a precompiled one. */
    public boolean isHeader() {
        return named == null
                ? HEADER.matcher(source).matches()
                : named.endsWith("-header");
    }

    /** The language; empty for one that Floe does not know. */
    public Optional<Language> language() {
        if (named != null) {
            return Language.named(named).filter(this::isKnownToFamily);
        }
        Optional<Language> language = Language.ofFile(source).filter(this::isKnownToFamily);
        return !isCxxDriver() ? language : language.map(l -> switch (l) {
            case C -> Language.CXX;
            case PREPROCESSED_C -> Language.PREPROCESSED_CXX;
            default -> l;
        });
    }

    private boolean isCxxDriver() {
        return mode != null ? mode.equals("g++") : CXX_DRIVER.matcher(compiler).matches();
    }

    private boolean isKnownToFamily(Language language) {
        return language != Language.IR || family == CompilerFamily.CLANG;
    }
}
