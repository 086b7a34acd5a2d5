package dev.floe.node.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.Node;
import dev.floe.node.environment.Import;
import dev.floe.node.environment.Importer;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.submit.CompilerToolchains.Knowledge;
import dev.floe.node.submit.WrapperSocket.LineSink;
import dev.floe.node.toolchains.Shelf;
import dev.floe.node.wire.StandInMessage.Verdict;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.find.ToolchainIndex;

/** The toolchains of this node and who else holds them. */
final class ToolchainsReport {
    private final Node node;

    ToolchainsReport(Node node) {
        this.node = node;
    }

    void write(boolean json, LineSink lines) throws IOException {
        Table table = new Table("ID", "COMPILER", "HOST", "TARGET", "MIB", "ALSO AT");
        List<Shelf.Description> all = new ArrayList<>(node.shelf().descriptions());
        all.sort(Comparator.comparing(Shelf.Description::version));
        for (Shelf.Description held : all) {
            List<String> holders = holders(held.id());
            if (json) {
                lines.accept(Json.object(out -> {
                    out.writeStringField("id", held.id().hex());
                    out.writeStringField("family", held.family());
                    out.writeStringField("version", held.version());
                    out.writeStringField("host", held.host());
                    out.writeStringField("target", held.target());
                    out.writeNumberField("archiveBytes", held.archiveBytes());
                    Optional<Import> taken = node.standIns().imports().find(held.id());
                    if (taken.isPresent()) {
                        out.writeStringField("importedFrom", taken.get().file());
                    }
                    Optional<String> gap = node.gaps().of(held.id());
                    if (gap.isPresent()) {
                        out.writeStringField("notObserved", gap.get());
                    }
                    out.writeArrayFieldStart("holders");
                    for (String holder : holders) {
                        out.writeString(holder);
                    }
                    out.writeEndArray();
                    out.writeArrayFieldStart("standIns");
                    for (Map.Entry<String, List<Verdict>> said : node.standIns().all(held.id()).entrySet()) {
                        for (Verdict verdict : said.getValue()) {
                            write(said.getKey(), verdict, out);
                        }
                    }
                    out.writeEndArray();
                }));
            } else {
                table.row(held.id().brief(), held.family() + " " + held.version(), held.host(), held.target(),
                        held.archiveBytes() >> 20,
                        holders.isEmpty() ? "-" : String.join(",", holders));
            }
        }
        if (!json) {
            table.write(lines);
            for (Import taken : node.standIns().imports().all()) {
                lines.accept(taken.compilers().known().id().brief() + " was imported from " + taken.file());
            }
            for (Shelf.Description held : all) {
                Optional<String> gap = node.gaps().of(held.id());
                if (gap.isPresent()) {
                    lines.accept(held.id().brief() + " is not observed: " + gap.get()
                            + "; its inputs are what the compiler lists (-M)");
                }
            }
            for (Shelf.Description held : all) {
                standIns(held, lines);
            }
        }
    }

    /** What each peer of another architecture has for a compiler of this machine. */
    private void standIns(Shelf.Description held, LineSink lines) throws IOException {
        if (node.toolchains().known(held.id()).isEmpty()) {
            return;
        }
        for (Map.Entry<String, List<Verdict>> said : node.standIns().all(held.id()).entrySet()) {
            if (said.getValue().isEmpty()) {
                lines.accept(held.id().brief() + " at " + said.getKey() + ": no compiler for " + held.target());
            }
            for (Verdict verdict : said.getValue()) {
                lines.accept(held.id().brief() + " at " + said.getKey() + ": " + words(verdict));
            }
        }
    }

    private static void write(String peer, Verdict verdict, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("node", peer);
        out.writeStringField("compiler", verdict.compiler());
        out.writeStringField("toolchain", verdict.toolchain());
        out.writeStringField("host", verdict.host());
        strings("options", verdict.options(), out);
        strings("proven", verdict.proven(), out);
        strings("troubles", verdict.troubles(), out);
        out.writeEndObject();
    }

    private static void strings(String name, List<String> values, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }

    private static String words(Verdict verdict) {
        String named = verdict.compiler() + (verdict.toolchain().isEmpty()
                ? ""
                : " (" + new ToolchainId(verdict.toolchain()).brief() + ", " + verdict.host() + ")");
        String troubles = String.join("; ", verdict.troubles()).replaceAll("\\s+", " ");
        if (verdict.proven().isEmpty()) {
            return named + " does not stand in: " + troubles;
        }
        String options = verdict.options().isEmpty() ? "" : ", with " + String.join(" ", verdict.options());
        String except = verdict.troubles().isEmpty() ? "" : "; not for all: " + troubles;
        return named + " stands in for "
                + String.join(", ", verdict.proven()).toLowerCase(Locale.ROOT).replace('_', ' ')
                + options + except;
    }

    private List<String> holders(ToolchainId id) {
        return node.group().roster().others().stream()
                .filter(peer -> peer.info().offering().toolchains().contains(id.hex()))
                .map(ToolchainsReport::name).toList();
    }

    private static String name(Peer peer) {
        return peer.info().name();
    }

    void create(Path compiler, LineSink lines) throws IOException {
        switch (node.toolchains().make(compiler)) {
            case Knowledge.Known known ->
                lines.accept(known.id().hex() + " " + compiler + ", archive of " + (known.bytes() >> 20)
                        + " MiB, tried out against the plain compiler");
            case Knowledge.Preparing _ -> lines.accept("error: " + compiler + " is still being packed");
            case Knowledge.Unusable(String reason) ->
                lines.accept("error: " + compiler + " cannot be packed: " + reason);
        }
    }

    /** @param request the archive, and perhaps where a clang is to lie */
    void take(List<String> request, LineSink lines) throws IOException {
        if (request.isEmpty()) {
            lines.accept("error: no archive is named");
            return;
        }
        Optional<Path> at = request.size() > 1 ? Optional.of(Path.of(request.get(1))) : Optional.empty();
        try {
            for (Import taken : node.standIns().importer().take(Path.of(request.getFirst()), at)) {
                ToolchainIndex.Known known = taken.compilers().known();
                lines.accept(known.id().hex() + " " + known.family().text() + " " + known.version() + " for "
                        + known.target() + ", tried out in the sandbox");
            }
        } catch (Importer.RefusedException e) {
            lines.accept("error: " + FailureText.of(e).replaceAll("\\s+", " "));
        }
    }

    /** @param beginning of the id of one toolchain */
    void remove(String beginning, LineSink lines) throws IOException {
        List<ToolchainId> meant = node.shelf().ids().stream()
                .filter(id -> !beginning.isEmpty() && id.hex().startsWith(beginning)).toList();
        if (meant.size() != 1) {
            lines.accept(
                    "error: " + (meant.isEmpty() ? "no toolchain" : "more than one toolchain") + " here begins with "
                            + beginning + "; floe toolchain list shows them");
            return;
        }
        ToolchainId id = meant.getFirst();
        node.standIns().imports().remove(id);
        node.toolchains().forget(id);
        node.shelf().remove(id);
        lines.accept(id.hex() + " is removed");
    }

    void verify(LineSink lines) throws IOException {
        for (ToolchainId id : node.shelf().ids()) {
            List<String> damage = node.shelf().verify(id);
            lines.accept(id.brief()
                    + (damage.isEmpty() ? " is sound" : " is damaged and dropped: " + String.join("; ", damage)));
        }
    }
}
