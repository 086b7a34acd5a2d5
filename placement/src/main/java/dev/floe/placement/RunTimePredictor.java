package dev.floe.placement;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Predicts how long a compile runs on the reference core: by its earlier runs, otherwise by its size, otherwise as
 * longer than most.
 *
 * <p>A source that was compiled with the same class of flags is predicted by an exponentially weighted mean of its
 * times. An unknown one lies on the line through the recent (bytes, seconds), and within what was seen. Without a size,
 * or without a line, it is the 75th percentile: too long a guess costs a little balance, too short a guess a late end.
 *
 * <p>Bounded: the least recently used sources are forgotten. Has one owner; not safe for use by several threads at
 * once.
 */
public final class RunTimePredictor {
    private static final double NEWEST_WEIGHT = 0.3;
    private static final int RECENT = 256;
    private static final int LINE_NEEDS = 8;

    private final Duration unknown;
    private final Map<PredictionSource, Double> known;
    private final double[] recentSeconds = new double[RECENT];
    private final double[] recentBytes = new double[RECENT];
    private long observations;

    private record PredictionSource(String path, String flagClass) {}

    /**
     * @param capacity sources to remember, at least 1
     * @param unknown  what to predict before anything was seen
     */
    public RunTimePredictor(int capacity, Duration unknown) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " is less than 1");
        }
        this.unknown = unknown;
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<PredictionSource, Double> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * A compile ended.
     *
     * @param inputBytes  size of its inputs, 0 if unknown
     * @param onReference its run time, multiplied by the speed of the node where it ran
     */
    public void observed(String path, String flagClass, long inputBytes, Duration onReference) {
        double seconds = DurationSeconds.of(onReference);
        known.merge(new PredictionSource(path, flagClass), seconds,
                (before, now) -> before + NEWEST_WEIGHT * (now - before));
        int at = (int) (observations % RECENT);
        recentSeconds[at] = seconds;
        recentBytes[at] = inputBytes;
        observations++;
    }

    /** Whether its predictions are more than a guess. */
    public boolean hasObservations() {
        return observations > 0;
    }

    /** The run time on the reference core if the source was compiled before; empty if it could only be guessed. */
    public Optional<Duration> known(String path, String flagClass) {
        return Optional.ofNullable(known.get(new PredictionSource(path, flagClass))).map(DurationSeconds::duration);
    }

    /** The expected run time on the reference core; {@code inputBytes} is 0 if unknown. */
    public Duration predict(String path, String flagClass, long inputBytes) {
        Double before = known.get(new PredictionSource(path, flagClass));
        if (before != null) {
            return DurationSeconds.duration(before);
        }
        int count = (int) Math.min(observations, RECENT);
        if (count == 0) {
            return unknown;
        }
        double[] sorted = Arrays.copyOf(recentSeconds, count);
        Arrays.sort(sorted);
        if (inputBytes > 0) {
            OptionalDouble line = onTheLine(inputBytes, count);
            if (line.isPresent()) {
                return DurationSeconds.duration(Math.clamp(line.getAsDouble(), sorted[0], sorted[count - 1]));
            }
        }
        return DurationSeconds.duration(sorted[(int) Math.ceil(0.75 * count) - 1]);
    }

    /** How many sources are remembered. */
    int size() {
        return known.size();
    }

    /** Least squares over the recent compiles of known size; empty if they lie on no rising line. */
    private OptionalDouble onTheLine(double bytes, int count) {
        int n = 0;
        double meanBytes = 0;
        double meanSeconds = 0;
        for (int i = 0; i < count; i++) {
            if (recentBytes[i] > 0) {
                n++;
                meanBytes += (recentBytes[i] - meanBytes) / n;
                meanSeconds += (recentSeconds[i] - meanSeconds) / n;
            }
        }
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < count; i++) {
            if (recentBytes[i] > 0) {
                covariance += (recentBytes[i] - meanBytes) * (recentSeconds[i] - meanSeconds);
                variance += (recentBytes[i] - meanBytes) * (recentBytes[i] - meanBytes);
            }
        }
        if (n < LINE_NEEDS || variance <= 0 || covariance <= 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(meanSeconds + covariance / variance * (bytes - meanBytes));
    }
}
