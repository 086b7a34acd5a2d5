package dev.floe.node.submitter.wrapper.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.ProcessOutput;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.store.FileStamp;

/** The files of another user, or those of a container or chroot: all is seen through the wrapper's eyes. */
public final class WrapperHostAccess implements HostAccess {
    private static final long MAX_INPUT_BYTES = 1L << 30;

    private final WrapperClient wrapper;
    private final FileDigestCache digests;

    public WrapperHostAccess(WrapperClient wrapper, FileDigestCache digests) {
        this.wrapper = wrapper;
        this.digests = digests;
    }

    @Override
    public Optional<FileStat> lstat(Path path) throws IOException {
        return wrapper.lstat(path);
    }

    @Override
    public List<Optional<FileStat>> lstat(List<Path> paths) throws IOException {
        return wrapper.lstat(paths);
    }

    @Override
    public byte[] read(Path path, long maxBytes) throws IOException {
        return wrapper.read(path, maxBytes);
    }

    @Override
    public void copy(Path path, long maxBytes, OutputStream to) throws IOException {
        wrapper.copy(path, maxBytes, to);
    }

    @Override
    public Optional<List<String>> list(Path directory) throws IOException {
        return wrapper.list(directory);
    }

    @Override
    public Digest digest(Path path, FileStat stat) throws IOException {
        FileStamp stamp = stat.stamp();
        return digests.digest(path, stamp, file -> wrapper.digest(file, stamp, MAX_INPUT_BYTES));
    }

    @Override
    public ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
            throws IOException {
        return wrapper.run(program, argv, cwd, environment);
    }
}
