package dev.floe.command.wrapper;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A frame from the wrapper; its payload is taken from front to back. */
record Frame(int type, ByteBuffer payload) {
    static final int HELLO = 0x01, STAT = 0x10, READ = 0x11, RUN = 0x12, OPEN = 0x13, COMMIT = 0x14, DISCARD = 0x15,
            PRINT = 0x16,
            EXIT = 0x17, EXEC = 0x18, ALIVE = 0x19, STATS = 0x20, FILE = 0x21, CHUNK = 0x22, END = 0x23, RAN = 0x24,
            DONE = 0x25;

    /** How OPEN treats a target that exists. */
    static final int REPLACE = 0, THROUGH = 1, AS = 2;

    /** Flags of EXEC. */
    static final int KEEP_SOCKET = 1, MARK_ACTIVE = 2;

    byte[] raw() {
        byte[] bytes = new byte[payload.getInt()];
        payload.get(bytes);
        return bytes;
    }

    byte[] rest() {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    String str() {
        return new String(raw(), StandardCharsets.UTF_8);
    }

    List<String> list() {
        var strings = new ArrayList<String>();
        for (int n = payload.getInt(); n > 0; n--)
            strings.add(str());
        return strings;
    }

    Stat stat() {
        return new Stat(payload.getInt(), payload.getInt(), payload.getLong(), payload.getLong(), payload.getLong(),
                payload.getLong(), payload.getInt(), payload.getLong(), payload.getInt());
    }

    record Stat(int errno, int mode, long dev, long ino, long size, long mtime, int mtimeNanos, long ctime,
            int ctimeNanos) {}

    record Hello(int magic, int version, int flags, int columns, int rows, int umask, int session,
            long sessionStart, String mode, String node,
            String compiler,
            String directory, String view,
            List<String> argv, List<String> environment) {}

    Hello hello() {
        return new Hello(payload.getInt(), payload.getShort(), payload.getShort(), payload.getShort(),
                payload.getShort(), payload.getInt(), payload.getInt(), payload.getLong(), str(), str(),
                str(), str(), str(),
                list(), list());
    }
}
