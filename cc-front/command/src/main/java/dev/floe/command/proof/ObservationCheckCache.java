package dev.floe.command.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;

import dev.floe.command.CompileCommand;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.store.BoundedMap;
import dev.floe.store.Digest;
import dev.floe.store.changes.LookSnapshot;

/**
 * Remembers that nothing of what a compile missed is there, for as long as the kernel reports no change of it. Bounded,
 * safe for threads.
 */
public final class ObservationCheckCache {
    private final Map<Digest, LookSnapshot> proven;

    /** @param capacity how many observations */
    public ObservationCheckCache(int capacity) {
        this.proven = BoundedMap.concurrent(capacity);
    }

    /**
     * The key of an observation of one command.
     *
     * @param parts all of the observation that names files, encoded
     */
    public static Digest key(CompileCommand command, byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        String environment = command.invocation().environment().get("HOME") + '\0'
                + command.invocation().environment().get("PATH") + '\0' + command.sharing();
        bytes.writeBytes((ManifestKey.of(command, "") + environment).getBytes(UTF_8));
        for (byte[] part : parts) {
            bytes.write(0);
            bytes.writeBytes(String.valueOf(part.length).getBytes(UTF_8));
            bytes.write(0);
            bytes.writeBytes(part);
        }
        return Digest.ofBytes(bytes.toByteArray());
    }

    /** Whether nothing of it is known to be still not there. */
    public boolean isProven(Digest key) {
        LookSnapshot seen = proven.get(key);
        return seen != null && seen.isCurrent();
    }

    void add(Digest key, Optional<LookSnapshot> seen) {
        seen.ifPresentOrElse(snapshot -> proven.put(key, snapshot), () -> proven.remove(key));
    }
}
