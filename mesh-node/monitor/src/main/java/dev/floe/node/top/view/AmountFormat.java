package dev.floe.node.top.view;

import java.util.Locale;

/** Numbers as text of few columns. */
public final class AmountFormat {
    private static final int KIBI = 1024;
    private static final String[] UNITS = {"", "K", "M", "G", "T", "P"};
    private static final long MINUTE = 60;
    private static final long HOUR = 3600;

    private AmountFormat() {}

    /** At most five columns: 0, 999, 1.2K, 35M. */
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= KIBI && unit < UNITS.length - 1) {
            amount /= KIBI;
            unit++;
        }
        String number = unit > 0 && amount < 9.95 ? fixed(1, amount) : Long.toString(Math.round(amount));
        return number + UNITS[unit];
    }

    /** At most five columns: 0, 9999, 12.3k, 4.5M. */
    static String count(long count) {
        if (count < 10_000) {
            return Long.toString(count);
        }
        return count < 999_950 ? fixed(count < 99_950 ? 1 : 0, count / 1e3) + "k" : fixed(1, count / 1e6) + "M";
    }

    /** 0.3, 12.4, 2m03, 1h07. */
    public static String millis(long millis) {
        return millis < MINUTE * 1000 ? fixed(1, millis / 1000.0) : seconds(millis / 1000);
    }

    /** 0.3s, 12.4s, 2m03, 1h07. */
    public static String time(long millis) {
        return millis < MINUTE * 1000 ? millis(millis) + "s" : seconds(millis / 1000);
    }

    /** 12s, 2m03, 1h07. */
    public static String seconds(long seconds) {
        if (seconds < MINUTE) {
            return seconds + "s";
        }
        return seconds < HOUR
                ? String.format(Locale.ROOT, "%dm%02d", seconds / MINUTE, seconds % MINUTE)
                : String.format(Locale.ROOT, "%dh%02d", seconds / HOUR, seconds % HOUR / MINUTE);
    }

    static String fixed(int decimals, double number) {
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
    }
}
