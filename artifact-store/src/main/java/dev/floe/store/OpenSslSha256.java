package dev.floe.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * SHA-256 by the system's OpenSSL, where there is one: it uses the processor's own instructions from the first byte,
 * which Java's does only once the slower of its two compilers has got to it. Elsewhere Java's own.
 */
final class OpenSslSha256 extends MessageDigest {
    private static final List<String> LIBRARIES = List.of("libcrypto.so.3", "libcrypto.so.1.1");
    private static final int CONTEXT_LONGS = 32; // an SHA256_CTX is 112 bytes
    private static final int PIECE_BYTES = 1 << 18; // no collection of garbage can begin while one is read
    private static final @Nullable Functions OPENSSL = load();

    private final Functions openssl;
    private final MemorySegment context = MemorySegment.ofArray(new long[CONTEXT_LONGS]);

    private record Functions(MethodHandle begin, MethodHandle update, MethodHandle end) {}

    private OpenSslSha256(Functions openssl) {
        super("SHA-256");
        this.openssl = openssl;
        engineReset();
    }

    static MessageDigest make() {
        Functions openssl = OPENSSL;
        return openssl == null ? ofJava() : new OpenSslSha256(openssl);
    }

    static boolean isNative() {
        return OPENSSL != null;
    }

    static MessageDigest ofJava() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static @Nullable Functions load() {
        if (ADDRESS.byteSize() != JAVA_LONG.byteSize()) {
            return null; // a size_t is shorter
        }
        for (String name : LIBRARIES) {
            try {
                SymbolLookup library = SymbolLookup.libraryLookup(name, Arena.global());
                Optional<MethodHandle> begin = function(library, "SHA256_Init", ADDRESS);
                Optional<MethodHandle> update = function(library, "SHA256_Update", ADDRESS, ADDRESS, JAVA_LONG);
                Optional<MethodHandle> end = function(library, "SHA256_Final", ADDRESS, ADDRESS);
                if (begin.isPresent() && update.isPresent() && end.isPresent()) {
                    return new Functions(begin.get(), update.get(), end.get());
                }
            } catch (IllegalArgumentException | UnsupportedOperationException _) {
                // not on this machine
            }
        }
        return null;
    }

    private static Optional<MethodHandle> function(SymbolLookup library, String name, MemoryLayout... arguments) {
        return library.find(name).map(address -> Linker.nativeLinker().downcallHandle(address,
                FunctionDescriptor.of(JAVA_INT, arguments), Linker.Option.critical(true)));
    }

    @Override
    protected void engineReset() {
        try {
            check((int) openssl.begin().invokeExact(context));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    protected void engineUpdate(byte input) {
        engineUpdate(new byte[]{input}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        MemorySegment bytes = MemorySegment.ofArray(input).asSlice(offset, length);
        try {
            for (long done = 0; done < length; done += PIECE_BYTES) {
                long size = Math.min(PIECE_BYTES, length - done);
                check((int) openssl.update().invokeExact(context, bytes.asSlice(done, size), size));
            }
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    protected byte[] engineDigest() {
        byte[] hash = new byte[Digest.HASH_BYTES];
        try {
            check((int) openssl.end().invokeExact(MemorySegment.ofArray(hash), context));
        } catch (Throwable e) {
            throw failed(e);
        }
        engineReset();
        return hash;
    }

    private static void check(int done) {
        if (done != 1) {
            throw new IllegalStateException("OpenSSL refuses to compute a SHA-256");
        }
    }

    private static AssertionError failed(Throwable e) {
        return new AssertionError("OpenSSL's functions throw nothing", e);
    }
}
