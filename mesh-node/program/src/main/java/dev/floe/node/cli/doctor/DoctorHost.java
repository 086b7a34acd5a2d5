package dev.floe.node.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.floe.node.executor.sandbox.Sandbox;

/** The machine on which {@code floe doctor} runs, as far as its checks look at it; tests have one of their own. */
public interface DoctorHost {
    Map<String, String> environment();

    /** The number of the user that asks. */
    long userId();

    Instant now();

    /** The text of a small file, such as one below /proc; empty if it cannot be read. */
    Optional<String> text(Path file);

    /** What a path leads to; empty if there is nothing. */
    Optional<FileFacts> file(Path path);

    /** Whether this user can execute a file. */
    boolean isExecutable(Path file);

    /** The path without links; the path itself if it leads nowhere. */
    Path real(Path path);

    /** Bytes that this user may write in a directory, or in the one above it that exists. */
    long freeBytes(Path directory);

    /** Whether this user can write in a directory, or in the one above it that exists. */
    boolean isWritable(Path directory);

    /** The network interfaces that are up, without the loopback. */
    List<NetworkLink> links();

    /** Why this machine cannot listen at a TCP port of its own; empty if it can. */
    Optional<String> bindFailure(int port);

    /** The user whose program listens at a TCP port of this machine; empty if none does, or /proc does not say it. */
    OptionalLong listener(int port);

    /** The answer of a node, line by line. */
    List<String> ask(Path socket, String request) throws IOException;

    /** Whether jobs can run in a sandbox. */
    Sandbox.Availability sandbox();

    /** What a compiler is; or why Floe cannot use it. */
    LocalCompilerFacts compiler(Path compiler);

    /**
     * Facts of a file.
     *
     * @param owner number of its user
     * @param mode  permissions, as {@code chmod} has them
     */
    record FileFacts(long owner, int mode, Instant modified) {
        /** Whether others than the owner may read or write it. */
        public boolean isOpenToOthers() {
            return (mode & 0066) != 0;
        }
    }

    /** A network interface with the largest packet that it takes. */
    record NetworkLink(String name, int mtu, boolean pointToPoint) {}

    /** @param obstacle why it cannot be used; empty if it can */
    record LocalCompilerFacts(String description, Optional<String> obstacle) {}
}
