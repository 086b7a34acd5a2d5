package dev.floe.node.executor.exectree;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The plan of the writable directories of a job before it runs, as cc-front/wrapper/src/main/c/scratch.h describes it.
 */
public final class ScratchPlan {
    /** Below the scratch directory: where the runner's report goes. */
    public static final String REPORT = "report";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    /** The name, below the scratch directory, of the writable directory with this number. */
    public static String directoryName(int number) {
        return "w" + number;
    }

    /**
     * Begins the next writable directory.
     *
     * @param source  directory in which {@link #file} finds what it copies
     * @param collect whether what the command makes there is a result
     */
    void writable(String path, Path source, boolean collect) {
        add("W", path, source.toString(), collect ? "1" : "0");
    }

    void directory(String name) {
        add("D", name);
    }

    void link(String name, String target) {
        add("L", name, target);
    }

    void file(String name) {
        add("F", name);
    }

    private void add(String... fields) {
        for (String field : fields) {
            bytes.writeBytes(field.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }
}
