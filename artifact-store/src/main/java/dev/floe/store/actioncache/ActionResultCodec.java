package dev.floe.store.actioncache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult.AskedVariables;
import dev.floe.store.actioncache.ActionResult.ListedDirectories;
import dev.floe.store.actioncache.ActionResult.Observed;
import dev.floe.store.actioncache.ActionResult.OutputFile;

/**
 * An {@link ActionResult} as bytes, the same on the disk and on the wire: a version, then its fields in order, numbers
 * big-endian, strings and byte arrays after their length as four bytes. All lengths are checked before memory is taken.
 * Version 2 is version 1 with the seal behind it; version 3 is version 1 with the observation and then the seal, which
 * may be empty, behind it. A result is written in the lowest version that has room for it.
 */
public final class ActionResultCodec {
    /** More than this is not a result. */
    public static final int MAX_BYTES = 16 << 20;

    private static final int PLAIN = 1;
    private static final int SEALED = 2;
    private static final int OBSERVED = 3;
    private static final int MAX_NAMES = 10_000;
    private static final int MAX_FILES = 10_000;
    /** No other signature of a mesh begins so. */
    private static final byte[] PURPOSE = "floe/result\0".getBytes(StandardCharsets.US_ASCII);
    private static final int INLINE = 0;
    private static final int STORED = 1;

    private ActionResultCodec() {}

    public static byte[] encode(ActionResult result) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            int version = version(result);
            out.writeByte(version);
            content(out, result.output());
            content(out, result.error());
            out.writeInt(result.files().size());
            for (OutputFile file : result.files()) {
                array(out, file.path().getBytes(StandardCharsets.UTF_8));
                out.writeInt(file.mode());
                content(out, file.content());
                array(out, file.form().getBytes(StandardCharsets.UTF_8));
            }
            array(out, result.maker().getBytes(StandardCharsets.UTF_8));
            out.writeLong(result.compute().toMillis());
            Observed observed = result.observed();
            if (observed != null) {
                observed(out, observed);
            }
            if (version != PLAIN) {
                array(out, result.seal().bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if the bytes are not a whole result */
    public static ActionResult decode(byte[] bytes) throws IOException {
        if (bytes.length > MAX_BYTES) {
            throw new IOException("a result of " + bytes.length + " bytes is refused");
        }
        ByteArrayInputStream rest = new ByteArrayInputStream(bytes);
        DataInputStream in = new DataInputStream(rest);
        int version = in.readUnsignedByte();
        if (version < PLAIN || version > OBSERVED) {
            throw new IOException("a result of version " + version + ", not " + PLAIN + " to " + OBSERVED);
        }
        ResultContent output = content(in);
        ResultContent error = content(in);
        int count = in.readInt();
        if (count < 0 || count > MAX_FILES) {
            throw new IOException("a result of " + count + " files is refused");
        }
        List<OutputFile> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(new OutputFile(text(in), in.readInt(), content(in), text(in)));
        }
        String maker = text(in);
        Duration compute = Duration.ofMillis(in.readLong());
        Observed observed = version == OBSERVED ? observed(in) : null;
        ResultSignature seal = version == PLAIN ? ResultSignature.NONE : seal(in, version == OBSERVED);
        ActionResult result = new ActionResult(output, error, files,
                new ActionResult.ResultOrigin(maker, compute, seal), observed);
        if (rest.available() > 0) {
            throw new IOException("a result with " + rest.available() + " bytes behind its end");
        }
        return result;
    }

    /** Whether this is a result in a version of a later release, which {@link #decode} refuses. */
    static boolean isOfLaterVersion(byte[] bytes) {
        return bytes.length > 0 && Byte.toUnsignedInt(bytes[0]) > OBSERVED;
    }

    private static int version(ActionResult result) {
        if (result.observed() != null) {
            return OBSERVED;
        }
        return result.seal().isNone() ? PLAIN : SEALED;
    }

    /** What a signature of a result covers: its key and all of it but the seal. */
    public static byte[] toSign(ActionKey key, ActionResult result) {
        byte[] encoded = encode(result.sealed(ResultSignature.NONE));
        return ByteBuffer.allocate(PURPOSE.length + ActionKey.BYTES + encoded.length).put(PURPOSE).put(key.bytes())
                .put(encoded).array();
    }

    private static void observed(DataOutputStream out, Observed observed) throws IOException {
        array(out, observed.gap().getBytes(StandardCharsets.UTF_8));
        array(out, observed.missed());
        for (List<String> names : List.of(observed.missingVariables(), observed.presentVariables(),
                observed.queries())) {
            out.writeInt(names.size());
            for (String name : names) {
                array(out, name.getBytes(StandardCharsets.UTF_8));
            }
        }
        array(out, observed.listed());
        array(out, observed.listedNames());
        array(out, observed.used());
    }

    private static Observed observed(DataInputStream in) throws IOException {
        return new Observed(text(in), array(in), new AskedVariables(names(in), names(in)), names(in),
                new ListedDirectories(array(in), array(in)), array(in));
    }

    private static List<String> names(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_NAMES) {
            throw new IOException("a result with " + count + " names is refused");
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(text(in));
        }
        return names;
    }

    private static ResultSignature seal(DataInputStream in, boolean mayBeNone) throws IOException {
        byte[] bytes = array(in);
        if (bytes.length == 0 && mayBeNone) {
            return ResultSignature.NONE;
        }
        if (bytes.length == 0 || bytes.length > ResultSignature.MAX_BYTES) {
            throw new IOException("a seal of " + bytes.length + " bytes");
        }
        return new ResultSignature(bytes);
    }

    private static void content(DataOutputStream out, ResultContent content) throws IOException {
        switch (content) {
            case ResultContent.Inline(byte[] bytes) -> {
                out.writeByte(INLINE);
                array(out, bytes);
            }
            case ResultContent.Stored(Digest digest) -> {
                out.writeByte(STORED);
                out.write(digest.hash());
                out.writeLong(digest.size());
            }
        }
    }

    private static ResultContent content(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        if (kind == INLINE) {
            return new ResultContent.Inline(array(in));
        }
        if (kind != STORED) {
            throw new IOException("content of kind " + kind);
        }
        byte[] hash = new byte[Digest.HASH_BYTES];
        in.readFully(hash);
        long size = in.readLong();
        if (size < 0) {
            throw new IOException("content of " + size + " bytes");
        }
        return new ResultContent.Stored(Digest.of(hash, size));
    }

    private static void array(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] array(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("an array of " + Integer.toUnsignedLong(length) + " bytes does not fit its result");
        }
        return in.readNBytes(length);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(array(in), StandardCharsets.UTF_8);
    }
}
