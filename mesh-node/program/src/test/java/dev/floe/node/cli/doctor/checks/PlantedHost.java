package dev.floe.node.cli.doctor.checks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.executor.sandbox.Sandbox;

/** A machine with which nothing is wrong, until a test plants a mistake. */
final class PlantedHost implements DoctorHost {
    static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    static final long USER = 1000;
    static final DoctorPaths PATHS = new DoctorPaths(Path.of("/run/user/1000/floe/node.sock"), Path.of("/no/mesh.key"),
            Path.of("/home/u/.local/share/floe"), Path.of("/opt/floe/bin/floe-cc"));

    final Map<String, String> environment = new HashMap<>(Map.of("PATH", "/opt/floe/lib/floe/compilers:/usr/bin"));
    final Map<Path, String> texts = new HashMap<>(Map.of(Path.of("/proc/self/mountinfo"),
            "1 0 8:1 / / rw - ext4 /dev/sda rw\n"));
    final Map<Path, FileFacts> files = new HashMap<>();
    final Set<Path> executables = new HashSet<>(Set.of(Path.of("/opt/floe/bin/floe-cc"), Path.of("/usr/bin/gcc"),
            Path.of("/opt/floe/lib/floe/compilers/gcc")));
    final Map<Path, Path> links = new HashMap<>(Map.of(Path.of("/opt/floe/lib/floe/compilers/gcc"),
            Path.of("/opt/floe/bin/floe-cc")));
    final Map<String, List<String>> answers = new HashMap<>(
            Map.of("nodes", List.of("NAME"), "mesh", List.of("none"), "doctor-own", List.of(), "process", List.of()));
    final List<NetworkLink> networkLinks = new ArrayList<>(List.of(new NetworkLink("eth0", 1500, false)));
    final Map<Integer, String> bindFailures = new HashMap<>();
    final Map<Integer, Long> listeners = new HashMap<>();
    Optional<String> silence = Optional.empty(); // why no node answers
    Optional<String> sandboxFailure = Optional.of("the runner /opt/floe/bin/floe-cc is missing");
    long free = 100L << 30;
    boolean writable = true;
    Optional<String> compilerObstacle = Optional.empty();

    PlantedHost() {
        for (Path each : List.of(PATHS.socket(), PATHS.wrapper(), Path.of("/run/user/1000"))) {
            files.put(each, new FileFacts(USER, 0700, NOW.minusSeconds(100)));
        }
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public long userId() {
        return USER;
    }

    @Override
    public Instant now() {
        return NOW;
    }

    @Override
    public Optional<String> text(Path file) {
        return Optional.ofNullable(texts.get(file));
    }

    @Override
    public Optional<FileFacts> file(Path path) {
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public boolean isExecutable(Path file) {
        return executables.contains(file);
    }

    @Override
    public Path real(Path path) {
        return links.getOrDefault(path, path);
    }

    @Override
    public long freeBytes(Path directory) {
        return free;
    }

    @Override
    public boolean isWritable(Path directory) {
        return writable;
    }

    @Override
    public List<NetworkLink> links() {
        return networkLinks;
    }

    @Override
    public OptionalLong listener(int port) {
        return listeners.containsKey(port) ? OptionalLong.of(listeners.get(port)) : OptionalLong.empty();
    }

    @Override
    public Optional<String> bindFailure(int port) {
        return Optional.ofNullable(bindFailures.get(port));
    }

    @Override
    public List<String> ask(Path socket, String request) throws IOException {
        if (silence.isPresent()) {
            throw new IOException(silence.get());
        }
        return answers.getOrDefault(request, List.of());
    }

    @Override
    public Sandbox.Availability sandbox() {
        return new Sandbox.Availability.Unavailable(sandboxFailure.orElse(""));
    }

    @Override
    public LocalCompilerFacts compiler(Path compiler) {
        return new LocalCompilerFacts("gcc 12", compilerObstacle);
    }
}
