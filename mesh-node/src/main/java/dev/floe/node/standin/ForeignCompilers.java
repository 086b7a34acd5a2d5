package dev.floe.node.standin;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.floe.node.environment.Box;
import dev.floe.node.environment.Importer;
import dev.floe.node.environment.Imports;
import dev.floe.node.execute.Limits;
import dev.floe.node.execute.Sandbox;
import dev.floe.node.mesh.state.Machine;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.submit.StandIns;
import dev.floe.node.toolchains.OwnToolchains;
import dev.floe.node.toolchains.Shelf;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.PeerConnections;
import dev.floe.node.wire.StandInMessage.Verdict;
import dev.floe.store.ContentStore;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.find.ToolchainFinder;

/** Both sides of stand-ins on one node: what others have for its compilers, and what its own are worth to others. */
public final class ForeignCompilers implements StandIns {
    private final StandInTable table;
    private final Examiner examiner;
    private final Imports imports;
    private final Importer importer;

    /**
     * @param directory  for samples and verdicts, in the file system of the store
     * @param searchPath where compilers are looked for besides the standard places, separated by colons
     * @param machine    what runs them
     */
    public ForeignCompilers(OwnToolchains compilers, Shelf shelf, Sandbox.Availability sandbox, ContentStore store,
            Limits limits, Supplier<Roster> roster, PeerConnections connections, Path directory, String searchPath,
            Machine machine)
            throws IOException {
        this.table = new StandInTable(compilers, roster, connections, directory.resolve("samples"));
        Box box = new Box(sandbox, store, limits, directory.resolve("questions"));
        this.imports = new Imports(directory.resolve("imports"));
        this.importer = new Importer(box, shelf, imports, directory.resolve("incoming"), runs(machine));
        shelf.keep(id -> imports.find(id).isPresent());
        this.examiner = new Examiner(compilers, shelf,
                new Trial(sandbox, store, limits, directory.resolve("trials")),
                new Kept<>(directory.resolve("verdicts"), Verdict.class), new Examiner.Imported(imports, box),
                Stream.of((searchPath + ":" + ToolchainFinder.STANDARD_PATH).split(":"))
                        .filter(entry -> entry.startsWith("/")).distinct().map(Path::of).toList(),
                runs(machine));
    }

    private static Set<String> runs(Machine machine) {
        Set<String> processors = new HashSet<>(machine.emulated());
        processors.add(machine.architecture());
        return processors;
    }

    /** Whether a node is known to have a stand-in for any compiler of this machine. Asks nobody. */
    public boolean hasStandIn(NodeInfo peer) {
        return table.hasStandIn(peer);
    }

    @Override
    public List<Verdict> of(ToolchainId toolchain, Duration patience) {
        return table.of(toolchain, patience);
    }

    /** What each peer has said of its compilers, by the peer's name. */
    public Map<String, List<Verdict>> all(ToolchainId toolchain) {
        return table.all(toolchain);
    }

    /** Makes toolchains of environments. */
    public Importer importer() {
        return importer;
    }

    /** What was imported. */
    public Imports imports() {
        return imports;
    }

    /** Answers {@code /stand-in}. */
    public void serve(Exchange exchange) throws IOException {
        examiner.serve(exchange);
    }
}
