package dev.floe.node.top.view;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchedMesh;
import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.LocalReasonCount;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;

/** The lines of each list, chosen and ordered as the user wants them. */
public record ShownRows(List<MeshMember> nodes, List<RunningRow> running, List<EndedRow> ended,
        List<LocalReasonCount> reasons) {
    public static ShownRows of(TopModel model, TopView view) {
        String filter = view.filter().toLowerCase(Locale.ROOT);
        Optional<WatchedMesh> mesh = model.mesh();
        return new ShownRows(
                ordered(mesh.stream().flatMap(now -> now.nodes().stream())
                        .filter(node -> view.node().isEmpty() || node.name().equals(view.node()))
                        .filter(node -> matches(filter, node.name(), node.address(), node.machine().version(),
                                node.machine().architecture(), node.condition().why(), node.condition().trouble())),
                        view, ListPane.NODES, nodeOrder(view.order(ListPane.NODES))),
                ordered(model.running().stream()
                        .filter(job -> isChosen(view, job.submitter(), job.executor(), job.build()))
                        .filter(job -> matches(filter, job.file(), job.submitter(), job.executor(), job.step(),
                                job.build())),
                        view, ListPane.RUNNING, runningOrder(view.order(ListPane.RUNNING))),
                ordered(model.ended().stream()
                        .filter(job -> isChosen(view, job.submitter(), job.executor(), job.build()))
                        .filter(job -> matches(filter, job.file(), job.submitter(), job.executor(), job.decision(),
                                job.note(), job.build())),
                        view, ListPane.ENDED, endedOrder(view.order(ListPane.ENDED))),
                mesh.stream().flatMap(now -> now.reasons().stream())
                        .filter(reason -> matches(filter, reason.reason(), reason.advice())).toList());
    }

    private static boolean isChosen(TopView view, String submitter, String executor, String build) {
        return (view.node().isEmpty() || view.node().equals(submitter) || view.node().equals(executor))
                && (view.build().isEmpty() || view.build().equals(build));
    }

    private static boolean matches(String filter, String... texts) {
        return filter.isEmpty()
                || Stream.of(texts).anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(filter));
    }

    private static <T> List<T> ordered(Stream<T> rows, TopView view, ListPane pane, Optional<Comparator<T>> order) {
        List<T> ordered = order.map(rows::sorted).orElse(rows).toList();
        return view.isReversed(pane) ? ordered.reversed() : ordered;
    }

    private static Optional<Comparator<MeshMember>> nodeOrder(String order) {
        Comparator<MeshMember> byName = Comparator.comparing(MeshMember::name);
        return Optional.of(switch (order) {
            case "busy" -> Comparator.comparingInt((MeshMember node) -> -node.slots().busy()).thenComparing(byName);
            case "speed" ->
                Comparator.comparingDouble((MeshMember node) -> -node.machine().speed()).thenComparing(byName);
            case "load" ->
                Comparator.comparingDouble((MeshMember node) -> -node.machine().load()).thenComparing(byName);
            case "done" -> Comparator.comparingLong((MeshMember node) -> -node.executed().done()).thenComparing(byName);
            case "bytes" -> Comparator.comparingLong((MeshMember node) -> -node.executed().bytesSent()
                    - node.executed().bytesReceived()).thenComparing(byName);
            default -> byName;
        });
    }

    private static Optional<Comparator<RunningRow>> runningOrder(String order) {
        return switch (order) {
            case "longest" -> Optional.of(Comparator.comparingLong(job -> -job.elapsedMillis()));
            case "file" -> Optional.of(Comparator.comparing(RunningRow::file));
            case "submitter" -> Optional.of(Comparator.comparing(RunningRow::submitter));
            case "executor" -> Optional.of(Comparator.comparing(RunningRow::executor));
            case "step" -> Optional.of(Comparator.comparing(RunningRow::step));
            default -> Optional.empty();
        };
    }

    private static Optional<Comparator<EndedRow>> endedOrder(String order) {
        return switch (order) {
            case "longest" -> Optional.of(Comparator.comparingLong(job -> -job.totalMillis()));
            case "file" -> Optional.of(Comparator.comparing(EndedRow::file));
            case "submitter" -> Optional.of(Comparator.comparing(EndedRow::submitter));
            case "executor" -> Optional.of(Comparator.comparing(EndedRow::executor));
            case "reason" -> Optional.of(Comparator.comparing(EndedRow::note));
            default -> Optional.empty();
        };
    }

    int size(ListPane pane) {
        return switch (pane) {
            case NODES -> nodes.size();
            case RUNNING -> running.size();
            case ENDED -> ended.size();
        };
    }

    /** What a line may have no room for; empty if there is no such line. */
    String details(ListPane pane, int line) {
        return switch (pane) {
            case NODES -> at(nodes, line).map(node -> String.join(", ", Stream.of(node.name() + " at " + node.address(),
                    node.machine().architecture(), node.machine().version(), NodeTable.note(node))
                    .filter(text -> !text.isEmpty()).toList())).orElse("");
            case RUNNING -> at(running, line).map(RunningRow::file).orElse("");
            case ENDED -> at(ended, line).map(job -> job.file() + (JobTables.why(job).isEmpty()
                    ? ""
                    : ": "
                            + JobTables.why(job)))
                    .orElse("");
        };
    }

    /** What the keys refer to. */
    public TopView.Shown toShown(TopView view, int pageLines) {
        int line = view.selected(view.pane());
        return new TopView.Shown() {
            @Override
            public int size(ListPane pane) {
                return ShownRows.this.size(pane);
            }

            @Override
            public int pageLines() {
                return pageLines;
            }

            @Override
            public String node() {
                return switch (view.pane()) {
                    case NODES -> at(nodes, line).map(MeshMember::name).orElse("");
                    case RUNNING -> at(running, line)
                            .map(job -> job.executor().isEmpty() ? job.submitter() : job.executor()).orElse("");
                    case ENDED -> at(ended, line).map(EndedRow::executor).orElse("");
                };
            }

            @Override
            public String build() {
                return switch (view.pane()) {
                    case NODES -> "";
                    case RUNNING -> at(running, line).map(RunningRow::build).orElse("");
                    case ENDED -> at(ended, line).map(EndedRow::build).orElse("");
                };
            }
        };
    }

    private static <T> Optional<T> at(List<T> list, int line) {
        return line < list.size() ? Optional.of(list.get(line)) : Optional.empty();
    }
}
