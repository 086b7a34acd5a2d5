package dev.floe.command.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import dev.floe.command.CompileCommand;
import dev.floe.store.Digest;

/**
 * Names a command by all that decides what comes of it, but for what files hold: where it looks for inputs, and how it
 * makes outputs.
 */
public record ManifestKey(Digest digest) {
    private static final String WITHOUT_VARIABLES = "without variables ";

    /** @param toolchain its id */
    public static ManifestKey of(CompileCommand command, String toolchain) {
        return of(command, toolchain, command.environment());
    }

    /** The same apart from variables that a compile may not ask for. */
    public static ManifestKey withoutVariables(CompileCommand command, String toolchain) {
        return of(command, WITHOUT_VARIABLES + toolchain + ' ' + command.sharing(),
                QueriedVariables.naming(command.environment()));
    }

    private static ManifestKey of(CompileCommand command, String toolchain, Map<String, String> environment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            strings(out, List.of(toolchain, command.invocation().compiler().toString(), command.cwd().toString(),
                    command.source().toString(), String.valueOf(command.invocation().terminal()),
                    String.valueOf(command.invocation().umask())));
            strings(out, command.argv());
            strings(out, command.preprocessing().arguments());
            strings(out, command.namedInputs().stream().map(Path::toString).toList());
            strings(out, command.outputDirectories().stream().map(Path::toString).toList());
            for (Map.Entry<String, String> variable : environment.entrySet()) {
                strings(out, List.of(variable.getKey(), variable.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ManifestKey(Digest.ofBytes(bytes.toByteArray()));
    }

    private static void strings(DataOutputStream out, Collection<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            byte[] bytes = text.getBytes(UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }
}
