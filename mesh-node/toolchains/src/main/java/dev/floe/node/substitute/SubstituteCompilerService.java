package dev.floe.node.substitute;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.submitter.compilers.SubstituteCompilers;
import dev.floe.node.toolchains.LocalCompilerToolchains;
import dev.floe.node.toolchains.imported.ImportedToolchains;
import dev.floe.node.toolchains.imported.SandboxedCommandRunner;
import dev.floe.node.toolchains.imported.ToolchainImporter;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.locate.ToolchainFinder;

/** Both sides of substitute compilers on one node: those of peers for its compilers, and its own for those of peers. */
public final class SubstituteCompilerService implements SubstituteCompilers {
    private final SubstituteCompilerTable table;
    private final SandboxedCommandRunner box;
    private final CompilerMatcher examiner;
    private final ImportedToolchains imports;
    private final ToolchainImporter importer;

    /**
     * @param directory  for samples and verdicts, in the file system of the store
     * @param searchPath where compilers are looked for besides the standard places, separated by colons
     * @param machine    what runs them
     */
    public SubstituteCompilerService(LocalCompilerToolchains compilers, ToolchainStore toolchainStore,
            LocalSandbox sandbox, ContentStore store,
            JobLimits limits, Supplier<Roster> roster, PeerConnections connections, Path directory, String searchPath,
            MachineInfo machine) {
        this.table = new SubstituteCompilerTable(compilers, roster, connections, directory.resolve("samples"));
        this.box = new SandboxedCommandRunner(sandbox, store, limits, directory.resolve("questions"));
        this.imports = new ImportedToolchains(directory.resolve("imports"));
        this.importer = new ToolchainImporter(box, toolchainStore, imports, directory.resolve("incoming"),
                runs(machine));
        toolchainStore.pin(id -> imports.find(id).isPresent());
        this.examiner = new CompilerMatcher(compilers, toolchainStore,
                new SampleVerifier(sandbox, store, limits, directory.resolve("trials")),
                new MessageFileCache<>(directory.resolve("verdicts"), CompatibilityResult.class),
                new CompilerMatcher.Imported(imports, box), new CompilerMatcher.SearchScope(
                        Stream.of((searchPath + ":" + ToolchainFinder.STANDARD_PATH).split(":"))
                                .filter(entry -> entry.startsWith("/")).distinct().map(Path::of).toList(),
                        runs(machine)));
    }

    /** Reads what was imported, and makes the directories. */
    public void start() throws IOException {
        imports.start();
        box.start();
        importer.start();
    }

    private static Set<String> runs(MachineInfo machine) {
        Set<String> processors = new HashSet<>(machine.emulated());
        processors.add(machine.architecture());
        return processors;
    }

    /** Whether a node is known to have a substitute for any compiler of this machine. Sends no request. */
    public boolean hasStandIn(NodeInfo peer) {
        return table.hasStandIn(peer);
    }

    @Override
    public List<CompatibilityResult> of(ToolchainId toolchain, Duration patience) {
        return table.of(toolchain, patience);
    }

    /** What each peer has said of its compilers, by the peer's name. */
    public Map<String, List<CompatibilityResult>> all(ToolchainId toolchain) {
        return table.all(toolchain);
    }

    /** Makes toolchains of environments. */
    public ToolchainImporter importer() {
        return importer;
    }

    /** What was imported. */
    public ImportedToolchains imports() {
        return imports;
    }

    /** Answers {@code /stand-in}. */
    public void serve(PeerStream exchange) throws IOException {
        examiner.serve(exchange);
    }
}
