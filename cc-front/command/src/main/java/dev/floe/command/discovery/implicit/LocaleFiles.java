package dev.floe.command.discovery.implicit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.FileStat.FileKind;
import dev.floe.command.LocalReason;
import dev.floe.command.discovery.includes.InputTreeRecorder;

/**
 * The files that the C library reads for the language of diagnostics: {@code setlocale} for character types and
 * messages, then gettext for the catalogues. The names it tries for {@code de_DE.UTF-8@euro} are those with and without
 * character set (as written, or in lower case without punctuation), territory and modifier.
 */
public final class LocaleFiles {
    private static final Path ROOT = Path.of("/usr/lib/locale");
    private static final Path SHARE = Path.of("/usr/share");
    private static final long MAX_ARCHIVE_BYTES = 32L << 20;
    private static final int NEWEST_GCC = 24;
    private static final List<String> CONVERSIONS = List.of("/usr/lib/x86_64-linux-gnu/gconv",
            "/usr/lib/aarch64-linux-gnu/gconv", "/usr/lib/riscv64-linux-gnu/gconv",
            "/usr/lib/arm-linux-gnueabihf/gconv", "/usr/lib64/gconv", "/usr/lib/gconv");

    private LocaleFiles() {}

    /** Adds the files to {@code tree}; the reason why they cannot be known, if so. */
    public static Optional<LocalReason> add(Map<String, String> environment, InputTreeRecorder tree)
            throws IOException {
        Set<String> names = new LinkedHashSet<>();
        for (String category : List.of("LC_CTYPE", "LC_MESSAGES")) {
            names.add(selected(environment, category));
        }
        names.removeIf(name -> name.equals("C") || name.equals("POSIX"));
        if (names.isEmpty()) {
            return Optional.empty();
        }
        Path archive = ROOT.resolve("locale-archive");
        Optional<InputTreeRecorder.ResolvedPath> packed = tree.look(archive);
        if (packed.isPresent() && packed.get().stat().size() > MAX_ARCHIVE_BYTES) {
            return Optional.of(new LocalReason(LocalReason.ReasonCode.LOCALE, archive + " is larger than 32 MiB"));
        }
        tree.add(archive);
        tree.add(SHARE.resolve("locale/locale.alias"));
        for (String directory : CONVERSIONS) {
            tree.add(Path.of(directory, "gconv-modules.cache"));
        }
        boolean utf8 = true;
        boolean installed = packed.isPresent();
        for (String name : names) {
            if (name.contains("/")) {
                return Optional.of(new LocalReason(LocalReason.ReasonCode.LOCALE, name));
            }
            utf8 &= name.toLowerCase(Locale.ROOT).matches(".*\\.utf-?8(@.*)?");
            for (String variant : variants(name)) {
                installed |= tree.add(ROOT.resolve(variant).resolve("LC_CTYPE")).isPresent();
                Path messages = ROOT.resolve(variant).resolve("LC_MESSAGES");
                tree.add(messages);
                tree.add(messages.resolve("SYS_LC_MESSAGES"));
            }
        }
        if (!utf8 && installed) {
            return Optional.of(new LocalReason(LocalReason.ReasonCode.LOCALE, String.join(" ", names)));
        }
        catalogues(environment, tree);
        return Optional.empty();
    }

    private static void catalogues(Map<String, String> environment, InputTreeRecorder tree) throws IOException {
        Set<String> languages = new LinkedHashSet<>();
        for (String language : environment.getOrDefault("LANGUAGE", "").split(":")) {
            languages.addAll(variants(language));
        }
        languages.addAll(variants(selected(environment, "LC_MESSAGES")));
        for (String share : List.of("locale", "locale-langpack")) {
            for (String language : languages) {
                Path directory = SHARE.resolve(share).resolve(language).resolve("LC_MESSAGES");
                Optional<InputTreeRecorder.ResolvedPath> place = language.isEmpty()
                        ? Optional.empty()
                        : tree.look(directory);
                if (place.isPresent() && place.get().stat().kind() == FileKind.DIRECTORY) {
                    for (String domain : domains()) {
                        tree.add(directory.resolve(domain + ".mo"));
                    }
                }
            }
        }
    }

    private static List<String> domains() {
        List<String> domains = new ArrayList<>(List.of("libc", "gas", "bfd", "opcodes", "gcc", "cpplib", "libstdc++"));
        for (int version = 4; version <= NEWEST_GCC; version++) {
            domains.add("gcc-" + version);
            domains.add("cpplib-" + version);
        }
        return domains;
    }

    private static String selected(Map<String, String> environment, String category) {
        for (String variable : List.of("LC_ALL", category, "LANG")) {
            String value = environment.getOrDefault(variable, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "C";
    }

    /** All directory names under which the C library looks for a locale. */
    static Set<String> variants(String name) {
        int at = name.indexOf('@');
        String modifier = at < 0 ? "" : name.substring(at);
        String rest = at < 0 ? name : name.substring(0, at);
        int dot = rest.indexOf('.');
        String charset = dot < 0 ? "" : rest.substring(dot);
        rest = dot < 0 ? rest : rest.substring(0, dot);
        int underscore = rest.indexOf('_');
        String language = underscore < 0 ? rest : rest.substring(0, underscore);
        String plain = charset.isEmpty()
                ? ""
                : "." + charset.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        Set<String> variants = new LinkedHashSet<>();
        for (String place : List.of(rest, language)) {
            for (String set : List.of(charset, plain, "")) {
                variants.add(place + set + modifier);
                variants.add(place + set);
            }
        }
        return variants;
    }
}
