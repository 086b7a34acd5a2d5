package dev.floe.node.cli.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.submitter.ControlClient;
import dev.floe.store.FailureText;
import dev.floe.toolchain.driver.LocalCommandRunner;
import dev.floe.toolchain.driver.UnsupportedCompilerException;
import dev.floe.toolchain.locate.ToolchainFinder;

/** The machine on which this process runs. */
public final class LocalDoctorHost implements DoctorHost {
    private static final Path SELF = Path.of("/proc/self");
    private static final int MAX_TEXT_BYTES = 1 << 20;
    private static final Duration QUESTION = Duration.ofSeconds(20);

    @Override
    public Map<String, String> environment() {
        return System.getenv();
    }

    @Override
    public long userId() {
        return file(SELF).map(FileFacts::owner).orElse(-1L);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Optional<String> text(Path file) {
        try (var in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(MAX_TEXT_BYTES), StandardCharsets.UTF_8));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<FileFacts> file(Path path) {
        try {
            Map<String, Object> found = Files.readAttributes(path, "unix:uid,mode,lastModifiedTime");
            return found.get("uid") instanceof Number uid && found.get("mode") instanceof Number mode
                    && found.get("lastModifiedTime") instanceof FileTime time
                            ? Optional.of(new FileFacts(uid.longValue(), mode.intValue() & 07777, time.toInstant()))
                            : Optional.empty();
        } catch (IOException | UnsupportedOperationException _) {
            return Optional.empty();
        }
    }

    @Override
    public boolean isExecutable(Path file) {
        return Files.isExecutable(file);
    }

    @Override
    public Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException _) {
            return path;
        }
    }

    @Override
    public long freeBytes(Path directory) {
        return existing(directory).toFile().getUsableSpace();
    }

    @Override
    public boolean isWritable(Path directory) {
        return Files.isWritable(existing(directory));
    }

    private static Path existing(Path directory) {
        Path existing = directory.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    @Override
    public List<NetworkLink> links() {
        List<NetworkLink> links = new ArrayList<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                if (each.isUp() && !each.isLoopback()) {
                    links.add(new NetworkLink(each.getName(), each.getMTU(), each.isPointToPoint()));
                }
            }
        } catch (SocketException _) {
            // an interface that has just gone
        }
        return links;
    }

    @Override
    public Optional<String> bindFailure(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(FailureText.of(e));
        }
    }

    @Override
    public OptionalLong listener(int port) {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6").map(file -> text(Path.of(file)))
                .flatMap(Optional::stream).flatMap(String::lines)
                .map(line -> ListeningSocket.of(line, port)).filter(OptionalLong::isPresent)
                .findFirst().orElse(OptionalLong.empty());
    }

    @Override
    public List<String> ask(Path socket, String request) throws IOException {
        List<String> answer = new ArrayList<>();
        ControlClient.ask(socket, List.of(request), answer::add);
        return answer;
    }

    @Override
    public Sandbox.Availability sandbox() {
        return Sandbox.probe(DefaultPaths.wrapper());
    }

    @Override
    public LocalCompilerFacts compiler(Path compiler) {
        try {
            var found = new ToolchainFinder(new LocalCommandRunner(QUESTION)).find(compiler).toolchain();
            return new LocalCompilerFacts(found.family() + " " + found.version() + " for " + found.target()
                    + ", toolchain " + found.id().brief(), Optional.empty());
        } catch (UnsupportedCompilerException e) {
            return new LocalCompilerFacts("", Optional.of(e.reason() + "; what it compiles stays local"));
        } catch (IOException e) {
            return new LocalCompilerFacts("", Optional.of(FailureText.of(e)));
        }
    }
}
