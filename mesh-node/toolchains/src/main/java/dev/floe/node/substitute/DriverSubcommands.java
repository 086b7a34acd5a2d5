package dev.floe.node.substitute;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The subcommands of a gcc driver: the options that it gives to its compiler and its assembler besides those of the
 * command. A {@code specs} file or a vendor's patch can put there what shows in no macro, in no list of defaults, and
 * in no sample: a prefix map, say.
 */
final class DriverSubcommands {
    private static final Set<String> PROGRAMS = Set.of("cc1", "cc1plus", "as");
    /** Where headers and files are, which is the command's own matter. */
    private static final Set<String> PLACES = Set.of("-quiet", "-dumpbase", "-dumpbase-ext", "-dumpdir", "-auxbase",
            "-auxbase-strip", "-o", "-imultiarch", "-imultilib", "-iprefix", "-isysroot", "-isystem", "-idirafter");

    private DriverSubcommands() {}

    /** @param said what {@code -###} printed: a line a call */
    static List<String> read(String said) {
        List<String> calls = new ArrayList<>();
        for (String line : said.lines().toList()) {
            List<String> words = List.of(line.strip().replace("\"", "").split("\\s+"));
            String program = words.getFirst().replaceFirst(".*/", "").replaceFirst(".*-as$", "as");
            if (line.startsWith(" ") && PROGRAMS.contains(program)) {
                String kind = program.equals("as") ? "as" : "cc1";
                // The compiler's options for the machine are among the defaults that it lists.
                words.stream().skip(1).filter(word -> word.startsWith("-") && !PLACES.contains(word))
                        .filter(word -> kind.equals("as") || !word.startsWith("-m"))
                        .forEach(word -> calls.add(kind + " " + word));
            }
        }
        return calls;
    }

    /** @param said what the assembler says of its version: {@code GNU assembler (a vendor) 2.40} and more lines */
    static String assembler(String said) {
        return "as of version " + said.lines().findFirst().orElse("?").strip().replaceFirst(".*\\s", "");
    }
}
