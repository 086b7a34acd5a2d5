package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.floe.node.execute.Replay.Output;
import dev.floe.node.wire.JobMessage.StandIn;
import dev.floe.toolchain.elf.Ident;

/** Has outputs signed as the command's own compiler would have signed them. */
final class Signatures {
    private Signatures() {}

    /** @throws IOException if an object is laid out in a way that does not allow it */
    static List<Output> exchange(List<Output> files, StandIn standIn) throws IOException {
        if (standIn.signed().equals(standIn.sign()) || standIn.sign().isEmpty()) {
            return files;
        }
        List<Output> signed = new ArrayList<>();
        for (Output file : files) {
            String name = file.path().toLowerCase(Locale.ROOT);
            if (name.endsWith(".s")) {
                byte[] text = Ident.inAssembly(Files.readAllBytes(file.file()), standIn.signed(), standIn.sign());
                signed.add(written(file, text));
            } else if (isElf(file)) {
                signed.add(written(file,
                        Ident.inObject(Files.readAllBytes(file.file()), standIn.signed(), standIn.sign())));
            } else {
                signed.add(file);
            }
        }
        return signed;
    }

    private static boolean isElf(Output file) throws IOException {
        try (var in = Files.newInputStream(file.file())) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
        }
    }

    private static Output written(Output file, byte[] bytes) throws IOException {
        Files.write(file.file(), bytes);
        return new Output(file.path(), file.file(), file.mode(), bytes.length);
    }
}
