package dev.floe.node.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.floe.node.Node;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.node.submitter.compilers.ToolchainResolver.Resolution;
import dev.floe.node.toolchains.imported.ImportedToolchain;
import dev.floe.node.toolchains.imported.ToolchainImporter;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.index.ToolchainIndex;

/** The commands of the user on the toolchains of this node. */
final class ToolchainWork {
    private final Node node;
    private final boolean json;
    private final LineSink lines;

    ToolchainWork(Node node, boolean json, LineSink lines) {
        this.node = node;
        this.json = json;
        this.lines = lines;
    }

    private void say(String text, JsonLine.Body body) throws IOException {
        lines.accept(json ? JsonLine.object(body) : text);
    }

    void create(Path compiler) throws IOException {
        switch (node.toolchains().make(compiler)) {
            case Resolution.Resolved known ->
                say(known.id().hex() + " " + compiler + ", archive of " + (known.bytes() >> 20)
                        + " MiB, tried out against the plain compiler", out -> {
                            out.writeStringField("id", known.id().hex());
                            out.writeStringField("compiler", compiler.toString());
                            out.writeNumberField("archiveBytes", known.bytes());
                        });
            case Resolution.Preparing _ -> throw new IOException(compiler + " is still being packed");
            case Resolution.Unusable(String reason) ->
                throw new IOException(compiler + " cannot be packed: " + reason);
        }
    }

    /** @param request the archive, and perhaps where a clang is to lie */
    void take(List<String> request) throws IOException {
        if (request.isEmpty()) {
            throw new IOException("no archive is named");
        }
        Optional<Path> at = request.size() > 1 ? Optional.of(Path.of(request.get(1))) : Optional.empty();
        try {
            for (ImportedToolchain taken : node.standIns().importer().take(Path.of(request.getFirst()), at)) {
                ToolchainIndex.KnownToolchain known = taken.compilers().known();
                say(known.id().hex() + " " + known.family().text() + " " + known.version() + " for "
                        + known.target() + ", tried out in the sandbox", out -> {
                            out.writeStringField("id", known.id().hex());
                            out.writeStringField("family", known.family().text());
                            out.writeStringField("version", known.version());
                            out.writeStringField("target", known.target());
                        });
            }
        } catch (ToolchainImporter.RefusedException e) {
            throw new IOException(FailureText.of(e).replaceAll("\\s+", " "), e);
        }
    }

    /** @param beginning of the id of one toolchain */
    void remove(String beginning) throws IOException {
        List<ToolchainId> meant = node.toolchainStore().ids().stream()
                .filter(id -> !beginning.isEmpty() && id.hex().startsWith(beginning)).toList();
        if (meant.size() != 1) {
            throw new IOException((meant.isEmpty() ? "no toolchain" : "more than one toolchain") + " here begins with "
                    + beginning + "; floe toolchain list shows them");
        }
        ToolchainId id = meant.getFirst();
        node.standIns().imports().remove(id);
        node.toolchains().forget(id);
        node.toolchainStore().remove(id);
        say(id.hex() + " is removed", out -> out.writeStringField("removed", id.hex()));
    }

    /** Reads every file of the toolchains that are held, and drops what is damaged. */
    void verify() throws IOException {
        for (ToolchainId id : node.toolchainStore().ids()) {
            List<String> damage = node.toolchainStore().verify(id);
            say(id.brief() + (damage.isEmpty() ? " is sound" : " is damaged and dropped: " + String.join("; ", damage)),
                    out -> {
                        out.writeStringField("id", id.hex());
                        out.writeBooleanField("sound", damage.isEmpty());
                        out.writeArrayFieldStart("damage");
                        for (String what : damage) {
                            out.writeString(what);
                        }
                        out.writeEndArray();
                    });
        }
    }
}
