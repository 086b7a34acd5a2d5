package dev.floe.node.submitter.wrapper.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.ProcessOutput;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.store.changes.FileChangeMonitor;
import dev.floe.store.changes.LookSnapshotBuilder;

/** One request's view of watched files, which counts how often something is looked at. Runs no program. */
public final class CountingHostAccess implements HostAccess {
    private final DirectHostAccess direct;
    private int looks;

    public CountingHostAccess(FileDigestCache digests, FileChangeMonitor monitor) {
        this.direct = new DirectHostAccess((_, _, _, _) -> {
            throw new IOException("no program is run");
        }, digests).watched(monitor);
    }

    public int looks() {
        return looks;
    }

    @Override
    public Optional<FileStat> lstat(Path path) throws IOException {
        looks++;
        return direct.lstat(path);
    }

    @Override
    public Optional<FileStat> lstatNow(Path path) throws IOException {
        looks++;
        return direct.lstatNow(path);
    }

    @Override
    public byte[] read(Path path, long maxBytes) throws IOException {
        return direct.read(path, maxBytes);
    }

    @Override
    public Optional<List<String>> list(Path path) throws IOException {
        return direct.list(path);
    }

    @Override
    public Digest digest(Path path, FileStat stat) throws IOException {
        return direct.digest(path, stat);
    }

    @Override
    public Optional<LookSnapshotBuilder> newSnapshot() {
        return direct.newSnapshot();
    }

    @Override
    public void refresh() {
        direct.refresh();
    }

    @Override
    public boolean isUnchanged() {
        return direct.isUnchanged();
    }

    @Override
    public ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
            throws IOException {
        return direct.run(program, argv, cwd, environment);
    }
}
