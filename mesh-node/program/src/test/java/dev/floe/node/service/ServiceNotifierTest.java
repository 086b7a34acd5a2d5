package dev.floe.node.service;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service manager receives from a node. */
final class ServiceNotifierTest {
    @TempDir
    private Path directory;

    /** The service manager's end. */
    private static final class DatagramReceiver implements AutoCloseable {
        private static final MethodHandle SOCKET = NotifySocket.find("socket",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        private static final MethodHandle BIND = NotifySocket.find("bind",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        private static final MethodHandle RECV = NotifySocket.find("recv",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        private static final MethodHandle CLOSE = NotifySocket.find("close",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private final int socket;

        DatagramReceiver(String name) throws Throwable {
            socket = (int) SOCKET.invokeExact(NotifySocket.AF_UNIX, NotifySocket.SOCK_DGRAM, 0);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment address = new NotifySocket(name).address(arena);
                assertThat((int) BIND.invokeExact(socket, address, (int) address.byteSize())).isZero();
            }
        }

        String receive() throws Throwable {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(1000);
                long size = (long) RECV.invokeExact(socket, buffer, 1000L, 0);
                return new String(buffer.asSlice(0, size).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                assertThat((int) CLOSE.invokeExact(socket)).isZero();
            } catch (Throwable e) {
                throw new IOException(e);
            }
        }
    }

    private void reportsTo(String name) throws Throwable {
        try (DatagramReceiver manager = new DatagramReceiver(name);
                ServiceNotifier notifier = ServiceNotifier.of(Map.of("NOTIFY_SOCKET", name))) {
            notifier.ready("name=ä\nWATCHDOG=1");
            assertThat(manager.receive()).isEqualTo("READY=1\nSTATUS=name=ä");
            notifier.reloading();
            assertThat(manager.receive()).matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+");
            notifier.stopping();
            assertThat(manager.receive()).isEqualTo("STOPPING=1\nSTATUS=draining");
        }
    }

    @Test
    void reportsToAPath() throws Throwable {
        reportsTo(directory.resolve("notify").toString());
    }

    @Test
    void reportsToANameOfTheAbstractNamespace() throws Throwable {
        reportsTo("@floe-test-" + UUID.randomUUID());
    }

    @Test
    void resetsTheWatchdogOfANodeThatAnswers() throws Throwable {
        String name = directory.resolve("notify").toString();
        try (DatagramReceiver manager = new DatagramReceiver(name);
                ServiceNotifier notifier = ServiceNotifier
                        .of(Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "60000000"))) {
            notifier.startWatchdog(() -> {});
            assertThat(manager.receive()).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void doesNotResetTheWatchdogOfAFrozenNode() throws Throwable {
        String name = directory.resolve("notify").toString();
        try (DatagramReceiver manager = new DatagramReceiver(name);
                ServiceNotifier notifier = ServiceNotifier.of(Map.of("NOTIFY_SOCKET", name))) {
            notifier.beat(() -> {
                throw new IOException("frozen");
            });
            notifier.stopping();
            assertThat(manager.receive()).startsWith("STOPPING=1");
        }
    }

    @Test
    void leavesTheWatchdogOfAnotherProcessAlone() {
        AtomicInteger probes = new AtomicInteger();
        Map<String, String> environment = Map.of("NOTIFY_SOCKET", "@floe-test-nobody", "WATCHDOG_USEC", "1000000",
                "WATCHDOG_PID", "1");
        try (ServiceNotifier notifier = ServiceNotifier.of(environment, 2)) {
            notifier.startWatchdog(probes::incrementAndGet);
        }
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().equals("floe-watchdog"));
        assertThat(probes).hasValue(0);
    }

    @Test
    void aNodeWithoutAServiceManagerSendsNothing() {
        Set<Thread> before = watchdogs();
        try (ServiceNotifier notifier = ServiceNotifier.of(Map.of("WATCHDOG_USEC", "1000000"))) {
            notifier.ready("alone");
            notifier.startWatchdog(() -> {
                throw new IOException("asked");
            });
            assertThat(before).as("threads that ask").containsAll(watchdogs());
            notifier.stopping();
        }
    }

    private static Set<Thread> watchdogs() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("floe-watchdog"))
                .collect(Collectors.toSet());
    }

    @Test
    void aManagerThatIsGoneDoesNotStopANode() {
        try (ServiceNotifier notifier = ServiceNotifier
                .of(Map.of("NOTIFY_SOCKET", directory.resolve("none").toString()))) {
            notifier.ready("serves");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run/systemd/notify", "@", "/"})
    void refusesASocketThatIsNone(String name) {
        assertThatThrownBy(() -> ServiceNotifier.of(Map.of("NOTIFY_SOCKET", name)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("NOTIFY_SOCKET");
    }

    @Test
    void refusesATimeThatIsNone() {
        assertThatThrownBy(() -> ServiceNotifier.of(Map.of("WATCHDOG_USEC", "soon")))
                .hasMessage("WATCHDOG_USEC: a number of microseconds, not soon");
    }
}
