package dev.floe.node.report;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import dev.floe.node.Node;
import dev.floe.node.membership.MembershipService;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.report.format.TextTable;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.store.FailureText;

/** Makes invitations, lists members, and rotates the key of the mesh. */
final class MembershipRequest {
    private static final int DIGITS = 16;

    private final Node node;

    MembershipRequest(Node node) {
        this.node = node;
    }

    void answer(List<String> request, LineSink lines) throws IOException {
        MembershipService membership = node.membership().orElse(null);
        if (membership == null) {
            lines.accept("error: this machine is in no mesh, or its node was started before it joined; run: floe mesh "
                    + "create, and restart the node");
            return;
        }
        List<String> words = request.subList(1, request.size());
        try {
            switch (request.getFirst()) {
                case "mesh-invite" -> invite(membership, words, lines);
                case "mesh-members" ->
                    members(membership.members(), membership.keyless(), words.contains("--json"), lines);
                default -> rotate(membership, words, lines);
            }
        } catch (IOException | IllegalStateException e) {
            lines.accept("error: " + FailureText.of(e));
        }
    }

    private static void invite(MembershipService membership, List<String> words, LineSink lines) throws IOException {
        if (words.size() < 2) {
            lines.accept("error: an invitation needs its seconds and its uses");
            return;
        }
        lines.accept(membership.invite(Duration.ofSeconds(Long.parseLong(words.get(0))),
                Integer.parseInt(words.get(1)), words.contains("--writer")).encode());
    }

    static void members(Collection<MembershipService.KnownMember> members, Collection<String> keyless, boolean json,
            LineSink lines) throws IOException {
        TextTable table = new TextTable("NAME", "KEY", "ADDRESS");
        for (MembershipService.KnownMember member : members) {
            if (json) {
                lines.accept(JsonLine.object(out -> {
                    out.writeStringField("name", member.name());
                    out.writeStringField("key", member.nodeKey());
                    out.writeBooleanField("present", !member.present().isEmpty());
                    out.writeStringField("address", member.present());
                }));
            }
            table.row(member.name(), member.nodeKey().substring(0, DIGITS),
                    member.present().isEmpty() ? "away" : member.present());
        }
        keyless.forEach(name -> table.row(name, "none", "of a release without keys of its own"));
        if (!json) {
            table.write(lines);
        }
    }

    private static void rotate(MembershipService membership, List<String> words, LineSink lines) throws IOException {
        List<String> names = words.stream().filter(word -> !word.equals("--force")).toList();
        List<String> keyless = membership.keyless().stream().filter(name -> !names.contains(name)).toList();
        if (!keyless.isEmpty() && !words.contains("--force")) {
            lines.accept("error: of a release without keys of its own: " + String.join(", ", keyless)
                    + "; upgrade them first, or exclude them too with --force");
            return;
        }
        MembershipService.Rotated rotated = membership.rotate(names);
        lines.accept("the mesh has a new key, " + rotated.keyId() + "; told: "
                + (rotated.told().isEmpty() ? "nobody else is here" : String.join(", ", rotated.told())));
        rotated.untold().forEach((name, reason) -> quietly(lines, "not told: " + name + " (" + reason
                + "); it asks for the key by itself"));
        if (!rotated.away().isEmpty()) {
            lines.accept("away, get the key when they come back: " + String.join(", ", rotated.away()));
        }
        if (!names.isEmpty()) {
            lines.accept("refused from now on: " + String.join(", ", names));
        }
        lines.accept("invitations and tokens made before open nothing any more");
    }

    private static void quietly(LineSink lines, String text) {
        try {
            lines.accept(text);
        } catch (IOException _) {
            // nobody reads
        }
    }
}
