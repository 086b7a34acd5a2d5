package dev.floe.node.toolchains;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.command.CacheScope;
import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.ProcessOutput;
import dev.floe.command.discovery.CompileInputDiscovery;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputDiscovery;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.host.DirectHostAccess;
import dev.floe.store.FileDigestCache;
import dev.floe.store.content.ContentStore;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.locate.ToolchainFinder;

/**
 * Tries a packed compiler before any job depends on it: samples are compiled plainly and replayed in the sandbox from
 * the packed tree alone, and objects and diagnostics must be equal, byte for byte.
 */
public final class ToolchainSelfTest {
    private static final Logger LOG = LogManager.getLogger(ToolchainSelfTest.class);
    private static final int UMASK = 022;
    private static final int NO_SHELL = 127;
    private static final long MAX_INPUT_BYTES = 64 << 20;
    private static final String MAKE_SAMPLES = "umask 077; cd \"$(mktemp -d /tmp/floe-XXXXXXXX)\" && printf %s \"$1\" "
            + ">sample.c"
            + " && printf %s \"$2\" >sample.cc && pwd -P";
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

    private final LocalSandbox sandbox;
    private final ContentStore store;
    private final InputDiscovery discovery;
    private final FileDigestCache digests;
    private final JobLimits limits;
    private final Path directory;
    private final AtomicInteger next = new AtomicInteger();

    /** @param directory where samples are compiled, in the file system of the store */
    public ToolchainSelfTest(LocalSandbox sandbox, ContentStore store, InputDiscovery discovery,
            FileDigestCache digests,
            JobLimits limits,
            Path directory) {
        this.sandbox = sandbox;
        this.store = store;
        this.discovery = discovery;
        this.digests = digests;
        this.limits = limits;
        this.directory = directory;
    }

