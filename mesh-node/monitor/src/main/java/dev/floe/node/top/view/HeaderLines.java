package dev.floe.node.top.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchedMesh;
import dev.floe.node.top.feed.WatchedMesh.MeshTotals;
import dev.floe.node.top.terminal.CellStyle;
import dev.floe.node.top.terminal.DisplayText;
import dev.floe.node.top.terminal.ScreenFrame;

/** The figures of the whole mesh, in lines of parts; parts at the end are left out where a line is short. */
public final class HeaderLines {
    private static final String BLOCKS = "▁▂▃▄▅▆▇█";
    private static final int MIN_RATES = 10;

    private HeaderLines() {}

    /** The mesh and its jobs, in texts without commas inside. */
    public static List<String> mesh(WatchedMesh mesh) {
        List<String> parts = new ArrayList<>();
        parts.add("floe top");
        parts.add("mesh " + (mesh.mesh().isEmpty() ? "-" : mesh.mesh()));
        parts.add("through " + mesh.self());
        parts.add(counted(mesh.totals().nodes(), "node"));
        if (mesh.lost() > 0) {
            parts.add(mesh.lost() + " events lost");
        }
        return parts;
    }

    public static List<String> slots(MeshTotals totals) {
        List<String> parts = new ArrayList<>(
                List.of(counted(totals.slots(), "slot"), totals.busy() + " busy", totals.free() + " free"));
        if (totals.offline() > 0) {
            parts.add(totals.offline() + " do not execute");
        }
        parts.addAll(List.of(totals.queued() + " waiting", AmountFormat.fixed(1, totals.jobsPerSecond()) + " jobs/s",
                AmountFormat.fixed(1, totals.hitPercent()) + " % hits",
                AmountFormat.seconds(Math.round(totals.savedSeconds())) + " CPU saved"));
        return parts;
    }

    public static List<String> jobs(MeshTotals totals) {
        return List.of(counted(totals.jobs().all(), "job"), totals.jobs().remote() + " remote",
                totals.jobs().cached() + " cached", totals.jobs().local() + " local");
    }

    private static String counted(long count, String noun) {
        return String.format(Locale.ROOT, "%d %s%s", count, noun, count == 1 ? "" : "s");
    }

    static void write(ScreenFrame screen, int row, List<String> parts, CellStyle first) {
        int column = 0;
        for (String part : parts) {
            String text = (column == 0 ? "" : "  ") + part;
            if (column > 0 && column + DisplayText.width(text) > screen.columns()) {
                return;
            }
            column = screen.write(row, column, text, column == 0 ? first : CellStyle.PLAIN);
        }
    }

    /** The rates of the last two minutes at the right end of a row that is used up to a column. */
    static void writeRates(ScreenFrame screen, int row, int used, List<Double> rates) {
        double most = rates.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        String legend = " 2 min, most " + AmountFormat.fixed(1, most) + "/s";
        int columns = Math.min(TopModel.MAX_RATES, screen.columns() - used - 2 - legend.length());
        if (columns < MIN_RATES) {
            return;
        }
        String line = sparkline(rates, columns);
        int start = screen.columns() - line.length() - legend.length();
        screen.write(row, screen.write(row, start, line, CellStyle.ofColour(6)), legend, CellStyle.DIM);
    }

    static String sparkline(List<Double> rates, int columns) {
        double most = rates.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (double rate : rates) {
            int level = most <= 0 ? 0 : (int) Math.round(rate / most * (BLOCKS.length() - 1));
            line.append(BLOCKS.charAt(level));
        }
        return line.substring(Math.max(0, line.length() - columns));
    }
}
