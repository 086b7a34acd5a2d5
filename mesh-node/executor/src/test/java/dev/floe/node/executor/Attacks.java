package dev.floe.node.executor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;

/** Offers that run the {@link Payload}, and what is left of it outside. */
public final class Attacks {
    /** With this process in it, because another run of the tests may be on this machine. */
    private static final String MARK = "mark=" + ProcessHandle.current().pid() + "-";

    private Attacks() {}

    /** An offer that runs a script. */
    static Offer shell(Workbench bench, String script) {
        return new Offer("attack/1", "other", "/bin/sh", List.of("sh", "-c", script), "/w", List.of("PATH=/bin"), 022,
                bench.toolchain().toolchain().id().hex(), List.of(Workbench.directory("/w")), List.of("/w"), 1000,
                1 << 20, "", false, "", false);
    }

    /** An offer whose every process has the mark in its arguments. */
    public static Offer offer(Workbench bench, String mark, List<String> arguments, WireInput... inputs) {
        List<String> argv = new ArrayList<>(List.of("attack"));
        argv.addAll(arguments);
        argv.add(MARK + mark);
        List<WireInput> all = new ArrayList<>(List.of(inputs));
        all.add(Workbench.directory("/w"));
        all.add(Workbench.directory("/v"));
        return new Offer("attack/1", "attacker", Payload.PATH, argv, "/w", List.of("PATH=/bin"), 022,
                bench.toolchain().toolchain().id().hex(), all, List.of("/w", "/v"), 1000, 1 << 20, "", false, "",
                false);
    }

    /** Processes of this machine, sandboxes included, that have the mark in their arguments and have not ended. */
    public static List<Long> alive(String mark) throws IOException {
        String wanted = MARK + mark + "\0";
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes.filter(path -> Character.isDigit(path.getFileName().toString().charAt(0)))
                    .filter(path -> arguments(path).contains(wanted))
                    .map(path -> Long.parseLong(path.getFileName().toString())).toList();
        }
    }

    /** Empty for one that has ended, waited for or not. */
    private static String arguments(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }
}
