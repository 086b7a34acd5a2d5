package dev.floe.node.web.access;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Whose a connection over the loopback is, as the kernel lists it ({@code /proc/net/tcp}, proc(5)). Only an established
 * connection with a socket counts: the kernel lists one that its client has closed as root's.
 */
public final class SocketOwners {
    private static final String ESTABLISHED = "01";
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int USER = 7;
    private static final int INODE = 9;

    private final List<Path> tables;
    private final ByteOrder order;

    public SocketOwners() {
        this(Path.of("/proc/net"), ByteOrder.nativeOrder());
    }

    SocketOwners(Path directory, ByteOrder order) {
        this.tables = List.of(directory.resolve("tcp"), directory.resolve("tcp6"));
        this.order = order;
    }

    /** The id of the user who has connected from {@code client} to {@code server}; empty if the kernel does not say. */
    public OptionalLong find(InetSocketAddress client, InetSocketAddress server) {
        for (Path table : tables) {
            try (BufferedReader lines = Files.newBufferedReader(table)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] words = line.strip().split("\\s+");
                    if (words.length > INODE && words[STATE].equals(ESTABLISHED) && !words[INODE].equals("0")
                            && is(words[LOCAL], client) && is(words[REMOTE], server)) {
                        return OptionalLong.of(Long.parseLong(words[USER]));
                    }
                }
            } catch (IOException | NumberFormatException _) {
                // no such table: no IPv6, or no /proc
            }
        }
        return OptionalLong.empty();
    }

    private boolean is(String word, InetSocketAddress address) {
        return word.equals(hex(address, false)) || word.equals(hex(address, true));
    }

    /** An address as the tables have it: words of 32 bits in the machine's order. */
    private String hex(InetSocketAddress address, boolean mapped) {
        InetAddress host = address.getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(mapped && host instanceof Inet4Address
                ? ByteBuffer.allocate(16).putInt(8, 0xffff).put(12, host.getAddress()).array()
                : host.getAddress()).order(order);
        StringBuilder text = new StringBuilder(40);
        while (bytes.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", bytes.getInt()));
        }
        return text.append(String.format(Locale.ROOT, ":%04X", address.getPort())).toString();
    }
}
