package dev.floe.node.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.Node;
import dev.floe.node.report.format.ControlReport;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.report.format.TextTable;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.node.toolchains.imported.ImportedToolchain;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.toolchain.ToolchainId;

/**
 * The toolchains of this node and who else holds them.
 *
 * @param imports those that were imported, also if their archives are held no more
 */
public record ToolchainsReport(List<ToolchainRow> rows, List<ImportedToolchain> imports) implements ControlReport {
    /**
     * A toolchain.
     *
     * @param imported where from; empty if it was not
     * @param gap      why its compiles are not observed; empty if they are
     * @param own      whether a compiler of this machine is its
     * @param standIns what peers of another architecture have for it, by name
     */
    public record ToolchainRow(ToolchainStore.Description held, Optional<String> imported, Optional<String> gap,
            boolean own,
            List<String> holders, Map<String, List<CompatibilityResult>> standIns) {
        public ToolchainRow {
            holders = List.copyOf(holders);
        }
    }

    public ToolchainsReport {
        rows = List.copyOf(rows);
        imports = List.copyOf(imports);
    }

    static ToolchainsReport of(Node node) throws IOException {
        List<ToolchainRow> rows = new ArrayList<>();
        for (ToolchainStore.Description held : node.toolchainStore().descriptions()) {
            rows.add(new ToolchainRow(held, node.standIns().imports().find(held.id()).map(ImportedToolchain::file),
                    node.gaps().of(held.id()), node.toolchains().known(held.id()).isPresent(), holders(node, held.id()),
                    node.standIns().all(held.id())));
        }
        rows.sort(Comparator.comparing(row -> row.held().version()));
        return new ToolchainsReport(rows, node.standIns().imports().all());
    }

    private static List<String> holders(Node node, ToolchainId id) {
        return node.group().roster().others().stream()
                .filter(peer -> peer.info().offering().toolchains().contains(id.hex())).map(peer -> peer.info().name())
                .toList();
    }

    @Override
    public void json(LineSink lines) throws IOException {
        for (ToolchainRow row : rows) {
            lines.accept(JsonLine.object(out -> write(row, out)));
        }
    }

    private static void write(ToolchainRow row, JsonGenerator out) throws IOException {
        ToolchainStore.Description held = row.held();
        out.writeStringField("id", held.id().hex());
        out.writeStringField("family", held.family());
        out.writeStringField("version", held.version());
        out.writeStringField("host", held.host());
        out.writeStringField("target", held.target());
        out.writeNumberField("archiveBytes", held.archiveBytes());
        if (row.imported().isPresent()) {
            out.writeStringField("importedFrom", row.imported().get());
        }
        if (row.gap().isPresent()) {
            out.writeStringField("notObserved", row.gap().get());
        }
        strings("holders", row.holders(), out);
        out.writeArrayFieldStart("standIns");
        for (Map.Entry<String, List<CompatibilityResult>> said : row.standIns().entrySet()) {
            for (CompatibilityResult verdict : said.getValue()) {
                write(said.getKey(), verdict, out);
            }
        }
        out.writeEndArray();
    }

    @Override
    public void text(LineSink lines) throws IOException {
        TextTable table = new TextTable("ID", "COMPILER", "HOST", "TARGET", "MIB", "ALSO ON");
        for (ToolchainRow row : rows) {
            ToolchainStore.Description held = row.held();
            table.row(held.id().brief(), held.family() + " " + held.version(), held.host(), held.target(),
                    held.archiveBytes() >> 20, row.holders().isEmpty() ? "-" : String.join(",", row.holders()));
        }
        table.write(lines);
        for (ImportedToolchain taken : imports) {
            lines.accept(taken.compilers().known().id().brief() + " was imported from " + taken.file());
        }
        for (ToolchainRow row : rows) {
            if (row.gap().isPresent()) {
                lines.accept(row.held().id().brief() + " is not observed: " + row.gap().get()
                        + "; its inputs are what the compiler lists (-M)");
            }
        }
        for (ToolchainRow row : rows) {
            standIns(row, lines);
        }
    }

    /** What each peer of another architecture has for a compiler of this machine. */
    private static void standIns(ToolchainRow row, LineSink lines) throws IOException {
        if (!row.own()) {
            return;
        }
        String id = row.held().id().brief();
        for (Map.Entry<String, List<CompatibilityResult>> said : row.standIns().entrySet()) {
            if (said.getValue().isEmpty()) {
                lines.accept(id + " at " + said.getKey() + ": no compiler for " + row.held().target());
            }
            for (CompatibilityResult verdict : said.getValue()) {
                lines.accept(id + " at " + said.getKey() + ": " + words(verdict));
            }
        }
    }

    private static void write(String peer, CompatibilityResult verdict, JsonGenerator out) throws IOException {
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

    private static String words(CompatibilityResult verdict) {
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
}
