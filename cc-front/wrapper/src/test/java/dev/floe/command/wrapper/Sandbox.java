package dev.floe.command.wrapper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;

/** bubblewrap around floe-run, as an executor has it, but with the whole machine's files to read. */
final class Sandbox {
    private final Path directory;

    /** Aborts the test if this machine cannot make one. */
    Sandbox(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        boolean works;
        try {
            works = new ProcessBuilder(wrap(List.of("true"))).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            works = false;
        }
        Assumptions.assumeTrue(works, "needs bubblewrap (bwrap) and user namespaces");
    }

    /** This command in the sandbox; only the directory can be written. */
    List<String> wrap(List<String> command) {
        var line = new ArrayList<String>();
        if ("root".equals(System.getProperty("user.name"))) // whom the kernel exempts from the limit on processes
            line.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        line.addAll(List.of("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--bind",
                directory.toString(),
                directory.toString(), "--unshare-all", "--die-with-parent", "--chdir", directory.toString(), "--"));
        line.addAll(command);
        return line;
    }
}
