package dev.floe.node.submit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.front.FileStat;
import dev.floe.front.Machine;
import dev.floe.front.RunOutput;
import dev.floe.store.Digest;
import dev.floe.store.FileDigests;
import dev.floe.store.FileStamp;

/** The files of another user, or those of a container or chroot: all is seen through the wrapper's eyes. */
final class WrapperMachine implements Machine {
    private static final long MOST_INPUT_BYTES = 1L << 30;

    private final Hands hands;
    private final FileDigests digests;

    WrapperMachine(Hands hands, FileDigests digests) {
        this.hands = hands;
        this.digests = digests;
    }

    @Override
    public Optional<FileStat> lstat(Path path) throws IOException {
        return hands.lstat(path);
    }

    @Override
    public List<Optional<FileStat>> lstat(List<Path> paths) throws IOException {
        return hands.lstat(paths);
    }

    @Override
    public byte[] read(Path path, long maxBytes) throws IOException {
        return hands.read(path, maxBytes);
    }

    @Override
    public void copy(Path path, long maxBytes, OutputStream to) throws IOException {
        hands.copy(path, maxBytes, to);
    }

    @Override
    public Optional<List<String>> list(Path directory) throws IOException {
        return hands.list(directory);
    }

    @Override
    public Digest digest(Path path, FileStat stat) throws IOException {
        FileStamp stamp = DirectMachine.stamp(stat);
        return digests.digest(path, stamp, file -> {
            Digest digest = Digest.ofBytes(hands.read(file, MOST_INPUT_BYTES));
            FileStat after = hands.lstat(file).orElseThrow(() -> new IOException(file + " has gone while it was read"));
            return new FileDigests.Reading(stamp, digest, DirectMachine.stamp(after));
        });
    }

    @Override
    public RunOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
            throws IOException {
        return hands.run(program, argv, cwd, environment);
    }
}
