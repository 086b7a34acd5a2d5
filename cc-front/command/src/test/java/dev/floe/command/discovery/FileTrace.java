package dev.floe.command.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a command really opened or found, as strace saw it; real paths of what still exists. */
record FileTrace(int exitCode, Set<Path> found, String messages) {
    private static final Pattern CALL = Pattern
            .compile("\\b(open|openat|stat|lstat|newfstatat|access|faccessat2?|readlink|execve)"
                    + "\\((?:AT_FDCWD, )?\"((?:[^\"\\\\]|\\\\.)*)\".* = (-?\\d+)");

    static boolean available() {
        return Files.isExecutable(Path.of("/usr/bin/strace"));
    }

    static FileTrace of(List<String> argv, Path cwd, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("trace", "");
        Path messages = Files.createTempFile("messages", "");
        try {
            List<String> command = new ArrayList<>(
                    List.of("/usr/bin/strace", "-f", "-s", "4096", "-e", "trace=file", "-o", log.toString()));
            environment.forEach((name, value) -> command.addAll(List.of("-E", name + "=" + value)));
            command.add("--");
            command.addAll(argv);
            ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile())
                    .redirectErrorStream(true).redirectOutput(messages.toFile());
            builder.environment().clear();
            builder.environment().put("PATH", environment.getOrDefault("PATH", "/usr/bin"));
            int code = builder.start().waitFor();
            Set<Path> found = new TreeSet<>();
            for (String line : Files.readAllLines(log)) {
                Matcher matcher = CALL.matcher(line);
                if (matcher.find() && !matcher.group(3).startsWith("-")) {
                    Path path = cwd.resolve(matcher.group(2).replace("\\\"", "\"").replace("\\\\", "\\"));
                    if (!path.startsWith("/proc") && Files.exists(path)) {
                        found.add(path.toRealPath());
                    }
                }
            }
            return new FileTrace(code, found, Files.readString(messages));
        } finally {
            Files.delete(log);
            Files.delete(messages);
        }
    }
}
