package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whom the wrapper obeys, for each way to find the socket. Runs as root, in a mount namespace with a {@code /run} of
 * its own, with users that need not exist.
 */
final class WrapperPeerTest {
    private static final int ROOT = 0;
    private static final int USER = 61001;
    private static final int OTHER = 61002;
    private static final int OBEYED = 33;

    @TempDir
    Path directory;
    private Workshop shop;
    private Path peer;

    /** A way to find the socket: its path and the environment that leads there. */
    enum Way {
        FLOE_SOCKET("{dir}/node.sock", "FLOE_SOCKET={dir}/node.sock"), RUNTIME_DIRECTORY("{dir}/floe/node.sock",
                "XDG_RUNTIME_DIR={dir}"), RUN_USER("/run/user/{uid}/floe/node.sock", "A=B"), DATA_HOME(
                        "{dir}/floe/node.sock", "XDG_DATA_HOME={dir}"), HOME("{dir}/.local/share/floe/node.sock",
                                "HOME={dir}"), SYSTEM("/run/floe/node.sock", "A=B");

        private final String socket;
        private final String environment;

        Way(String socket, String environment) {
            this.socket = socket;
            this.environment = environment;
        }
    }

    @BeforeEach
    void build() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, for sockets of several users");
        shop = new Workshop(directory).without("FLOE_SOCKET").with("FLOE_VERBOSE", "1");
        peer = Workshop.build("peer.c", directory.resolve("peer"));
        assumeTrue(inNamespace("true", "true").code() == 0, "needs the right to make a mount namespace");
    }

    /** Runs a script that begins with an empty {@code /run}; what it has started ends with it. */
    private Workshop.Ended inNamespace(String prepare, String command) throws IOException, InterruptedException {
        Path script = Files.writeString(directory.resolve("script"),
                "set -e\nmount -t tmpfs -o mode=755 none /run\n" + prepare + "\n" + command + "\n");
        return shop.start("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
                "/bin/sh", script.toString()).end();
    }

    private static String as(int user) {
        return "setpriv --reuid=" + user + " --regid=" + user + " --clear-groups ";
    }

    /** How a wrapper ends that finds a node; the directory of the socket is the node's user's. */
    private Workshop.Ended meet(Way way, int wrapper, int node) throws Exception {
        String socket = spell(way.socket, wrapper);
        String parent = Path.of(socket).getParent().toString();
        return run("mkdir -p " + parent + "; chown " + node + " " + parent, socket, spell(way.environment, wrapper),
                wrapper, node);
    }

    private String spell(String text, int wrapper) {
        return text.replace("{dir}", directory.resolve("d").toString()).replace("{uid}", String.valueOf(wrapper));
    }

    private Workshop.Ended run(String prepare, String socket, String environment, int wrapper, int node)
            throws Exception {
        return inNamespace(prepare + "\n" + as(node) + peer + " " + socket,
                as(wrapper) + "env " + environment + " " + shop.floe() + " true");
    }

    private static void assertObeyed(Workshop.Ended ended) {
        assertThat(ended).isEqualTo(new Workshop.Ended(OBEYED, "", ""));
    }

    private static void assertRefused(Workshop.Ended ended, int node) {
        assertThat(ended.code()).isZero();
        assertThat(ended.err()).startsWith("floe-cc: compiling here: the node at ")
                .endsWith(" is another user's (uid " + node + ")\n");
    }

    @ParameterizedTest
    @EnumSource
    void rootRefusesANodeOfAnotherUser(Way way) throws Exception {
        Workshop.Ended ended = meet(way, ROOT, USER);
        if (way == Way.DATA_HOME || way == Way.HOME) { // where root's wrapper does not even look
            assertThat(ended.code()).isZero();
            assertThat(ended.err()).startsWith("floe-cc: compiling here: no node at ");
        } else {
            assertRefused(ended, USER);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aUserRefusesANodeOfAnotherUserButTheSystems(Way way) throws Exception {
        Workshop.Ended ended = meet(way, OTHER, USER);
        if (way == Way.SYSTEM) {
            assertObeyed(ended);
        } else {
            assertRefused(ended, USER);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aUserObeysItsOwnNode(Way way) throws Exception {
        assertObeyed(meet(way, USER, USER));
    }

    @ParameterizedTest
    @EnumSource
    void aUserObeysRootsNode(Way way) throws Exception {
        assertObeyed(meet(way, USER, ROOT));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOE_SOCKET", "RUNTIME_DIRECTORY", "RUN_USER", "SYSTEM"})
    void rootObeysItsOwnNode(Way way) throws Exception {
        assertObeyed(meet(way, ROOT, ROOT));
    }

    /** Who may have put a socket into the system's directory. */
    static Stream<Arguments> systemDirectories() {
        return Stream.of(Arguments.of("mkdir /run/floe", ROOT, true), Arguments.of("mkdir /run/floe", OTHER, true),
                Arguments.of("mkdir -m 777 /run/floe", ROOT, false),
                Arguments.of("mkdir -m 777 /run/floe", OTHER, false),
                Arguments.of("mkdir -m 775 /run/floe; chgrp 61001 /run/floe", ROOT, false),
                Arguments.of("mkdir -m 777 /run/floe; chown 61001 /run/floe", OTHER, false),
                Arguments.of("mkdir /run/floe; chown 61003 /run/floe", OTHER, false),
                Arguments.of("mkdir /run/floe; chown 61003 /run/floe", ROOT, false),
                Arguments.of("mkdir /run/real; ln -s real /run/floe", ROOT, false),
                Arguments.of("mkdir /run/real; ln -s real /run/floe", OTHER, false));
    }

    @ParameterizedTest
    @MethodSource("systemDirectories")
    void theSystemsNodeIsOneWhoseDirectoryIsClosed(String make, int wrapper, boolean obeyed) throws Exception {
        for (String environment : List.of("A=B", "FLOE_SOCKET=/run/floe/node.sock")) {
            // Root has put the socket there, whosever the directory is.
            String place = "mkdir /run/made; chown 61001 /run/made; " + as(USER) + peer + " /run/made/node.sock; "
                    + make
                    + "; mv /run/made/node.sock /run/floe/node.sock";
            Workshop.Ended ended = inNamespace(place, as(wrapper) + "env " + environment + " " + shop.floe() + " true");
            if (obeyed) {
                assertObeyed(ended);
            } else {
                assertRefused(ended, USER);
            }
        }
    }

    /** How a wrapper ends that is root of a user namespace, and finds the system's node of another user. */
    private Workshop.Ended meetInUserNamespace(int maker) throws Exception {
        assumeTrue(inNamespace("true", as(OTHER) + "unshare --user --map-root-user true").code() == 0,
                "needs users who may make a user namespace");
        String node = "mkdir /run/floe; chown 61001 /run/floe; " + as(USER) + peer + " /run/floe/node.sock";
        return inNamespace(node, as(maker) + "unshare --user --map-root-user " + shop.floe() + " true");
    }

    @Test
    void rootOfAUsersNamespaceObeysTheSystemsNode() throws Exception {
        assertObeyed(meetInUserNamespace(OTHER));
    }

    @Test
    void rootOfRootsNamespaceRefusesTheSystemsNode() throws Exception {
        assertRefused(meetInUserNamespace(ROOT), 65534);
    }

    @Test
    void aSocketBelowTheSystemsDirectoryIsNotTheSystems() throws Exception {
        String below = "/run/floe/x/node.sock";
        assertRefused(run("mkdir -p /run/floe/x; chown 61001 /run/floe/x", below, "FLOE_SOCKET=" + below, OTHER, USER),
                USER);
        String back = "/run/floe/../tmp.sock";
        assertRefused(run("chmod 777 /run; mkdir /run/floe", back, "FLOE_SOCKET=" + back, OTHER, USER), USER);
    }
}
