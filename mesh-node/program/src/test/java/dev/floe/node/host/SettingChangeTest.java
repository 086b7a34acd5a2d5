package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cacheserver.CacheServerConfig;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.web.access.WebConfig;

class SettingChangeTest {
    private static NodeConfig config(String name, int slots, boolean execute, long mebibytes, double audit) {
        return new NodeConfig(name, new HostPort("127.0.0.1", 7079), List.of(), true, slots, execute,
                Path.of("/" + name),
                mebibytes << 20, Path.of("/s"), Path.of("/k"), Optional.empty(), Set.of(CacheMode.READ),
                CacheServerConfig.NONE, audit, Set.of(), WebConfig.NONE, true);
    }

    @Test
    void namesWhatDiffersAndWhatNeedsARestart() {
        List<SettingChange> changes = SettingChange.between(config("a", 2, true, 100, 1),
                config("b", 4, false, 200, 5));
        assertThat(changes.stream().map(change -> change.name() + ": " + change.text())).containsExactly(
                "name: a -> b", "slots: 2 -> 4", "execute: true -> false",
                "data-dir: /a -> /b (needs a restart of the node)",
                "store-size: 100 MiB -> 200 MiB", "cache-audit: 1.0 % -> 5.0 %");
    }

    @Test
    void aRunningNodeTakesWhatItCanChangeAndNothingElse() {
        NodeConfig before = config("a", 2, true, 100, 1);
        NodeConfig wanted = config("b", 4, false, 200, 5);
        NodeConfig next = before.withLiveSettingsOf(wanted);
        assertThat(SettingChange.between(before, next)).isNotEmpty().allMatch(SettingChange::live);
        assertThat(SettingChange.between(next, wanted)).isNotEmpty().noneMatch(SettingChange::live);
        assertThat(SettingChange.between(next, next)).isEmpty();
    }
}
