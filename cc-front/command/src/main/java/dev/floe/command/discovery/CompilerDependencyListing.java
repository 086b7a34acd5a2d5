package dev.floe.command.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.command.LocalReason;
import dev.floe.command.ProcessOutput;
import dev.floe.command.discovery.includes.HeaderSearchPath;
import dev.floe.command.discovery.includes.UnresolvableInputsException;

/**
 * The compiler's own listing of a command's dependencies.
 *
 * @param files  every file that preprocessing reads, as the compiler spells it, the source first
 * @param search where the compiler looks for headers
 */
public record CompilerDependencyListing(List<Path> files, HeaderSearchPath search) {
    private static final String TARGET = "floe";

    public CompilerDependencyListing {
        files = List.copyOf(files);
    }

    /** Runs the compiler once, so that it writes no file and prints no diagnostic but errors. */
    public static CompilerDependencyListing of(CompileCommand command, HostAccess machine)
            throws IOException, UnresolvableInputsException {
        List<String> argv = new ArrayList<>();
        argv.add(command.invocation().argv().getFirst());
        argv.addAll(List.of("-M", "-MT", TARGET, "-v", "-w"));
        argv.addAll(command.preprocessing().arguments());
        if (command.family() == CompilerFamily.GCC) {
            // Else a header behind a link has the name of what the link leads to.
            argv.add("-fno-canonical-system-headers");
        }
        Map<String, String> environment = new HashMap<>(command.environment());
        environment.put("LC_ALL", "C");
        environment.remove("LANGUAGE");
        ProcessOutput output = machine.run(command.invocation().compiler(), argv, command.cwd(), environment);
        if (output.exitCode() != 0) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.PREPROCESSING_FAILED,
                    "exit code " + output.exitCode());
        }
        List<Path> files = new ArrayList<>();
        for (String name : DepfileParser.prerequisites(decode(output.stdout()), TARGET)
                .orElseThrow(() -> new UnresolvableInputsException(LocalReason.ReasonCode.BAD_LISTING, ""))) {
            files.add(command.cwd().resolve(name));
        }
        if (files.isEmpty()) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.BAD_LISTING, "empty");
        }
        return new CompilerDependencyListing(files, HeaderSearchPath.parse(decode(output.stderr()), command.cwd()));
    }

    private static String decode(byte[] bytes) throws UnresolvableInputsException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.NAME_ENCODING, "listing");
        }
    }
}
