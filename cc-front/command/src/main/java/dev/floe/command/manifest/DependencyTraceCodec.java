package dev.floe.command.manifest;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;

/**
 * Encoding of a {@link DependencyTrace} in a {@link PortableManifest}: its variables, its bits, its key and its place.
 */
final class DependencyTraceCodec {
    private DependencyTraceCodec() {}

    static void write(DependencyTrace trace, DataOutputStream out) throws IOException {
        out.writeInt(trace.variables().answers().size());
        for (Map.Entry<String, String> asked : trace.variables().answers().entrySet()) {
            PortableManifest.text(out, asked.getKey());
            PortableManifest.text(out, asked.getValue());
        }
        PortableManifest.bytes(out, trace.used().toByteArray());
        out.write(trace.key().bytes());
        PortableManifest.text(out, trace.place());
    }

    static DependencyTrace read(DataInputStream in) throws IOException {
        TreeMap<String, String> answers = new TreeMap<>();
        for (int left = PortableManifest.count(in); left > 0; left--) {
            answers.put(PortableManifest.text(in), PortableManifest.text(in));
        }
        byte[] used = PortableManifest.bytes(in);
        if (used.length > DependencyTrace.MAX_FILES / Byte.SIZE) {
            throw new IOException("a trace of more than " + DependencyTrace.MAX_FILES + " files");
        }
        byte[] key = new byte[ActionKey.BYTES];
        in.readFully(key);
        return new DependencyTrace(new QueriedVariables(answers), BitSet.valueOf(used), ActionKey.of(key),
                PortableManifest.text(in));
    }

    static void write(Digest digest, DataOutputStream out) throws IOException {
        out.write(digest.hash());
        out.writeLong(digest.size());
    }

    static Digest digest(DataInputStream in) throws IOException {
        byte[] hash = new byte[Digest.HASH_BYTES];
        in.readFully(hash);
        long size = in.readLong();
        if (size < 0) {
            throw new IOException("a file of " + size + " bytes");
        }
        return Digest.of(hash, size);
    }
}
