package dev.floe.node.substitute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.CacheScope;
import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.discovery.DefaultHeaderSearchPath;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.SubstituteCompiler;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.wrapper.host.DirectHostAccess;
import dev.floe.node.toolchains.ProgramRunner;
import dev.floe.store.FileDigestCache;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.index.ToolchainIndex;
import dev.floe.toolchain.locate.ToolchainFinder;

/**
 * A compiler that is told where to look for headers, as a stand-in is, against the same that knows it by itself:
 * objects, debug information, macros and the list of headers must be equal.
 */
@ExtendWith(OwnGccResolver.class)
final class SearchReplayTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", ToolchainFinder.STANDARD_PATH, "LC_ALL", "C");

    @TempDir
    private Path directory;

    private final DirectHostAccess machine = new DirectHostAccess(ProgramRunner::run, new FileDigestCache(10_000));
    private final DefaultHeaderSearchPath search = new DefaultHeaderSearchPath(Clock.systemUTC());

    @Test
    void seesTheSameHeadersInTheSameOrder(OwnGcc own) throws Exception {
        Path sources = Files.createDirectories(directory.resolve("src/own"));
        Files.writeString(sources.resolve("stdlib.h"), "#include_next <stdlib.h>\n#define MINE 1\n");
        Files.writeString(sources.resolve("../a.c"), """
                #include <stdio.h>
                #include <stdlib.h>
                #include <stddef.h>
                #ifdef __STDC_IEC_559__
                int predefined = 1;
                #endif
                #ifdef MINE
                int mine = MINE;
                #endif
                int f(void) { return printf("%zu", sizeof(size_t)) + getenv("x")[0]; }
                """);
        Files.writeString(sources.resolve("../b.cc"), """
                #include <vector>
                #include <string>
                #include <cstdlib>
                int g(int n) { std::vector<std::string> all(n, "x"); return (int) all.size() + std::abs(n); }
                """);
        LocalToolchain held = own.toolchainStore.getOrFetch(own.gcc().known().id()).join();
        int job = 0;
        for (String words : List.of("gcc -O2 -MD -c a.c -o a.o", "gcc -g3 -MMD -I own -c a.c -o a.o",
                "gcc -isystem own -idirafter /usr/include -MD -c a.c -o a.o", "g++ -g -MD -c b.cc -o b.o",
                "g++ -isystem own -O2 -MD -Wall -c b.cc -o b.o")) {
            compare(words, own.gcc(), held,
                    new CommandReplay(own.usable(), OwnGcc.LIMITS, directory.resolve("job" + job++)), own.store);
        }
    }

    private void compare(String words, ToolchainIndex.Compilers own, LocalToolchain held, CommandReplay replay,
            ContentStore store) throws Exception {
        Path cwd = directory.resolve("src");
        List<String> argv = List.of(words.split(" "));
        Path driver = Path.of("/usr/bin", argv.getFirst());
        assertThat(CommandClassifier.parse(new Invocation(argv, driver, cwd, ENVIRONMENT, 022, Optional.empty()),
                CompilerFamily.GCC, machine)).isInstanceOf(CommandPlan.Replay.class);
        CompileCommand command = ((CommandPlan.Replay) CommandClassifier.parse(
                new Invocation(argv, driver, cwd, ENVIRONMENT, 022, Optional.empty()), CompilerFamily.GCC, machine))
                .command();
        DiscoveryResult.InputsFound found = (DiscoveryResult.InputsFound) OwnGcc.discovery().discover(command, "",
                machine);
        for (Input input : found.inputs().inputs()) {
            if (input instanceof Input.File file && !store.contains(file.digest())) {
                store.putFile(file.path());
            }
        }
        Path program = argv.getFirst().equals("g++") ? own.cxx().orElseThrow() : own.c().orElseThrow();
        Offer offer = OfferFactory.make("test", "", command, own.known().id(), found.inputs(), Duration.ZERO, 0,
                new CacheScope.Exact(), false)
                .by(new SubstituteCompiler(own.known().id().hex(), program.toString(), List.of(),
                        search.options(command, own.known().id().hex(), machine), "", ""));
        CommandReplay.ReplayResult made = replay.run(held, offer, store);
        assertThat(ProgramRunner.run(driver, argv, cwd, ENVIRONMENT).exitCode()).isZero();

        assertThat(made.exit()).as(words + ": " + Files.readString(made.error())).isZero();
        List<String> compared = new ArrayList<>();
        for (CommandReplay.ReplayOutput file : made.files()) {
            assertThat(file.file()).as("%s of %s", file.path(), words).hasSameBinaryContentAs(Path.of(file.path()));
            compared.add(file.path());
        }
        assertThat(compared).hasSize(2);
        try (Stream<Path> files = Files.list(cwd)) {
            files.filter(file -> file.toString().matches(".*\\.[od]"))
                    .forEach(file -> assertThat(file.toFile().delete()).isTrue());
        }
    }
}
