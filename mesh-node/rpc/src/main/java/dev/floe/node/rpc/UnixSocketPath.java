package dev.floe.node.rpc;

import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import dev.floe.node.rpc.UnixSocketServer.SocketSettings;
import dev.floe.store.FailureText;

/** The path at which a server listens: free, in a directory that exists, and with the permissions of its settings. */
public record UnixSocketPath(SocketSettings settings) {
    /**
     * Makes the directory, and removes a socket that a process has left.
     *
     * @throws IOException if another process listens there, or something else is there; the message says which
     */
    public void prepare() throws IOException {
        Path directory = settings.path().toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString(settings.everyone() ? "rwxr-xr-x" : "rwx------")));
        }
        removeStale();
    }

    /** @throws IOException if another process listens at the path; the message says so */
    public void checkFree() throws IOException {
        if (!Files.exists(settings.path())) {
            return;
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(settings.path()))) {
            throw new IOException(settings.listener() + " listens on " + settings.path()
                    + "; stop it, or choose another socket with " + settings.option());
        } catch (SocketException _) {
            // left by a process that is gone
        }
    }

    private void removeStale() throws IOException {
        Path path = settings.path();
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                || Files.isSymbolicLink(path)) {
            throw new IOException(path + " is no socket; choose another path with " + settings.option());
        }
        checkFree();
        Files.deleteIfExists(path);
    }

    /** Lets those connect who may. */
    public void setPermissions() throws IOException {
        Files.setPosixFilePermissions(settings.path(),
                PosixFilePermissions.fromString(settings.everyone() ? "rw-rw-rw-" : "rw-------"));
    }

    /** Why nobody listens at the path. */
    public IOException unusable(IOException why) {
        return new IOException("cannot " + settings.use() + " " + settings.path() + ": " + FailureText.of(why)
                + "; choose another with " + settings.option(), why);
    }

    /** For the thread that accepts connections. */
    public String threadName() {
        return "floe-socket " + settings.path().getFileName();
    }
}
