package dev.floe.node.executor.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

import dev.floe.node.executor.sandbox.CommandReplay.ReplayOutput;
import dev.floe.node.rpc.messages.SubstituteCompiler;
import dev.floe.toolchain.elf.IdentRewriter;

/** Has outputs signed as the command's own compiler would have signed them. */
final class OutputIdentRewriter {
    private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 8;
    /** Held while a file is in memory, so that the largest of all jobs at once fit. */
    private static final ReentrantLock MEMORY = new ReentrantLock();

    private OutputIdentRewriter() {}

    /**
     * @throws IOException if an object is laid out in a way that does not allow it, or too large for this node's memory
     */
    static List<ReplayOutput> exchange(List<ReplayOutput> files, SubstituteCompiler standIn) throws IOException {
        if (standIn.signed().equals(standIn.sign()) || standIn.sign().isEmpty()) {
            return files;
        }
        List<ReplayOutput> signed = new ArrayList<>();
        for (ReplayOutput file : files) {
            String name = file.path().toLowerCase(Locale.ROOT);
            signed.add(name.endsWith(".s") || isElf(file) ? exchange(file, name.endsWith(".s"), standIn) : file);
        }
        return signed;
    }

    private static ReplayOutput exchange(ReplayOutput file, boolean assembly, SubstituteCompiler standIn)
            throws IOException {
        if (file.size() > MAX_BYTES) {
            throw new IOException(file.path() + " is too large to be signed: " + file.size() + " bytes");
        }
        MEMORY.lock();
        try {
            byte[] bytes = Files.readAllBytes(file.file());
            return written(file, assembly
                    ? IdentRewriter.rewriteAssembly(bytes, standIn.signed(), standIn.sign())
                    : IdentRewriter.rewriteObject(bytes, standIn.signed(), standIn.sign()));
        } finally {
            MEMORY.unlock();
        }
    }

    private static boolean isElf(ReplayOutput file) throws IOException {
        try (var in = Files.newInputStream(file.file())) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
        }
    }

    private static ReplayOutput written(ReplayOutput file, byte[] bytes) throws IOException {
        Files.write(file.file(), bytes);
        return new ReplayOutput(file.path(), file.file(), file.mode(), bytes.length);
    }
}
