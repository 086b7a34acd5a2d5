package dev.floe.node.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * The directory in which a node keeps everything. What is in there is of no use to other users, so it is closed to
 * them.
 */
public final class DataDirectory {
    private static final List<String> PARTS = List.of("store", "toolchains", "compilers", "rehearsals", "jobs",
            "actions", "stand-ins", "incoming", "builds");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> CLOSED = PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private DataDirectory() {}

    /**
     * Makes what is missing. A directory that the owner has made keeps its own mode; all below it are open to this user
     * alone.
     *
     * @throws IOException if one of them cannot be used; the message names it
     */
    public static Path open(Path directory) throws IOException {
        Path data = Files.createDirectories(directory, CLOSED);
        for (String part : PARTS) {
            Files.setPosixFilePermissions(Files.createDirectories(data.resolve(part), CLOSED), OWNER_ONLY);
        }
        return data;
    }
}