    /**
     * Compiles the samples with the toolchain's C and C++ drivers.
     *
     * @return what differs; empty if nothing does, or if this machine has no sandbox to try it in
     */
    Optional<String> run(LocalToolchain held, List<Path> drivers) throws IOException {
        switch (sandbox.availability()) {
            case Sandbox.Availability.Unavailable(String why) -> {
                LOG.info("self-test of toolchain={} skipped: {}", held.toolchain().id().brief(), why);
                return Optional.empty();
            }
            case Sandbox.Availability.Available(Sandbox usable) -> {
                Optional<Path> forC = drivers.stream().filter(driver -> !isCxx(driver)).findFirst();
                Optional<Path> forCxx = drivers.stream().filter(ToolchainSelfTest::isCxx).findFirst();
                try (ParallelTasks cores = new ParallelTasks()) {
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

    /**
     * The same for the compiler of a caller with other files. The samples are compiled in a directory in the caller's
     * {@code /tmp}, which a shell makes and removes there.
     */
    Optional<String> run(LocalToolchain held, List<Path> drivers, HostAccess caller) throws IOException {
        if (!(sandbox.availability() instanceof Sandbox.Availability.Available(Sandbox usable))) {
            LOG.info("self-test of toolchain={} skipped: there is no sandbox", held.toolchain().id().brief());
            return Optional.empty();
        }
        ProcessOutput made = shell(caller, MAKE_SAMPLES, C, CXX);
        String directory = new String(made.stdout(), StandardCharsets.UTF_8).strip();
        if (made.exitCode() != 0 || !directory.startsWith("/")) {
            LOG.info("self-test of toolchain={} skipped: its caller cannot make a directory in /tmp",
                    held.toolchain().id().brief());
            return Optional.empty();
        }
        try {
            DirectoryListingCache seen = new DirectoryListingCache(
                    Clock.systemUTC());
            InputDiscovery callers = new CompileInputDiscovery(Clock.systemUTC(), seen);
            for (Path driver : drivers) {
                String source = isCxx(driver) ? "sample.cc" : "sample.c";
                Optional<String> difference = compare(usable, held, driver, source,
                        new Samples(Path.of(directory), caller, callers));
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        } finally {
            shell(caller, "rm -rf -- \"$1\"", directory);
        }
    }

    private static ProcessOutput shell(HostAccess caller, String script, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        argv.addAll(List.of(arguments));
        try {
            return caller.run(Path.of("/bin/sh"), argv, Path.of("/"), Map.of("PATH", ToolchainFinder.STANDARD_PATH));
        } catch (WrapperDisconnectedException e) {
            throw e;
        } catch (IOException _) {
            return new ProcessOutput(NO_SHELL, new byte[0], new byte[0]);
        }
    }

    /** Where samples are, and who sees them. */
    private record Samples(Path directory, HostAccess machine, InputDiscovery discovery) {}

    private static boolean isCxx(Path driver) {
        return driver.getFileName().toString().contains("++");
    }

    private Optional<String> compare(Sandbox usable, LocalToolchain held, Path driver, String source, String text)
            throws IOException {
        Path sources = Files.createDirectories(place().resolve("src"));
        try {
            Files.writeString(sources.resolve(source), text);
            return compare(usable, held, driver, source,
                    new Samples(sources, new DirectHostAccess(ProgramRunner::run, digests), discovery));
        } finally {
            TreeDeleter.delete(sources.resolve("..").normalize());
        }
    }

    private Path place() throws IOException {
        Path place = directory.resolve(Integer.toString(next.incrementAndGet()));
        TreeDeleter.delete(place);
        return place;
    }

    private Optional<String> compare(Sandbox usable, LocalToolchain held, Path driver, String source, Samples samples)
            throws IOException {
        Path place = Files.createDirectories(place());
        Path sources = samples.directory();
        HostAccess machine = samples.machine();
        try {
            List<String> argv = List.of(driver.toString(), "-O2", "-g", "-Wall", "-c", source, "-o", "sample.o");
            Map<String, String> environment = Map.of("PATH", ToolchainFinder.STANDARD_PATH, "LC_ALL", "C");
            Invocation invocation = new Invocation(argv, driver, sources, environment, UMASK, Optional.empty());
            if (!(CommandClassifier.parse(invocation, CompilerFamily.valueOf(held.toolchain().family().name()),
                    machine) instanceof CommandPlan.Replay(CompileCommand command))) {
                return Optional.of("a plain command is not understood: " + argv);
            }
            if (!(samples.discovery().discover(command, held.toolchain().id().hex(),
                    machine) instanceof DiscoveryResult.InputsFound found)) {
                return Optional.of("the inputs of " + source + " cannot be found");
            }
            for (Input input : found.inputs().inputs()) {
                if (input instanceof Input.File file && !store.contains(file.digest())) {
                    store.put(machine.read(file.path(), MAX_INPUT_BYTES));
                }
            }
            CommandReplay.ReplayResult replayed = new CommandReplay(usable, limits, place.resolve("job")).run(held,
                    OfferFactory.make("self-test", "", command, held.toolchain().id(), found.inputs(),
                            Duration.ZERO, 0, new CacheScope.Exact(), false),
                    store);
            ProcessOutput plain = machine.run(driver, argv, sources, environment);
            byte[] object = plain.exitCode() == 0
                    ? machine.read(sources.resolve("sample.o"), MAX_INPUT_BYTES)
                    : new byte[0];
            return difference(source, plain, object, replayed);
        } finally {
            TreeDeleter.delete(place);
        }
    }

    private static Optional<String> difference(String source, ProcessOutput plain, byte[] object,
            CommandReplay.ReplayResult replayed)
            throws IOException {
        byte[] error = Files.readAllBytes(replayed.error());
        if (replayed.exit() != plain.exitCode()) {
            return Optional.of(source + ": exit " + replayed.exit() + " instead of " + plain.exitCode() + ": "
                    + new String(error, StandardCharsets.UTF_8).strip());
        }
        if (!Arrays.equals(error, plain.stderr())) {
            return Optional.of(source + ": diagnostics differ: " + new String(error, StandardCharsets.UTF_8).strip());
        }
        Optional<CommandReplay.ReplayOutput> made = replayed.files().stream()
                .filter(file -> file.path().endsWith("/sample.o"))
                .findFirst();
        if (plain.exitCode() == 0
                && (made.isEmpty() || !Arrays.equals(Files.readAllBytes(made.get().file()), object))) {
            return Optional.of(source + ": objects differ");
        }
        return Optional.empty();
    }
}
