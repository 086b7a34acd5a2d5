package dev.floe.node.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A setting that has another value in a new configuration.
 *
 * @param name of its option, without the dashes
 * @param live whether a running node can change it
 */
public record SettingChange(String name, String before, String after, boolean live) {
    /** Those of {@link NodeConfig#withLiveSettingsOf}. */
    private static final Set<String> LIVE = Set.of("name", "slots", "execute", "store-size", "cache-audit");

    /** The settings that differ, in the order in which they are listed. */
    public static List<SettingChange> between(NodeConfig before, NodeConfig after) {
        Map<String, String> wanted = after.texts();
        List<SettingChange> changes = new ArrayList<>();
        before.texts().forEach((name, value) -> {
            String other = wanted.getOrDefault(name, "");
            if (!other.equals(value)) {
                changes.add(new SettingChange(name, value, other, LIVE.contains(name)));
            }
        });
        return changes;
    }

    /** The change in words. */
    public String text() {
        return shown(before) + " -> " + shown(after) + (live ? "" : " (needs a restart of the node)");
    }

    private static String shown(String value) {
        return value.isEmpty() ? "none" : value;
    }
}
