package dev.floe.node.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import dev.floe.node.cli.reference.ReferenceWriter;
import dev.floe.node.host.FloeVersion;

/** {@code floe self-document}: writes manual pages and completions. */
@Command(name = "self-document", mixinStandardHelpOptions = true, hidden = true, description = {
        "Writes the manual pages and completions; run by the installation."})
final class ReferenceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIRECTORY", description = "the directory share of the installation")
    private Path share = Path.of("share");

    @Override
    public Integer call() throws IOException {
        new ReferenceWriter(Main.line(), FloeVersion.read(), FloeVersion.date()).write(share);
        return 0;
    }
}
