package dev.floe.node.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import picocli.CommandLine.Command;

import dev.floe.node.Node;
import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.report.ControlRequestHandler;
import dev.floe.node.submitter.ControlClient;
import dev.floe.node.top.TopSession;
import dev.floe.store.files.TreeDeleter;

/**
 * Starts and stops two nodes of a mesh of their own on loopback, so that the virtual machine can record what a node
 * loads.
 */
@Command(name = "self-train", hidden = true, description = "Run once by the installation.")
final class AotTrainingCommand implements Callable<Integer> {
    private static final int FIRST_PORT = 17_979;
    private static final int LAST_PORT = 18_979;
    private static final int PORTS = 4; // two of each node, one after the other
    private static final long PATIENCE_SECONDS = 5;
    private static final int EDITS = 3;

    @Override
    public Integer call() throws Exception {
        Path scratch = Files.createTempDirectory("floe-train-");
        try {
            Path key = scratch.resolve("key");
            int port = freePorts();
            List<HostPort> seeds = List.of(new HostPort("127.0.0.1", port));
            new MeshKeyFile(key).write(new JoinToken(MeshKey.create("training"), seeds));
            try (Node one = node(scratch, key, "one", port); Node two = node(scratch, key, "two", port + 2)) {
                open(one);
                open(two);
                awaitOthers(two);
                for (String request : List.of("nodes", "jobs", "stats", "toolchains", "metrics")) {
                    ControlClient.ask(one.settings().socket(), List.of(request), line -> {});
                }
                for (String command : List.of("nodes", "jobs", "stats", "builds", "cache stats", "--help")) {
                    command(one, command.split(" "));
                }
                compile(one, two);
                TopSession.train(one.settings().socket(), TopCommand.isTerminal(System.console()));
            }
        } finally {
            TreeDeleter.delete(scratch);
        }
        return 0;
    }

    /** The first of {@link #PORTS} that nobody else listens on, such as the training of another installation. */
    private static int freePorts() throws IOException {
        for (int first = FIRST_PORT; first < LAST_PORT; first += PORTS) {
            if (IntStream.range(first, first + PORTS).allMatch(AotTrainingCommand::isFree)) {
                return first;
            }
        }
        throw new IOException("the loopback has no " + PORTS + " free ports from " + FIRST_PORT + " to " + LAST_PORT);
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** They find each other within a second or so; if not, the training is worth a little less. */
    private static void awaitOthers(Node node) throws InterruptedException {
        CountDownLatch met = new CountDownLatch(1);
        node.group().onChange(roster -> {
            if (!roster.others().isEmpty()) {
                met.countDown();
            }
        });
        if (node.group().roster().others().isEmpty() && !met.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            System.err.println("the two nodes have not met");
        }
    }

    private static void open(Node node) throws IOException {
        ControlRequestHandler control = new ControlRequestHandler(node);
        node.open(control, new NodeCommandLine(control));
    }

    /** By the client, so that the node's part of a command is recorded too. */
    private static void command(Node node, String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(DefaultPaths.wrapper().resolveSibling("floe").toString()));
        line.addAll(List.of(words));
        ProcessBuilder client = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        client.environment().put("FLOE_SOCKET", node.settings().socket().toString());
        client.start().waitFor();
    }

    /** What a first build does: sources of both languages with many headers, each new, then edited, then unchanged. */
    private static void compile(Node submitter, Node executor) throws IOException, InterruptedException {
        compile(submitter, executor, "gcc", "train.c",
                List.of("stddef.h", "stdio.h", "stdlib.h", "string.h", "math.h", "pthread.h", "sys/socket.h"));
        compile(submitter, executor, "g++", "train.cc",
                List.of("algorithm", "functional", "iostream", "map", "memory", "string", "thread", "vector"));
    }

    private static void compile(Node submitter, Node executor, String compiler, String name, List<String> headers)
            throws IOException, InterruptedException {
        Path directory = submitter.settings().dataDir();
        StringBuilder source = new StringBuilder();
        headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        for (int i = 0; i < EDITS; i++) {
            Files.writeString(directory.resolve(name), source.append("int train").append(i).append(";\n"));
            for (String node : List.of(executor.name(), "", "")) { // for a named node without the cache; a miss; a hit
                if (!isCompiled(submitter, node, compiler, name)) {
                    return; // there is no such compiler here, or its headers are missing
                }
            }
        }
    }

    /** @param node the name of the one to compile; empty for any */
    private static boolean isCompiled(Node submitter, String node, String compiler, String source)
            throws IOException, InterruptedException {
        ProcessBuilder wrapper = new ProcessBuilder(DefaultPaths.wrapper().toString(), compiler, "-O1", "-c", source,
                "-o", "train.o").directory(submitter.settings().dataDir().toFile()).inheritIO();
        wrapper.environment().put("FLOE_SOCKET", submitter.settings().socket().toString());
        wrapper.environment().put("FLOE_MODE", "remote");
        wrapper.environment().put("FLOE_NODE", node);
        return wrapper.start().waitFor() == 0;
    }

    /** Its configuration comes from a command line, as that of any node. */
    private static Node node(Path scratch, Path key, String name, int port) throws IOException {
        String[] line = {"node", "--name", name, "--listen", "127.0.0.1:" + port, "--no-multicast", "--slots", "2",
                "--data-dir", scratch.resolve(name).toString(), "--store-size", "1024",
                "--socket", scratch.resolve(name + ".sock").toString(), "--mesh-key", key.toString(),
                "--config", "/dev/null"};
        Node node = Node.build(NodeCommand.settingsOf(line), DefaultPaths.wrapper());
        node.start();
        return node;
    }
}
