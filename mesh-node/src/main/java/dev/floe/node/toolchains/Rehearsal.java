package dev.floe.node.toolchains;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.front.CommandParser;
import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.Family;
import dev.floe.front.Input;
import dev.floe.front.InputDiscovery;
import dev.floe.front.Invocation;
import dev.floe.front.Plan;
import dev.floe.front.Sharing;
import dev.floe.front.RunOutput;
import dev.floe.node.execute.HeldToolchain;
import dev.floe.node.execute.Limits;
import dev.floe.node.execute.Replay;
import dev.floe.node.execute.Sandbox;
import dev.floe.node.submit.DirectMachine;
import dev.floe.node.submit.Offers;
import dev.floe.store.ContentStore;
import dev.floe.store.FileDigests;
import dev.floe.toolchain.find.ToolchainFinder;

/**
 * Tries a packed compiler before any job depends on it: samples are compiled plainly and replayed in the sandbox from the packed tree
 * alone, and objects and diagnostics must be equal, byte for byte.
 */
public final class Rehearsal {
    private static final Logger LOG = LogManager.getLogger(Rehearsal.class);
    private static final int UMASK = 022;
    private static final String C = """
            #include <stddef.h>
            struct pair { int key; double value; };
            static int unused(void) { return 1; }
            double sum(const struct pair *pairs, size_t count) {
                double total = 0;
                for (size_t i = 0; i < count; i++) total += pairs[i].key * pairs[i].value;
                return total;
            }
            """;
    private static final String CXX = """
            namespace sample {
            template <typename T> struct Ring { T items[8]; unsigned head = 0; T next() { return items[head++ % 8]; } };
            struct Base { virtual ~Base() {} virtual int at(int) const = 0; };
            struct Leaf : Base { int at(int i) const override { if (i < 0) throw i; return i + 1; } };
            static int unused() { return 1; }
            }
            int use(sample::Ring<int> &ring) { sample::Leaf leaf; return leaf.at(ring.next()); }
            """;

    private final Sandbox.Availability sandbox;
    private final ContentStore store;
    private final InputDiscovery discovery;
    private final FileDigests digests;
    private final Limits limits;
    private final Path directory;
    private final AtomicInteger next = new AtomicInteger();

    /** @param directory where samples are compiled, in the file system of the store */
    public Rehearsal(Sandbox.Availability sandbox, ContentStore store, InputDiscovery discovery, FileDigests digests,
            Limits limits,
            Path directory) throws IOException {
        this.sandbox = sandbox;
        this.store = store;
        this.discovery = discovery;
        this.digests = digests;
        this.limits = limits;
        this.directory = Files.createDirectories(directory);
    }

    /**
     * Compiles the samples with the toolchain's C and C++ drivers.
     *
     * @return what differs; empty if nothing does, or if this machine has no sandbox to try it in
     */
    Optional<String> tryOut(HeldToolchain held, List<Path> drivers) throws IOException {
        switch (sandbox) {
            case Sandbox.Availability.Unavailable(String why) -> {
                LOG.info("toolchain={} is not tried out here: {}", held.toolchain().id().brief(), why);
                return Optional.empty();
            }
            case Sandbox.Availability.Available(Sandbox usable) -> {
                Optional<Path> forC = drivers.stream().filter(driver -> !isCxx(driver)).findFirst();
                Optional<Path> forCxx = drivers.stream().filter(Rehearsal::isCxx).findFirst();
                try (AllCores cores = new AllCores()) {
                    var c = cores.begin(() -> forC.isPresent()
                            ? compare(usable, held, forC.get(), "sample.c", C)
                            : Optional.<String>empty());
                    var cxx = cores.begin(() -> forCxx.isPresent()
                            ? compare(usable, held, forCxx.get(), "sample.cc", CXX)
                            : Optional.<String>empty());
                    Optional<String> difference = c.get();
                    return difference.isPresent() ? difference : cxx.get();
                }
            }
        }
    }

    private static boolean isCxx(Path driver) {
        return driver.getFileName().toString().contains("++");
    }

    private Optional<String> compare(Sandbox usable, HeldToolchain held, Path driver, String source, String text)
            throws IOException {
        Path place = directory.resolve(Integer.toString(next.incrementAndGet()));
        Directories.delete(place);
        Path sources = Files.createDirectories(place.resolve("src"));
        try {
            Files.writeString(sources.resolve(source), text);
            List<String> argv = List.of(driver.toString(), "-O2", "-g", "-Wall", "-c", source, "-o", "sample.o");
            Map<String, String> environment = Map.of("PATH", ToolchainFinder.STANDARD_PATH, "LC_ALL", "C");
            DirectMachine machine = new DirectMachine(Programs::run, digests);
            Invocation invocation = new Invocation(argv, driver, sources, environment, UMASK, Optional.empty());
            if (!(CommandParser.parse(invocation, Family.valueOf(held.toolchain().family().name()),
                    machine) instanceof Plan.Replay(CompileCommand command))) {
                return Optional.of("a plain command is not understood: " + argv);
            }
            if (!(discovery.discover(command, held.toolchain().id().hex(), machine) instanceof Discovery.Found found)) {
                return Optional.of("the inputs of " + source + " cannot be found");
            }
            for (Input input : found.inputs().inputs()) {
                if (input instanceof Input.File file && !store.contains(file.digest())) {
                    store.putFile(file.path());
                }
            }
            Replay.Result replayed = new Replay(usable, limits, place.resolve("job")).run(held,
                    Offers.make("rehearsal", "", command, held.toolchain().id(), found.inputs(),
                            java.time.Duration.ZERO, 0, new Sharing.Exact(), false),
                    store);
            RunOutput plain = Programs.run(driver, argv, sources, environment);
            return difference(source, plain, sources.resolve("sample.o"), replayed);
        } finally {
            Directories.delete(place);
        }
    }

    private static Optional<String> difference(String source, RunOutput plain, Path object, Replay.Result replayed)
            throws IOException {
        byte[] error = Files.readAllBytes(replayed.error());
        if (replayed.exit() != plain.exitCode()) {
            return Optional.of(source + ": exit " + replayed.exit() + " instead of " + plain.exitCode() + ": "
                    + new String(error, StandardCharsets.UTF_8).strip());
        }
        if (!Arrays.equals(error, plain.stderr())) {
            return Optional.of(source + ": diagnostics differ: " + new String(error, StandardCharsets.UTF_8).strip());
        }
        Optional<Replay.Output> made = replayed.files().stream().filter(file -> file.path().endsWith("/sample.o"))
                .findFirst();
        if (plain.exitCode() == 0 && (made.isEmpty() || Files.mismatch(made.get().file(), object) >= 0)) {
            return Optional.of(source + ": objects differ");
        }
        return Optional.empty();
    }
}
