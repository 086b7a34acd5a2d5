package dev.floe.front;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.front.options.OptionTable;
import dev.floe.front.options.ResponseFiles;
import dev.floe.front.options.ResponseFiles.Expansion;

/** Decides what can be done with a compiler call, by the option tables and a few looks at the machine. */
public final class CommandParser {
    private static final long MAX_RESPONSE_BYTES = 16 << 20;

    private CommandParser() {}

    /**
     * The plan for one call. In doubt the plan is to run locally.
     *
     * @throws IOException if the machine could not be asked
     */
    public static Plan parse(Invocation invocation, Family family, Machine machine) throws IOException {
        try {
            Optional<String> variable = EnvironmentTable.standard().keepingLocal(invocation.environment());
            if (variable.isPresent()) {
                return local(Reason.Code.ENVIRONMENT, variable.get());
            }
            if (machine.lstat(invocation.cwd()).isEmpty()) {
                return local(Reason.Code.WORKING_DIRECTORY, invocation.cwd().toString());
            }
            Optional<String> pipe = invocation.arguments().stream().filter(CommandParser::isDescriptor).findFirst();
            if (pipe.isPresent()) {
                return local(Reason.Code.STANDARD_INPUT, pipe.get());
            }
            return plan(invocation, family, machine);
        } catch (InvalidPathException e) {
            return local(Reason.Code.NAME_ENCODING, e.getInput());
        }
    }

    /** What is named by a descriptor, such as {@code <(...)} in a shell, can be read once, and only the compiler may do so. */
    private static boolean isDescriptor(String word) {
        return word.contains("/dev/fd/") || word.contains("/proc/self/fd/") || word.contains("/dev/stdin");
    }

    private static Plan plan(Invocation invocation, Family family, Machine machine) throws IOException {
        Expansion expansion;
        try {
            expansion = ResponseFiles.expand(invocation.arguments(), name -> text(name, invocation, machine));
        } catch (ResponseFiles.TooManyException e) {
            return local(Reason.Code.RESPONSE_FILE, String.valueOf(e.getMessage()));
        } catch (CharacterCodingException e) {
            return local(Reason.Code.RESPONSE_FILE, "not UTF-8");
        }
        CommandReader reader = read(invocation, family, machine, expansion.words());
        if (reader.reason().isPresent()) {
            return new Plan.Local(reader.reason().get());
        }
        List<String> words = invocation.arguments();
        if (!reader.natives().isEmpty()) {
            Optional<List<String>> spelled = new NativeProcessor(invocation, family, machine)
                    .spellOut(expansion.words(), reader.natives(), reader.records());
            // A compilation database holds the words themselves.
            if (spelled.isEmpty() || expansion.words().stream().anyMatch(CommandParser::recordsWords)) {
                return local(Reason.Code.NATIVE, String.join(" ", reader.natives()));
            }
            words = spelled.get();
            reader = read(invocation, family, machine, words);
            if (reader.reason().isPresent()) {
                return new Plan.Local(reader.reason().get());
            }
        }
        List<String> argv = new ArrayList<>(words);
        argv.addFirst(invocation.argv().getFirst());
        return reader.finish(argv, expansion.files());
    }

    private static boolean recordsWords(String word) {
        return word.startsWith("-MJ") || word.equals("-gen-cdb-fragment-path");
    }

    private static CommandReader read(Invocation invocation, Family family, Machine machine, List<String> words)
            throws IOException {
        CommandReader reader = new CommandReader(invocation, family, machine);
        reader.read((family == Family.GCC ? OptionTable.gcc() : OptionTable.clang()).read(words));
        return reader;
    }

    private static Optional<String> text(String name, Invocation invocation, Machine machine) throws IOException {
        Path path = invocation.cwd().resolve(name);
        Optional<FileStat> stat = machine.lstat(path);
        if (stat.isEmpty() || stat.get().kind() == FileStat.Kind.DIRECTORY) {
            return Optional.empty();
        }
        return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(machine.read(path, MAX_RESPONSE_BYTES)))
                .toString());
    }

    private static Plan local(Reason.Code code, String detail) {
        return new Plan.Local(new Reason(code, detail));
    }
}
