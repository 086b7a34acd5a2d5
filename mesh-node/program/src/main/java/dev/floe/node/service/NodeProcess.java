package dev.floe.node.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The process of a node, as it describes it to {@code floe stop} and {@code floe restart}.
 *
 * @param start     when it has started, which tells it from a later process of the same number
 * @param command   how it was started
 * @param data      the data directory of the node
 * @param drain     for how long its running jobs may go on when it stops
 * @param service   which runs the node, if one does
 */
public record NodeProcess(long id, Instant start, NodeStartCommand command, Path data, Duration drain,
        Optional<SupervisingService> service) {
    private static final int MAX_LINES = 10_000;

    /**
     * The command that has started a node.
     *
     * @param directory in which it runs
     * @param arguments of floe, which begin with {@code node}
     */
    public record NodeStartCommand(Path directory, List<String> arguments) {
        public NodeStartCommand {
            arguments = List.copyOf(arguments);
        }
    }

    /** This process. */
    public static NodeProcess current(Path data, Duration drain, List<String> arguments) {
        ProcessHandle self = ProcessHandle.current();
        return new NodeProcess(self.pid(), self.info().startInstant().orElse(Instant.EPOCH),
                new NodeStartCommand(Path.of("").toAbsolutePath(), arguments), data.toAbsolutePath(), drain,
                SupervisingService.ofThisProcess());
    }

    /** The lines of an answer, each a word and its value. */
    public List<String> encode() {
        List<String> lines = new ArrayList<>(List.of("process " + id, "start " + start.toEpochMilli(),
                "directory " + escape(command.directory().toString()), "data " + escape(data.toString()),
                "drain " + drain.toSeconds()));
        service.ifPresent(found -> lines.add("service " + found.kind() + " " + found.name()));
        command.arguments().forEach(argument -> lines.add("argument " + escape(argument)));
        return lines;
    }

    /** A text in one line; {@link String#translateEscapes} is the reverse. */
    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    /**
     * Reads such lines; words of a later release are skipped.
     *
     * @throws IOException if what a line says is none of that
     */
    public static NodeProcess decode(List<String> lines) throws IOException {
        long id = 0;
        long start = 0;
        long drain = 0;
        Path directory = Path.of("");
        Path data = Path.of("");
        Optional<SupervisingService> service = Optional.empty();
        List<String> arguments = new ArrayList<>();
        try {
            for (String line : lines.subList(0, Math.min(lines.size(), MAX_LINES))) {
                String value = line.substring(line.indexOf(' ') + 1);
                switch (line.substring(0, Math.max(0, line.indexOf(' ')))) {
                    case "process" -> id = Long.parseLong(value);
                    case "start" -> start = Long.parseLong(value);
                    case "drain" -> drain = Long.parseLong(value);
                    case "directory" -> directory = Path.of(value.translateEscapes());
                    case "data" -> data = Path.of(value.translateEscapes());
                    case "argument" -> arguments.add(value.translateEscapes());
                    case "service" -> service = Optional.of(new SupervisingService(
                            SupervisingService.SupervisorKind.valueOf(value.substring(0, value.indexOf(' '))),
                            value.substring(value.indexOf(' ') + 1)));
                    default -> {
                    }
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("what listens there describes its process in words that are not known: "
                    + String.join("; ", lines), e);
        }
        return new NodeProcess(id, Instant.ofEpochMilli(start), new NodeStartCommand(directory, arguments), data,
                Duration.ofSeconds(drain), service);
    }

    /** The same process, if it is one of this machine that has not ended, and this process sees it. */
    public Optional<ProcessHandle> handle() {
        return ProcessHandle.of(id).filter(process -> process.info().startInstant()
                .map(since -> since.toEpochMilli() == start.toEpochMilli()).orElse(false));
    }
}
