package dev.floe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;

import org.junit.jupiter.api.Test;

final class BoundedMapTest {
    @Test
    void theLeastRecentlyUsedMakesRoom() {
        Map<String, Integer> map = new BoundedMap<>(2);
        map.put("a", 1);
        map.put("b", 2);
        assertThat(map.get("a")).isEqualTo(1);
        map.put("c", 3);
        assertThat(map).containsOnlyKeys("a", "c");
    }

    @Test
    void needsRoomForOne() {
        assertThatThrownBy(() -> new BoundedMap<String, String>(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneForSeveralThreadsIsBoundedAndKeepsWhatIsUsedOften() {
        Map<Integer, Integer> map = BoundedMap.concurrent(100);
        map.put(-1, 0);
        for (int i = 0; i < 10_000; i++) {
            assertThat(map.get(-1)).isEqualTo(0);
            map.put(i, i);
        }
        assertThat(map).hasSizeLessThanOrEqualTo(100);
    }
}
