package dev.floe.node.substitute;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerFacts;

/** The difference of two compiler profiles, and the options that would make one compiler equal to the other. */
final class CompilerDiff {
    private static final String ENABLED = "[enabled]";
    private static final String DISABLED = "[disabled]";
    private static final int MAX_NAMED = 4;
    private static final List<String> NEVER = List.of("plugin", "dump", "profile", "callgraph", "save", "lto",
            "report");

    private CompilerDiff() {}

    /**
     * Options for the compiler that says {@code ours}, so that it does what the one that says {@code theirs} does by
     * itself.
     */
    static List<String> adjusting(CompilerFacts theirs, CompilerFacts ours) {
        Map<String, String> wanted = values(theirs);
        Map<String, String> had = values(ours);
        List<String> options = new ArrayList<>();
        wanted.forEach((name, value) -> {
            if (value.equals(had.get(name)) || !had.containsKey(name) || !isHarmless(name, value)) {
                return;
            }
            if (value.equals(ENABLED)) {
                options.add(name);
                // A machine option has its own opposite, which is enabled.
            } else if (value.equals(DISABLED) && name.startsWith("-f")) {
                options.add(name.substring(0, 2) + "no-" + name.substring(2));
            } else if (name.endsWith("=") && !value.isEmpty()) {
                options.add(name + value);
            }
        });
        boolean theyArePie = theirs.macros().stream().anyMatch(macro -> macro.startsWith("#define __PIE__"));
        boolean weArePie = ours.macros().stream().anyMatch(macro -> macro.startsWith("#define __PIE__"));
        if (theyArePie != weArePie && options.stream().noneMatch(option -> option.toLowerCase(Locale.ROOT)
                .endsWith("pie"))) {
            options.add(theyArePie ? "-fPIE" : "-fno-PIE");
        }
        return options;
    }

    /**
     * What a peer says becomes part of a command line here, outside of any sandbox: nothing that names a file or loads
     * a program.
     */
    private static boolean isHarmless(String name, String value) {
        return name.matches("-[fm][a-z0-9-]+=?") && value.matches("[A-Za-z0-9+._,-]*|\\[enabled]|\\[disabled]")
                && NEVER.stream().noneMatch(name::contains);
    }

    private static Map<String, String> values(CompilerFacts facts) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : facts.options()) {
            int space = line.indexOf(' ');
            if (space > 0) {
                values.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        return values;
    }

    /**
     * What is still otherwise, a sentence each.
     *
     * @param ours    what the compiler says when it is given the options
     * @param options those
     */
    static List<String> left(CompilerFacts theirs, CompilerFacts ours, List<String> options) {
        List<String> troubles = new ArrayList<>();
        say(troubles, "does not define ", only(theirs.macros(), ours.macros()));
        say(troubles, "defines ", only(ours.macros(), theirs.macros()));
        say(troubles, "has other defaults than ", only(theirs.options(), ours.options()));
        Set<String> listed = new HashSet<>(ours.options());
        say(troubles, "lacks by itself ", only(theirs.programs(), ours.programs()).stream()
                .filter(call -> !isListed(call, listed)).toList());
        say(troubles, "has by itself ", only(ours.programs(), theirs.programs()).stream()
                .filter(call -> !isListed(call, listed) && !options.contains(call.replaceFirst("^(cc1|as) ", "")))
                .toList());
        return troubles;
    }

    /** Whether what it does to the compiler is among the defaults, which are compared. */
    private static boolean isListed(String call, Set<String> listed) {
        String name = call.replaceFirst("^cc1 -f(no-)?", "-f") + " ";
        return listed.contains(name + ENABLED) || listed.contains(name + DISABLED);
    }

    private static void say(List<String> troubles, String what, List<String> lines) {
        if (!lines.isEmpty()) {
            troubles.add(what + String.join(", ", lines.subList(0, Math.min(MAX_NAMED, lines.size())))
                    + (lines.size() > MAX_NAMED ? " and " + (lines.size() - MAX_NAMED) + " more" : ""));
        }
    }

    private static List<String> only(List<String> these, List<String> those) {
        Set<String> there = new HashSet<>(those);
        return these.stream().filter(line -> !there.contains(line)).distinct()
                .map(line -> line.replaceFirst("^#define ", "")).toList();
    }
}
