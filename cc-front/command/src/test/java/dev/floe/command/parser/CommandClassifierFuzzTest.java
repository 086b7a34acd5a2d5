package dev.floe.command.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompilerFamily;
import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.ProcessOutput;
import dev.floe.store.Digest;

/** Commands of any words, each on a line of its own. */
final class CommandClassifierFuzzTest {
    /** A machine on which every name is an empty directory, and no program runs. */
    private record EmptyMachine() implements HostAccess {
        private static final FileStat DIRECTORY = new FileStat(FileStat.FileKind.DIRECTORY, 0755, 0, 0, 0, 1, 1, null);

        @Override
        public Optional<FileStat> lstat(Path path) {
            return Optional.of(DIRECTORY);
        }

        @Override
        public byte[] read(Path path, long maxBytes) throws IOException {
            throw new NoSuchFileException(path.toString());
        }

        @Override
        public Optional<List<String>> list(Path directory) {
            return Optional.of(List.of());
        }

        @Override
        public Digest digest(Path path, FileStat stat) throws IOException {
            throw new NoSuchFileException(path.toString());
        }

        @Override
        public ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
                throws IOException {
            throw new NoSuchFileException(program.toString());
        }
    }

    @MethodSource("commands")
    @FuzzTest
    void plansAnyCommand(byte[] bytes) {
        List<String> argv = new ArrayList<>(List.of("gcc"));
        argv.addAll(List.of(new String(bytes, StandardCharsets.UTF_8).split("\n")));
        for (CompilerFamily family : CompilerFamily.values()) {
            Invocation call = new Invocation(argv, Path.of("/usr/bin/gcc"), Path.of("/src"), Map.of(), 022,
                    Optional.empty());
            try {
                switch (CommandClassifier.parse(call, family, new EmptyMachine())) {
                    case CommandPlan.Local local -> assertThat(local.reason().detail()).isNotNull();
                    case CommandPlan.Replay replay -> assertThat(replay.command().argv()).isNotEmpty();
                }
            } catch (IOException _) {
                // the machine could not be asked
            }
        }
    }

    static Stream<byte[]> commands() throws IOException {
        return CommandClassifierTest.commands().map(row -> row.split("=>")[0].strip().replaceAll(" +", "\n"))
                .map(words -> words.substring(words.indexOf('\n') + 1).getBytes(StandardCharsets.UTF_8));
    }
}
