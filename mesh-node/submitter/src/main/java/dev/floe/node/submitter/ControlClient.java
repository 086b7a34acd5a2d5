package dev.floe.node.submitter;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import dev.floe.node.submitter.wrapper.Utf8Strings;
import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.store.FailureText;

/**
 * The command line's way to a node on this machine. A node shows every second that it lives, however long an answer
 * takes it; one that shows nothing for {@link #SILENCE} is given up. One of release 0.1.0 shows nothing while it works
 * on a request, so a silent node is asked something that needs no work.
 */
public final class ControlClient {
    /** How a line begins that says why a request could not be granted. */
    public static final String ERROR = "error: ";

    /** After this time without a sign of life a node counts as frozen. */
    public static final Duration SILENCE = Duration.ofSeconds(5);

    /** What every release answers at once. */
    private static final List<String> QUESTION_WITHOUT_WORK = List.of("mesh");

    private ControlClient() {}

    /**
     * Asks the node at a socket, for the command line.
     *
     * @throws IOException if no node listens there, it goes away, or it is frozen; the message says so and what to do
     */
    public static void ask(Path socket, List<String> request, Consumer<String> line) throws IOException {
        ask(socket, request, line, SilenceLimits.STANDARD);
    }

    /**
     * How long a node may say nothing.
     *
     * @param untilAsked  before it is asked something that needs no work
     * @param untilFrozen until it has answered that
     */
    record SilenceLimits(Duration untilAsked, Duration untilFrozen) {
        static final SilenceLimits STANDARD = new SilenceLimits(SILENCE.dividedBy(2), SILENCE.dividedBy(2));

        Duration both() {
            return untilAsked.plus(untilFrozen);
        }
    }

    static void ask(Path socket, List<String> request, Consumer<String> line, SilenceLimits silence)
            throws IOException {
        try (WrapperChannel channel = new WrapperChannel(connect(socket, silence.both()))) {
            channel.readAhead();
            channel.send(new WrapperFrame.Writer().list(request).frame(WrapperFrame.CONTROL));
            while (true) {
                WrapperFrame frame = next(channel, socket, silence);
                switch (frame.type()) {
                    case WrapperFrame.LINE -> line.accept(Utf8Strings.text(frame.payload().array()).orElse(""));
                    case WrapperFrame.LAST -> {
                        return;
                    }
                    case WrapperFrame.ALIVE -> {
                    }
                    default -> throw new IOException("what listens at " + socket + " is no Floe node of this release");
                }
            }
        } catch (WrapperDisconnectedException e) {
            throw new IOException("the node at " + socket + " went away before it had answered; its log says why", e);
        }
    }

    private static WrapperFrame next(WrapperChannel channel, Path socket, SilenceLimits silence) throws IOException {
        while (true) {
            Optional<WrapperFrame> frame = channel.take(silence.untilAsked());
            if (frame.isPresent()) {
                return frame.get();
            }
            if (!answersOtherQuestion(socket, silence.untilFrozen())) {
                return channel.take(Duration.ZERO).orElseThrow(() -> frozen(socket, silence.both()));
            }
        }
    }

    private static boolean answersOtherQuestion(Path socket, Duration silence) throws IOException {
        try (WrapperChannel channel = new WrapperChannel(connect(socket, silence))) {
            channel.readAhead();
            channel.send(new WrapperFrame.Writer().list(QUESTION_WITHOUT_WORK).frame(WrapperFrame.CONTROL));
            return channel.take(silence).isPresent();
        } catch (IOException _) {
            return false; // it ends, which the first connection shows too, or is frozen
        }
    }

    /** On a thread of its own, because the system lets a client wait without end once a frozen node's queue is full. */
    private static SocketChannel connect(Path socket, Duration silence) throws IOException {
        CompletableFuture<SocketChannel> connected = new CompletableFuture<>();
        Thread.ofPlatform().name("connect to the node").daemon().start(() -> {
            try {
                connected.complete(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            } catch (IOException | RuntimeException e) {
                connected.completeExceptionally(e);
            }
        });
        try {
            return connected.get(silence.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw frozen(socket, silence);
        } catch (ExecutionException e) {
            throw new IOException(unreachable(socket, Optional.ofNullable(e.getCause()).orElse(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String unreachable(Path socket, Throwable why) {
        if (!Files.exists(socket)) {
            return "no node answers at " + socket + "; start one with: floe node";
        }
        return why instanceof ConnectException || String.valueOf(why.getMessage()).contains("refused")
                ? "no node answers at " + socket
                        + ": the one that listened there has ended, or is still starting; start one with: floe node"
                : "no node answers at " + socket + ": " + FailureText.of(why);
    }

    private static IOException frozen(Path socket, Duration silence) {
        return new IOException("the node at " + socket + " is there but does not answer (nothing for "
                + silence.toSeconds() + " s): it is stopped (SIGSTOP, Ctrl-Z, a debugger) or its machine is overloaded;"
                + " continue it (kill -CONT), or end and restart it");
    }
}
