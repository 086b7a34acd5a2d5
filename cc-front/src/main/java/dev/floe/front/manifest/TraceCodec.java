package dev.floe.front.manifest;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

import dev.floe.store.Digest;
import dev.floe.store.action.ActionKey;

/** Encoding of a {@link Trace} in a {@link SharedManifest}: its variables, its bits, its key and its place. */
final class TraceCodec {
    private TraceCodec() {}

    static void write(Trace trace, DataOutputStream out) throws IOException {
        out.writeInt(trace.variables().answers().size());
        for (Map.Entry<String, String> asked : trace.variables().answers().entrySet()) {
            SharedManifest.text(out, asked.getKey());
            SharedManifest.text(out, asked.getValue());
        }
        SharedManifest.bytes(out, trace.used().toByteArray());
        out.write(trace.key().bytes());
        SharedManifest.text(out, trace.place());
    }

    static Trace read(DataInputStream in) throws IOException {
        TreeMap<String, String> answers = new TreeMap<>();
        for (int left = SharedManifest.count(in); left > 0; left--) {
            answers.put(SharedManifest.text(in), SharedManifest.text(in));
        }
        byte[] used = SharedManifest.bytes(in);
        if (used.length > Trace.MAX_FILES / Byte.SIZE) {
            throw new IOException("a trace of more than " + Trace.MAX_FILES + " files");
        }
        byte[] key = new byte[ActionKey.BYTES];
        in.readFully(key);
        return new Trace(new AskedVariables(answers), BitSet.valueOf(used), ActionKey.of(key), SharedManifest.text(in));
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
