package dev.floe.node.submitter.roots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.FailureText;
import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.descriptors.RootDirectory;

/**
 * Decides whether the node reads below a root that a wrapper has passed. It must be able to open nothing that the
 * wrapper could not open itself: both have one user, and a node whose capabilities override the permissions of files
 * reads only for processes that have one of them too.
 */
public final class RootAdmission {
    private static final Logger LOG = LogManager.getLogger(RootAdmission.class);
    // Each of them lets a process read all files; containers have the first by default.
    private static final int CAP_DAC_OVERRIDE = 1;
    private static final int CAP_DAC_READ_SEARCH = 2;
    private static final long OVERRIDING = 1L << CAP_DAC_OVERRIDE | 1L << CAP_DAC_READ_SEARCH;
    private static final String EFFECTIVE = "CapEff:";

    private final Path processes;
    private final Path self;

    public RootAdmission() {
        this(Path.of("/proc"), Path.of("/proc/self"));
    }

    /**
     * @param processes where the system shows its processes
     * @param self      where it shows this one
     */
    RootAdmission(Path processes, Path self) {
        this.processes = processes;
        this.self = self;
    }

    /**
     * A root that may be read; otherwise the descriptor is closed.
     *
     * @param passed  what came from a wrapper of the node's own user
     * @param view    what the wrapper says of its root; see {@link dev.floe.node.submitter.wrapper.host.FileSystemView}
     * @param process the wrapper's number; 0 if it is unknown
     */
    public Optional<UserRoot> admit(OpenDescriptor passed, String view, int process) {
        try {
            if (coversOwnCapabilities(process)) {
                RootDirectory root = new RootDirectory(passed);
                String place = Long.toUnsignedString(root.stamp().dev()) + ":"
                        + Long.toUnsignedString(root.stamp().ino());
                if (view.endsWith(" " + place)) {
                    return Optional.of(new UserRoot(root, view + " " + root.mountId()));
                }
            }
        } catch (IOException e) {
            LOG.debug("the root of a wrapper is not read: {}", FailureText.of(e));
        }
        passed.close();
        return Optional.empty();
    }

    private boolean coversOwnCapabilities(int process) throws IOException {
        if ((capabilities(self) & OVERRIDING) == 0) {
            return true;
        }
        Path peer = processes.resolve(Integer.toString(process));
        // Capabilities in another user namespace are other capabilities.
        return process > 0 && Files.readSymbolicLink(peer.resolve("ns/user"))
                .equals(Files.readSymbolicLink(self.resolve("ns/user"))) && (capabilities(peer) & OVERRIDING) != 0;
    }

    private static long capabilities(Path process) throws IOException {
        for (String line : Files.readAllLines(process.resolve("status"))) {
            if (line.startsWith(EFFECTIVE)) {
                return HexFormat.fromHexDigitsToLong(line.substring(EFFECTIVE.length()).strip());
            }
        }
        throw new IOException(process + " shows no capabilities");
    }
}
