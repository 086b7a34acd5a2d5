package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

import dev.floe.node.execute.Replay.Output;
import dev.floe.node.wire.JobMessage.StandIn;
import dev.floe.toolchain.elf.Ident;

/** Has outputs signed as the command's own compiler would have signed them. */
final class Signatures {
    private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 8;
    /** Held while a file is in memory, so that the largest of all jobs at once fit. */
    private static final ReentrantLock MEMORY = new ReentrantLock();

    private Signatures() {}

    /** @throws IOException if an object is laid out in a way that does not allow it, or too large for this node's memory */
    static List<Output> exchange(List<Output> files, StandIn standIn) throws IOException {
        if (standIn.signed().equals(standIn.sign()) || standIn.sign().isEmpty()) {
            return files;
        }
        List<Output> signed = new ArrayList<>();
        for (Output file : files) {
            String name = file.path().toLowerCase(Locale.ROOT);
            signed.add(name.endsWith(".s") || isElf(file) ? exchange(file, name.endsWith(".s"), standIn) : file);
        }
        return signed;
    }

    private static Output exchange(Output file, boolean assembly, StandIn standIn) throws IOException {
        if (file.size() > MAX_BYTES) {
            throw new IOException(file.path() + " is too large to be signed: " + file.size() + " bytes");
        }
        MEMORY.lock();
        try {
            byte[] bytes = Files.readAllBytes(file.file());
            return written(file, assembly
                    ? Ident.inAssembly(bytes, standIn.signed(), standIn.sign())
                    : Ident.inObject(bytes, standIn.signed(), standIn.sign()));
        } finally {
            MEMORY.unlock();
        }
    }

    private static boolean isElf(Output file) throws IOException {
        try (var in = Files.newInputStream(file.file())) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
        }
    }

    private static Output written(Output file, byte[] bytes) throws IOException {
        Files.write(file.file(), bytes);
        return new Output(file.path(), file.file(), file.mode(), bytes.length);
    }
}
