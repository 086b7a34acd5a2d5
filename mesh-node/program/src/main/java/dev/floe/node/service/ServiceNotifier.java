package dev.floe.node.service;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.FailureText;

/**
 * Tells the service manager that started this process what state the node is in (sd_notify(3)), and, if the manager has
 * a watchdog, that the node is alive. Does nothing where no manager asks for it. What cannot be sent is a warning in
 * the log, because a node serves without its manager too.
 */
public final class ServiceNotifier implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ServiceNotifier.class);
    private static final int BEATS_PER_TIMEOUT = 3; // a lost beat, or a late one, is no reason to restart a node

    private final Optional<NotifySocket> socket;
    private final Optional<Duration> timeout; // of the watchdog
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Asks the node for something; returns if it answers. */
    @FunctionalInterface
    public interface LivenessProbe {
        void run() throws IOException;
    }

    ServiceNotifier(Optional<NotifySocket> socket, Optional<Duration> timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    /**
     * The notifier for the variables that a service manager sets: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID.
     *
     * @throws IllegalArgumentException if one of them cannot be used; the message says which
     */
    public static ServiceNotifier of(Map<String, String> environment) {
        return of(environment, ProcessHandle.current().pid());
    }

    static ServiceNotifier of(Map<String, String> environment, long process) {
        Optional<NotifySocket> socket = Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                .filter(name -> !name.isEmpty()).map(NotifySocket::new);
        String watched = environment.getOrDefault("WATCHDOG_PID", "");
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        if (micros.isEmpty() || !watched.isEmpty() && !watched.equals(Long.toString(process))) {
            return new ServiceNotifier(socket, Optional.empty());
        }
        try {
            return new ServiceNotifier(socket, Optional.of(Duration.of(Long.parseLong(micros),
                    TimeUnit.MICROSECONDS.toChronoUnit())).filter(Duration::isPositive));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("WATCHDOG_USEC: a number of microseconds, not " + micros, e);
        }
    }

    /** Says that the node serves, with a sentence for {@code systemctl status}. */
    public void ready(String status) {
        send("READY=1\nSTATUS=" + status.lines().findFirst().orElse(""));
    }

    /** Says that the node reads its configuration again; {@link #ready} ends that. */
    public void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /** Says that the node stops. */
    public void stopping() {
        send("STOPPING=1\nSTATUS=draining");
    }

    /** Begins to tell the watchdog that the node is alive, as long as the probe returns. */
    public void startWatchdog(LivenessProbe probe) {
        timeout.filter(_ -> socket.isPresent()).ifPresent(duration -> Thread.ofPlatform().daemon()
                .name("floe-watchdog").start(() -> watch(probe, duration.dividedBy(BEATS_PER_TIMEOUT))));
    }

    private void watch(LivenessProbe probe, Duration interval) {
        try {
            do {
                beat(probe);
            } while (!closed.await(interval.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells the watchdog that the node is alive, if it is. */
    void beat(LivenessProbe probe) {
        try {
            probe.run();
        } catch (IOException e) {
            LOG.warn("the node does not answer, so the watchdog is not reset: {}", FailureText.of(e));
            return;
        }
        send("WATCHDOG=1");
    }

    private void send(String message) {
        socket.ifPresent(manager -> {
            try {
                manager.send(message);
            } catch (IOException e) {
                LOG.warn("the service manager does not receive what this node reports: {}", FailureText.of(e));
            }
        });
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
