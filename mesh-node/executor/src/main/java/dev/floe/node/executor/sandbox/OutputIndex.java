package dev.floe.node.executor.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The list of files that a command has made or changed, as the sandbox's outermost process has copied them (scratch.h):
 * entry N is the file named N beside the list. No process of the job could ever reach these files.
 */
final class OutputIndex {
    private static final String FILE = "index";

    private OutputIndex() {}

    /**
     * @param results  directory of the list
     * @param writable the job's writable directories, in the order of the scratch plan
     * @throws IOException if the list is missing or malformed
     */
    static List<CommandReplay.ReplayOutput> read(Path results, List<String> writable) throws IOException {
        String[] fields = text(results.resolve(FILE)).split("\0", -1);
        List<CommandReplay.ReplayOutput> outputs = new ArrayList<>(fields.length / 2);
        for (int i = 0; i + 1 < fields.length; i += 2) {
            String[] numbers = fields[i].split(" ", -1);
            try {
                outputs.add(
                        new CommandReplay.ReplayOutput(writable.get(Integer.parseInt(numbers[0])) + "/" + fields[i + 1],
                                results.resolve(Integer.toString(i / 2)), Integer.parseInt(numbers[1], 8),
                                Long.parseLong(numbers[2])));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new IOException("the list of outputs is malformed at entry " + i / 2, e);
            }
        }
        outputs.sort(Comparator.comparing(CommandReplay.ReplayOutput::path));
        return outputs;
    }

    private static String text(Path file) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("the command made a file whose name is not UTF-8", e);
        }
    }
}
