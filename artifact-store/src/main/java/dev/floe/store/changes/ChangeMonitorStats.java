package dev.floe.store.changes;

import java.util.Locale;
import java.util.Map;

/**
 * What a monitor does.
 *
 * @param why        it watches nothing; empty if it does
 * @param watches    in use
 * @param maxWatches that it may use
 * @param counts     of what it has received
 * @param unwatched  directories and files that cannot be watched, by reason
 */
public record ChangeMonitorStats(String why, int watches, int maxWatches, ChangeCounts counts,
        Map<UnwatchedReason, Integer> unwatched) {
    /**
     * Since the start.
     *
     * @param events       that were received
     * @param overflows    how often the kernel's queue was full, so that all was forgotten
     * @param mountChanges how often the mount table has changed
     * @param resets       how often all was forgotten because the bound of names or watches was reached
     */
    public record ChangeCounts(long events, long overflows, long mountChanges, long resets) {}

    /** Whether it watches anything. */
    public boolean active() {
        return why.isEmpty();
    }

    /** Why a directory or a file is looked at each time. */
    public enum UnwatchedReason {
        FILE_SYSTEM("on a file system that does not report every change"), CASE(
                "a directory in which names match regardless of case"), PERMISSION("not readable"), NO_WATCHES_LEFT(
                        "no watches are left (fs.inotify.max_user_watches, or the node's own bound)"), CHANGING(
                                "it changed while it was looked at");

        private final String text;

        UnwatchedReason(String text) {
            this.text = text;
        }

        /** Its name in JSON. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** For the user to read. */
        public String text() {
            return text;
        }
    }

    public ChangeMonitorStats {
        unwatched = Map.copyOf(unwatched);
    }
}
