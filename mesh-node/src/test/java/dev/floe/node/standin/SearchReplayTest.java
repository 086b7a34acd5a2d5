package dev.floe.node.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import dev.floe.front.CommandParser;
import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.Family;
import dev.floe.front.Input;
import dev.floe.front.Invocation;
import dev.floe.front.Plan;
import dev.floe.front.Sharing;
import dev.floe.front.discovery.StandardSearch;
import dev.floe.node.execute.HeldToolchain;
import dev.floe.node.execute.Replay;
import dev.floe.node.submit.DirectMachine;
import dev.floe.node.submit.Offers;
import dev.floe.node.toolchains.Programs;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.StandIn;
import dev.floe.store.ContentStore;
import dev.floe.store.FileDigests;
import dev.floe.toolchain.find.ToolchainFinder;
import dev.floe.toolchain.find.ToolchainIndex;

/**
 * A compiler that is told where to look for headers, as a stand-in is, against the same that knows it by itself: objects, debug information,
 * macros and the list of headers must be equal.
 */
final class SearchReplayTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", ToolchainFinder.STANDARD_PATH, "LC_ALL", "C");

    @TempDir
    private Path directory;

    private final DirectMachine machine = new DirectMachine(Programs::run, new FileDigests(10_000));
    private final StandardSearch search = new StandardSearch(java.time.Clock.systemUTC());

    @Test
    void seesTheSameHeadersInTheSameOrder() throws Exception {
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
        try (OwnGcc own = new OwnGcc(directory)) {
            HeldToolchain held = own.shelf.obtain(own.gcc().known().id()).join();
            int job = 0;
            for (String words : List.of("gcc -O2 -MD -c a.c -o a.o", "gcc -g3 -MMD -I own -c a.c -o a.o",
                    "gcc -isystem own -idirafter /usr/include -MD -c a.c -o a.o", "g++ -g -MD -c b.cc -o b.o",
                    "g++ -isystem own -O2 -MD -Wall -c b.cc -o b.o")) {
                compare(words, own.gcc(), held,
                        new Replay(own.usable(), OwnGcc.LIMITS, directory.resolve("job" + job++)), own.store);
            }
        }
    }

    private void compare(String words, ToolchainIndex.Compilers own, HeldToolchain held, Replay replay,
            ContentStore store) throws Exception {
        Path cwd = directory.resolve("src");
        List<String> argv = List.of(words.split(" "));
        Path driver = Path.of("/usr/bin", argv.getFirst());
        assertThat(CommandParser.parse(new Invocation(argv, driver, cwd, ENVIRONMENT, 022, Optional.empty()),
                Family.GCC, machine)).isInstanceOf(Plan.Replay.class);
        CompileCommand command = ((Plan.Replay) CommandParser.parse(
                new Invocation(argv, driver, cwd, ENVIRONMENT, 022, Optional.empty()), Family.GCC, machine)).command();
        Discovery.Found found = (Discovery.Found) OwnGcc.discovery().discover(command, "", machine);
        for (Input input : found.inputs().inputs()) {
            if (input instanceof Input.File file && !store.contains(file.digest())) {
                store.putFile(file.path());
            }
        }
        Path program = argv.getFirst().equals("g++") ? own.cxx().orElseThrow() : own.c().orElseThrow();
        Offer offer = Offers.make("test", "", command, own.known().id(), found.inputs(), Duration.ZERO, 0,
                new Sharing.Exact(), false)
                .by(new StandIn(own.known().id().hex(), program.toString(), List.of(),
                        search.options(command, own.known().id().hex(), machine), "", ""));
        Replay.Result made = replay.run(held, offer, store);
        assertThat(Programs.run(driver, argv, cwd, ENVIRONMENT).exitCode()).isZero();

        assertThat(made.exit()).as(words + ": " + Files.readString(made.error())).isZero();
        List<String> compared = new ArrayList<>();
        for (Replay.Output file : made.files()) {
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
