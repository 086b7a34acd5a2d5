package dev.floe.node.submitter.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.observation.PathSet;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.submitter.FramesOfAWrapper;
import dev.floe.node.submitter.compilers.ResolvedCommand;
import dev.floe.node.submitter.remote.CommandSubstitutes;
import dev.floe.node.submitter.remote.PlacementRequestFactory;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.host.DirectHostAccess;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.AskedVariables;
import dev.floe.store.actioncache.ActionResult.ListedDirectories;
import dev.floe.store.actioncache.ActionResult.Observed;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;

/** A request for a compile of {@code M.c}, as its stages have it once the toolchain is known. */
public final class OneRequest implements AutoCloseable {
    static final String OBJECT = "the object";

    final Path directory;
    public final SubmittingNode node;
    public final FramesOfAWrapper wrapper;
    private final HelloFrame hello;
    private final CompileCommand command;
    private final RequestContext context;

    /** A command that {@code FLOE_MODE=auto} leaves to the node, which reads and writes the cache. */
    public OneRequest(Path directory) throws IOException {
        this(directory, HelloFrame.Mode.AUTO, SubmittingNode.BOTH);
    }

    public OneRequest(Path directory, HelloFrame.Mode mode, Set<CacheMode> uses) throws IOException {
        this.directory = directory;
        Files.writeString(directory.resolve("M.c"), "int m;\n");
        node = new SubmittingNode(directory.resolve("node"));
        node.cacheUses = uses;
        wrapper = new FramesOfAWrapper(directory);
        List<String> words = List.of("gcc", "-c", "M.c");
        hello = SubmittingNode.hello(mode, "", directory, Map.of(), words);
        command = OneCommand.parse(directory, words);
        context = node.context(wrapper.client(), hello);
    }

    public RequestContext context() {
        return context;
    }

    /** The same command, called once more. */
    public RequestContext again() {
        return node.context(wrapper.client(), hello);
    }

    public CompileCommand command() {
        return command;
    }

    public ResolvedCommand resolved() {
        return new ResolvedCommand(command, SubmittingNode.RESOLVED, machine());
    }

    public HostAccess machine() {
        return new DirectHostAccess(wrapper.client()::run, node.digests());
    }

    /** The source and what leads to it, as they are now. */
    public InputSet inputs() throws IOException {
        List<Input> inputs = new ArrayList<>();
        for (Path at = directory; at.getParent() != null; at = at.getParent()) {
            inputs.addFirst(new Input.Directory(at, stat(at).permissions()));
        }
        Path source = directory.resolve("M.c");
        inputs.add(new Input.File(source, stat(source).permissions(), machine().digest(source, stat(source)),
                stat(source).mtimeNanos(), false, 0));
        return new InputSet(inputs);
    }

    private FileStat stat(Path path) throws IOException {
        return machine().lstat(path).orElseThrow();
    }

    /** What discovery finds; it watches nothing but the inputs. */
    public DiscoveryResult.InputsFound found() throws IOException {
        return found(false);
    }

    public DiscoveryResult.InputsFound found(boolean readsClock) throws IOException {
        LookupDependencies footprint = new LookupDependencies(HashedNameSet.of(List.of()), List.of(), List.of(),
                Map.of());
        return new DiscoveryResult.InputsFound(inputs(), readsClock, () -> Optional.of(footprint));
    }

    public CompileTask task() throws IOException {
        return new CompileTask(command, found(), machine(), node.directories(), node.memory().checks());
    }

    public CommandCacheKeys keys() throws IOException {
        return CommandCacheKeys.of(OfferFactory.make("", "", command, SubmittingNode.TOOLCHAIN, inputs(),
                Duration.ZERO, 0, command.sharing(), true));
    }

    public PlacementRequestFactory placement() {
        return new PlacementRequestFactory(node.scheduler(), command, SubmittingNode.RESOLVED,
                new CommandSubstitutes(List::of, command, SubmittingNode.TOOLCHAIN.hex(), node.memory(), machine()),
                hello.wantedNode());
    }

    public CachePolicy policy() {
        return new CachePolicy(node.cacheUses, command.sharing());
    }

    /** A result with the object, of a compile that was not observed. */
    public ActionResult result() {
        OutputFile object = new OutputFile("@d/M.o", 0644,
                new ResultContent.Inline(OBJECT.getBytes(StandardCharsets.UTF_8)), "");
        return new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE, List.of(object), "n1",
                Duration.ofSeconds(2));
    }

    /** The same of one that was observed, and looked at the source and in vain for these paths. */
    public ActionResult observedResult(Path... missed) throws IOException {
        return result().observed(observed(missed));
    }

    static Observed observed(Path... missed) throws IOException {
        BitSet source = new BitSet();
        source.set(0);
        return new Observed("", PathSet.encode(List.of(missed).stream().map(path -> "@d/" + path).toList()),
                new AskedVariables(List.of(), List.of()), List.of(),
                new ListedDirectories(PathSet.encode(List.of()), PathSet.encode(List.of())), source.toByteArray());
    }

    /** Puts a result into the node's cache. */
    public void keep(ActionKey key, ActionResult result) {
        node.cache().keepCopy(key, result);
    }

    @Override
    public void close() throws IOException {
        wrapper.close();
        node.close();
    }
}
