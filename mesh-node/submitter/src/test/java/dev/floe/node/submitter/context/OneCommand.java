package dev.floe.node.submitter.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CacheScope;
import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.discovery.CompileInputDiscovery;
import dev.floe.command.discovery.DefaultHeaderSearchPath;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.command.proof.ExtraInputsCache;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.UnstartedServices;
import dev.floe.node.submitter.cache.InputLookup;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.compilers.FileViewer;
import dev.floe.node.submitter.compilers.ResolvedCommand;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.submitter.remote.RemoteJobClient;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.node.submitter.wrapper.host.DirectHostAccess;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;

/** A compile of {@code M.c}, as a submitter has it once it knows the inputs; without the cache. */
public final class OneCommand {
    private static final int UMASK = 022;
    private static final String TOOLCHAIN = "a".repeat(64);

    private final Path directory;
    private final CompileCommand command;
    private final InputSet inputs;
    private @Nullable JobRecordBuilder account; // of the last remote job
    private final FileDigestCache digests = new FileDigestCache(100);

    public OneCommand(Path directory, String... words) throws IOException {
        this.directory = directory;
        byte[] source = "int m;\n".getBytes(StandardCharsets.UTF_8);
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
    public static CompileCommand parse(Path directory, List<String> words) throws IOException {
        Invocation invocation = new Invocation(words, Path.of("/usr/bin/" + words.getFirst()), directory, Map.of(),
                UMASK, Optional.empty());
        DirectHostAccess machine = new DirectHostAccess((_, _, _, _) -> {
            throw new IOException("no program is run");
        }, new FileDigestCache(100));
        CommandPlan plan = CommandClassifier.parse(invocation,
                words.getFirst().startsWith("clang") ? CompilerFamily.CLANG : CompilerFamily.GCC,
                machine);
        assertThat(plan).as("%s", words).isInstanceOf(CommandPlan.Replay.class);
        return ((CommandPlan.Replay) plan).command();
    }

    CompileCommand command() {
        return command;
    }

    public InputSet inputs() {
        return inputs;
    }

    /** Where the object goes. */
    public String output() {
        return String.valueOf(command.primaryOutput());
    }

    public Offer offer() {
        return OfferFactory.make("test/1", "test", command, new ToolchainId(TOOLCHAIN), inputs, Duration.ofSeconds(1),
                1 << 20,
                new CacheScope.None("a test"), false);
    }

    /** The record of the job that {@link #remote} has made last. */
    public JobRecordBuilder account() {
        return Objects.requireNonNull(account, "no remote job yet");
    }

    public RemoteJobClient remote(TimeoutScheduler deadlines, WrapperClient wrapper) throws IOException {
        return remote(deadlines, wrapper, Optional.empty());
    }

    /** @param guess what stands for names of its inputs that could not be told; empty if there is none */
    public RemoteJobClient remote(TimeoutScheduler deadlines, WrapperClient wrapper, Optional<String> guess)
            throws IOException {
        HelloFrame hello = new HelloFrame(HelloFrame.Mode.AUTO, "", "", "", directory.toString(),
                Optional.of(command.invocation()),
                false, false, "gcc",
                command.argv());
        account = new JobRecordBuilder("test/1", "test", "", hello, Instant.EPOCH);
        DirectoryListingCache directories = new DirectoryListingCache(InstantSource.system());
        SubmitterCaches memory = new SubmitterCaches(new FileViewer(true, ""), digests,
                new CompileInputDiscovery(InstantSource.system(), directories), directories,
                CommandMemory.of(10, directories),
                new CompilerMemory(new DefaultHeaderSearchPath(InstantSource.system()),
                        new ExtraInputsCache(InstantSource.system())));
        DirectHostAccess machine = new DirectHostAccess(wrapper::run, digests);
        RequestContext request = new RequestContext(UnstartedServices.in(directory), wrapper, hello, account, memory);
        CachePolicy off = new CachePolicy(Set.of(), command.sharing());
        ResolvedCommand resolved = new ResolvedCommand(command, new ToolchainResolver.Resolution.Resolved(
                new ToolchainId(TOOLCHAIN), ToolchainFamily.GCC, "x86_64", 1, Optional.empty()), machine);
        ResultRecorder recorder = new ResultRecorder(request, off, new InputLookup(request, resolved, off),
                Optional.empty(), Optional.empty(), Optional.empty());
        CompileTask task = new CompileTask(command,
                new DiscoveryResult.InputsFound(inputs, false, Optional::empty, guess),
                machine, directories, memory.checks());
        return new RemoteJobClient(deadlines, wrapper, account, task, true, recorder);
    }
}
