package dev.floe.node.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.floe.front.CommandParser;
import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.Family;
import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.front.Invocation;
import dev.floe.front.Plan;
import dev.floe.front.Sharing;
import dev.floe.front.discovery.CompilerDiscovery;
import dev.floe.front.discovery.Directories;
import dev.floe.front.discovery.StandardSearch;
import dev.floe.front.manifest.Manifests;
import dev.floe.front.proof.Lessons;
import dev.floe.node.submit.Submitter.Memory;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.store.Digest;
import dev.floe.store.FileDigests;
import dev.floe.toolchain.ToolchainId;

/** A compile of {@code M.c}, as a submitter has it once it knows the inputs; without the cache. */
final class OneCommand {
    private static final int UMASK = 022;
    private static final String TOOLCHAIN = "a".repeat(64);

    private final Path directory;
    private final CompileCommand command;
    private final InputSet inputs;
    private final FileDigests digests = new FileDigests(100);

    OneCommand(Path directory, String... words) throws IOException {
        this.directory = directory;
        byte[] source = "int m;\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Files.write(directory.resolve("M.c"), source);
        command = parse(directory, List.of(words));
        List<Input> all = new ArrayList<>();
        for (Path at = directory; at.getParent() != null; at = at.getParent()) {
            all.addFirst(new Input.Directory(at, 0755));
        }
        all.add(new Input.File(directory.resolve("M.c"), 0644, Digest.ofBytes(source), 0, false, 0));
        inputs = new InputSet(all);
    }

    /** What the parser makes of a command; no compiler runs. */
    static CompileCommand parse(Path directory, List<String> words) throws IOException {
        Invocation invocation = new Invocation(words, Path.of("/usr/bin/" + words.getFirst()), directory, Map.of(),
                UMASK, Optional.empty());
        DirectMachine machine = new DirectMachine((_, _, _, _) -> {
            throw new IOException("no program is run");
        }, new FileDigests(100));
        Plan plan = CommandParser.parse(invocation, words.getFirst().startsWith("clang") ? Family.CLANG : Family.GCC,
                machine);
        assertThat(plan).as("%s", words).isInstanceOf(Plan.Replay.class);
        return ((Plan.Replay) plan).command();
    }

    CompileCommand command() {
        return command;
    }

    InputSet inputs() {
        return inputs;
    }

    /** Where the object goes. */
    String output() {
        return String.valueOf(command.primaryOutput());
    }

    Offer offer() {
        return Offers.make("test/1", "test", command, new ToolchainId(TOOLCHAIN), inputs, Duration.ofSeconds(1),
                1 << 20,
                new Sharing.None("a test"), false);
    }

    RemoteCompile remote(Deadlines deadlines, Hands hands) {
        return remote(deadlines, hands, Optional.empty());
    }

    /** @param guess what stands for names of its inputs that could not be told; empty if there is none */
    RemoteCompile remote(Deadlines deadlines, Hands hands, Optional<String> guess) {
        Hello hello = new Hello(Hello.Mode.AUTO, "", "", "", directory.toString(), Optional.of(command.invocation()),
                false, false, "gcc",
                command.argv());
        Account account = new Account("test/1", "test", "", hello, Instant.EPOCH);
        Submitter.Site site = (Submitter.Site) Proxy.newProxyInstance(OneCommand.class.getClassLoader(),
                new Class<?>[]{Submitter.Site.class}, (_, method, _) -> {
                    throw new IllegalStateException(method + " is not needed without the cache");
                });
        Directories directories = new Directories(InstantSource.system());
        Memory memory = new Memory(true, "", digests, new CompilerDiscovery(InstantSource.system(), directories),
                directories, new Manifests<>(10, directories), new Manifests<>(10, directories),
                new StandardSearch(InstantSource.system()),
                new Lessons(InstantSource.system()));
        DirectMachine machine = new DirectMachine(hands::run, digests);
        RequestContext request = new RequestContext(site, hands, hello, account, memory);
        CachePolicy off = new CachePolicy(Set.of(), command.sharing());
        ResolvedCommand resolved = new ResolvedCommand(command, new CompilerToolchains.Knowledge.Known(
                new ToolchainId(TOOLCHAIN), "x86_64", 1, Optional.empty()), machine);
        ResultRecorder recorder = new ResultRecorder(request, off, new InputLookup(request, resolved, off),
                Optional.empty(), Optional.empty(), Optional.empty());
        CompileTask task = new CompileTask(command, new Discovery.Found(inputs, false, Optional::empty, guess),
                machine, directories);
        return new RemoteCompile(deadlines, hands, account, task, true, recorder);
    }
}
