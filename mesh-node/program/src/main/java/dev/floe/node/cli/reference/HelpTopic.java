package dev.floe.node.cli.reference;

import java.util.List;
import java.util.Optional;

/**
 * A topic of {@code floe help}: a section of the documentation.
 *
 * @param name    as the user types it
 * @param page    file of the documentation
 * @param heading of the section, as it is in the page; empty for what comes before the first section
 * @param summary for the list of topics
 */
public record HelpTopic(String name, String page, String heading, String summary) {
    /** The page with a section for each finding of {@code floe doctor}. */
    public static final String TROUBLES = "troubles.md";

    public static final List<HelpTopic> ALL = List.of(
            new HelpTopic("environment", "operations.md", "The wrapper", "variables that floe-cc reads"),
            new HelpTopic("configuration", "operations.md", "Options, environment, file",
                    "options of a node, and its configuration file"),
            new HelpTopic("reload", "operations.md", "Change a running node", "what floe reload changes"),
            new HelpTopic("mesh", "operations.md", "A mesh", "create a mesh and join it"),
            new HelpTopic("ports", "operations.md", "Ports, LAN, VPN", "ports, firewalls, VPNs"),
            new HelpTopic("containers", "operations.md", "Containers and chroots", "builds in containers and chroots"),
            new HelpTopic("files", "operations.md", "What is where", "the data directory"),
            new HelpTopic("cache", "cache.md", "", "the result cache"),
            new HelpTopic("security", "security.md", "", "whom Floe trusts"),
            new HelpTopic("building", "building.md", "", "builds as wide as the mesh"),
            new HelpTopic("troubles", TROUBLES, "", "what floe doctor finds, and remedies"),
            new HelpTopic("symptoms", "operations.md", "Troubles", "messages and what they mean"));

    /** The topic of a name. */
    public static Optional<HelpTopic> find(String name) {
        return ALL.stream().filter(topic -> topic.name().equals(name)).findFirst();
    }

    /** The section as plain text. */
    public String text() {
        HelpDocument document = HelpDocument.read(page);
        return heading.isEmpty() ? document.introduction() : document.section(heading);
    }

    /** The section of a finding of {@code floe doctor} as plain text. */
    public static Optional<String> finding(String anchor) {
        return HelpDocument.read(TROUBLES).anchored(anchor);
    }

    /** The anchors of all findings. */
    public static List<String> findings() {
        return HelpDocument.read(TROUBLES).anchors();
    }
}
