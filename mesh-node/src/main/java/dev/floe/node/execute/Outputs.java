package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.floe.store.FileStamp;

/** Finds what a command has created or changed in the directories in which it could write. */
final class Outputs {
    private static final int MOST_FILES = 10_000;

    private final JobTree tree;
    private final List<Replay.Output> found = new ArrayList<>();

    private Outputs(JobTree tree) {
        this.tree = tree;
    }

    /**
     * @param offered the directories that the submitter asked for; {@code /tmp} alone is scratch
     * @throws IOException if there are too many files, or one that is neither file nor directory
     */
    static List<Replay.Output> collect(JobTree tree, List<String> offered) throws IOException {
        Outputs outputs = new Outputs(tree);
        for (String directory : tree.writable()) {
            if (offered.contains(directory)) {
                outputs.scan(directory);
            }
        }
        outputs.found.sort(Comparator.comparing(Replay.Output::path));
        return outputs.found;
    }

    private void scan(String directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(tree.outside(directory))) {
            for (Path file : entries) {
                String path = directory + "/" + file.getFileName();
                FileStamp stamp = FileStamp.ofLink(file);
                if (stamp.isDirectory()) {
                    if (!tree.isPlanned(path)) {
                        scan(path);
                    }
                } else if (stamp.isRegularFile()) {
                    add(path, file, stamp);
                } else if (!tree.isPlanned(path)) {
                    throw new IOException("the command made " + path + ", which is neither file nor directory");
                }
            }
        }
    }

    private void add(String path, Path file, FileStamp stamp) throws IOException {
        if (tree.isUntouched(path, stamp)) {
            return;
        }
        if (found.size() >= MOST_FILES) {
            throw new IOException("the command made more than " + MOST_FILES + " files");
        }
        found.add(new Replay.Output(path, file, stamp.permissions(), stamp.size()));
    }
}
