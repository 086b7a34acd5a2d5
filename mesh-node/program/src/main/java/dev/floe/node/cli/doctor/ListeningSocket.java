package dev.floe.node.cli.doctor;

import java.util.OptionalLong;

/** The listening TCP sockets in a line of /proc/net/tcp (proc_net_tcp(5)). */
final class ListeningSocket {
    private static final String LISTENS = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int USER = 7;

    private ListeningSocket() {}

    /** The user of the socket of a line if it listens at that port; empty otherwise. */
    static OptionalLong of(String line, int port) {
        String[] words = line.strip().split("\\s+");
        if (words.length <= USER || !words[STATE].equals(LISTENS)
                || !words[LOCAL_ADDRESS].endsWith(":" + String.format("%04X", port))) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(words[USER]));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }
}
