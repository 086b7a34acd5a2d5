package dev.floe.command.parser;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompilerFamily;
import dev.floe.command.EnvironmentVariableTable;
import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.LocalReason;
import dev.floe.command.options.OptionTable;
import dev.floe.command.options.ResponseFileExpander;
import dev.floe.command.options.ResponseFileExpander.Expansion;
import dev.floe.store.FailureText;

/** Decides what can be done with a compiler call, by the option tables and a few looks at the machine. */
public final class CommandClassifier {
    private static final long MAX_RESPONSE_BYTES = ResponseFileExpander.MAX_CHARACTERS;

    private CommandClassifier() {}

    /**
     * The plan for one call. In doubt the plan is to run locally.
     *
     * @throws IOException if the machine could not be asked
     */
    public static CommandPlan parse(Invocation invocation, CompilerFamily family, HostAccess machine)
            throws IOException {
        try {
            Optional<String> variable = EnvironmentVariableTable.standard().keepingLocal(invocation.environment());
            if (variable.isPresent()) {
                return local(LocalReason.ReasonCode.ENVIRONMENT, variable.get());
            }
            if (machine.lstat(invocation.cwd()).isEmpty()) {
                return local(LocalReason.ReasonCode.WORKING_DIRECTORY, invocation.cwd().toString());
            }
            Optional<String> pipe = invocation.arguments().stream().filter(CommandClassifier::isDescriptor).findFirst();
            if (pipe.isPresent()) {
                return local(LocalReason.ReasonCode.STANDARD_INPUT, pipe.get());
            }
            return plan(invocation, family, machine);
        } catch (InvalidPathException e) {
            return local(LocalReason.ReasonCode.NAME_ENCODING, e.getInput());
        }
    }

    /**
     * What is named by a descriptor, such as {@code <(...)} in a shell, can be read once, and only the compiler may do
     * so.
     */
    private static boolean isDescriptor(String word) {
        return word.contains("/dev/fd/") || word.contains("/proc/self/fd/") || word.contains("/dev/stdin");
    }

    private static CommandPlan plan(Invocation invocation, CompilerFamily family, HostAccess machine)
            throws IOException {
        Expansion expansion;
        try {
            expansion = ResponseFileExpander.expand(invocation.arguments(), name -> text(name, invocation, machine));
        } catch (ResponseFileExpander.TooManyException e) {
            return local(LocalReason.ReasonCode.RESPONSE_FILE, String.valueOf(e.getMessage()));
        } catch (CharacterCodingException e) {
            return local(LocalReason.ReasonCode.RESPONSE_FILE, "not UTF-8");
        } catch (UnreadableFileException e) {
            return local(LocalReason.ReasonCode.RESPONSE_FILE, String.valueOf(e.getMessage()));
        }
        CommandParser reader = read(invocation, family, machine, expansion.words());
        if (reader.reason().isPresent()) {
            return new CommandPlan.Local(reader.reason().get());
        }
        List<String> words = invocation.arguments();
        if (!reader.natives().isEmpty()) {
            Optional<List<String>> spelled = new MarchNativeExpander(invocation, family, machine)
                    .spellOut(expansion.words(), reader.natives(), reader.records());
            // A compilation database holds the words themselves.
            if (spelled.isEmpty() || expansion.words().stream().anyMatch(CommandClassifier::recordsWords)) {
                return local(LocalReason.ReasonCode.NATIVE, String.join(" ", reader.natives()));
            }
            words = spelled.get();
            reader = read(invocation, family, machine, words);
            if (reader.reason().isPresent()) {
                return new CommandPlan.Local(reader.reason().get());
            }
        }
        List<String> argv = new ArrayList<>(words);
        argv.addFirst(invocation.argv().getFirst());
        return reader.finish(argv, expansion.files());
    }

    private static boolean recordsWords(String word) {
        return word.startsWith("-MJ") || word.equals("-gen-cdb-fragment-path");
    }

    private static CommandParser read(Invocation invocation, CompilerFamily family, HostAccess machine,
            List<String> words)
            throws IOException {
        CommandParser reader = new CommandParser(invocation, family, machine);
        reader.read((family == CompilerFamily.GCC ? OptionTable.gcc() : OptionTable.clang()).read(words));
        return reader;
    }

    private static Optional<String> text(String name, Invocation invocation, HostAccess machine) throws IOException {
        Path path = invocation.cwd().resolve(name);
        Optional<FileStat> stat = machine.lstat(path);
        if (stat.isEmpty() || stat.get().kind() == FileStat.FileKind.DIRECTORY) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = machine.read(path, MAX_RESPONSE_BYTES);
        } catch (IOException e) {
            throw new UnreadableFileException(FailureText.of(e));
        }
        return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    }

    /** A response file that this node must not read, or cannot. */
    private static final class UnreadableFileException extends IOException {
        private static final long serialVersionUID = 1;

        UnreadableFileException(String message) {
            super(message);
        }
    }

    private static CommandPlan local(LocalReason.ReasonCode code, String detail) {
        return new CommandPlan.Local(new LocalReason(code, detail));
    }
}
