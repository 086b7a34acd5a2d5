package dev.floe.front.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.floe.front.CompileCommand;
import dev.floe.front.Family;
import dev.floe.front.Machine;
import dev.floe.front.Reason;
import dev.floe.front.RunOutput;

/**
 * What the compiler lists for a command.
 *
 * @param files  every file that preprocessing reads, as the compiler spells it, the source first
 * @param search where the compiler looks for headers
 */
record Listing(List<Path> files, SearchList search) {
    private static final String TARGET = "floe";

    Listing {
        files = List.copyOf(files);
    }

    /** Runs the compiler once, so that it writes no file and prints no diagnostic but errors. */
    static Listing of(CompileCommand command, Machine machine) throws IOException, InputsUnknownException {
        List<String> argv = new ArrayList<>();
        argv.add(command.invocation().argv().getFirst());
        argv.addAll(List.of("-M", "-MT", TARGET, "-v", "-w"));
        argv.addAll(command.preprocessing().arguments());
        if (command.family() == Family.GCC) {
            argv.add("-fno-canonical-system-headers"); // else a header behind a link has the name of what the link leads to
        }
        Map<String, String> environment = new HashMap<>(command.environment());
        environment.put("LC_ALL", "C");
        environment.remove("LANGUAGE");
        RunOutput output = machine.run(command.invocation().compiler(), argv, command.cwd(), environment);
        if (output.exitCode() != 0) {
            throw new InputsUnknownException(Reason.Code.PREPROCESSING_FAILED, "exit code " + output.exitCode());
        }
        List<Path> files = new ArrayList<>();
        for (String name : MakeRule.prerequisites(decode(output.stdout()), TARGET)
                .orElseThrow(() -> new InputsUnknownException(Reason.Code.BAD_LISTING, ""))) {
            files.add(command.cwd().resolve(name));
        }
        if (files.isEmpty()) {
            throw new InputsUnknownException(Reason.Code.BAD_LISTING, "empty");
        }
        return new Listing(files, SearchList.parse(decode(output.stderr()), command.cwd()));
    }

    private static String decode(byte[] bytes) throws InputsUnknownException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new InputsUnknownException(Reason.Code.NAME_ENCODING, "listing");
        }
    }
}
