package dev.floe.node.top;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

import dev.floe.node.submitter.ControlClient;
import dev.floe.node.top.feed.NodeFeed;
import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchLine;
import dev.floe.node.top.terminal.CursorTerminal;
import dev.floe.node.top.terminal.CursorTerminal.Signal;
import dev.floe.node.top.terminal.FrameDiff;
import dev.floe.node.top.terminal.JlineTty;
import dev.floe.node.top.terminal.KeyDecoder;
import dev.floe.node.top.terminal.KeyPress;
import dev.floe.node.top.terminal.ScreenFrame;
import dev.floe.node.top.terminal.TerminalScreen;
import dev.floe.node.top.view.ShownRows;
import dev.floe.node.top.view.TopLayout;
import dev.floe.node.top.view.TopView;

/**
 * The live view: one thread takes what the node reports, the keys and the signals of the terminal from one queue, and
 * draws. A snapshot makes a frame, so the frames are as frequent as the snapshots; ends of jobs are shown with the next
 * one.
 */
public final class TopSession {
    private static final int MAX_EVENTS = 1000;
    private static final int EXIT_INTERRUPTED = 130;
    private static final Duration MIN_INTERVAL = Duration.ofMillis(250);
    private static final int TRAINING_LINES = 3;

    private final NodeFeed.Source source;
    private final CursorTerminal.Opener opener;
    private final BooleanSupplier stop;
    private final boolean colours;
    private final BlockingQueue<TopEvent> events = new LinkedBlockingQueue<>(MAX_EVENTS);
    private final TopModel model = new TopModel();
    private final TopView view = new TopView();
    // The last snapshot that came while the display was held still.
    private Optional<WatchLine> heldBack = Optional.empty();
    private CursorTerminal.Size size = CursorTerminal.Size.bounded(0, 0);
    private boolean endsWithNode;
    private int exit;

    /**
     * A view of this process's terminal.
     *
     * @param socket   of the node through which to watch
     * @param interval between two frames
     */
    public static TopSession of(Path socket, Duration interval, boolean colours) {
        return new TopSession(line -> ControlClient.ask(socket,
                List.of("watch", "--interval", Long.toString(interval.toMillis())), line), JlineTty::open,
                TopSession::stopProcess, colours);
    }

    /** Loads what the first frame needs, on a thread of its own, while the command line is read. */
    public static void load() {
        Thread.ofPlatform().name("load the view").daemon().start(() -> {
            try {
                JlineTty.load();
                FrameDiff.of(null, TopLayout.draw(new TopModel(), new TopView(), 1, 1), true);
            } catch (IOException _) {
                // opening the terminal fails for the same reason, and says so
            }
        });
    }

    /** Draws a few frames, on the terminal if there is one, so that the virtual machine can record what they load. */
    public static void train(Path socket, boolean terminal) throws IOException, InterruptedException {
        TopSession session = of(socket, MIN_INTERVAL, true);
        NodeFeed.Source source = session.source;
        int[] lines = {0};
        TopSession bounded = new TopSession(line -> source.watch(each -> {
            line.accept(each);
            if (++lines[0] == TRAINING_LINES) {
                throw new UncheckedIOException(new IOException("that is enough"));
            }
        }), session.opener, session.stop, true);
        if (terminal) {
            bounded.endsWithNode = true;
            bounded.run();
        } else {
            ControlClient.ask(socket, List.of("watch", "--once"), line -> bounded.train(line));
        }
    }

    private void train(String line) {
        try {
            PlainReport.lines(line);
            model.receive(WatchLine.parse(line));
            FrameDiff.of(null, frame(), colours);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param stop stops this process, at once or in a moment, until it is continued, which comes as a signal;
     *             false if that cannot be done
     */
    TopSession(NodeFeed.Source source, CursorTerminal.Opener opener, BooleanSupplier stop, boolean colours) {
        this.source = source;
        this.opener = opener;
        this.stop = stop;
        this.colours = colours;
    }

    /**
     * Runs until the user quits.
     *
     * @return the exit code
     * @throws IOException if the node does not answer at first, or there is no terminal; the message says what to do
     */
    public int run() throws IOException, InterruptedException {
        try (NodeFeed feed = new NodeFeed(source, new FeedQueue())) {
            feed.start();
            try (CursorTerminal tty = opener.open(signal -> events.offer(new TopEvent.Signalled(signal)))) {
                awaitSnapshot();
                run(new TerminalScreen(tty, colours), tty);
            }
        }
        return exit;
    }

    /**
     * Before the first snapshot the terminal is left alone, so that a failure is a message like that of any command.
     */
    private void awaitSnapshot() throws IOException, InterruptedException {
        while (model.mesh().isEmpty() && exit == 0) {
            switch (events.take()) {
                case TopEvent.ConnectionLost(String why) -> throw new IOException(why);
                case TopEvent.Reported(WatchLine line) -> model.receive(line);
                case TopEvent.Signalled(Signal signal) when signal == Signal.INTERRUPTED ->
                    exit = EXIT_INTERRUPTED;
                case TopEvent.Signalled _,TopEvent.Pressed _ -> {
                }
            }
        }
    }

    private void run(TerminalScreen screen, CursorTerminal tty) throws IOException, InterruptedException {
        Thread rescue = new Thread(screen::end, "restore the terminal");
        Runtime.getRuntime().addShutdownHook(rescue);
        try {
            if (exit == 0) {
                size = tty.size();
                screen.enter();
                screen.draw(frame());
                readKeys(tty);
            }
            while (exit == 0 && !view.isOver()) {
                react(screen, tty);
            }
        } finally {
            screen.end();
            forget(rescue);
        }
    }

    private static void forget(Thread rescue) {
        try {
            Runtime.getRuntime().removeShutdownHook(rescue);
        } catch (IllegalStateException _) {
            // the process ends already
        }
    }

    private ScreenFrame frame() {
        return TopLayout.draw(model, view, size.rows(), size.columns());
    }

    private void react(TerminalScreen screen, CursorTerminal tty) throws IOException, InterruptedException {
        List<TopEvent> now = new ArrayList<>();
        now.add(events.take());
        events.drainTo(now);
        boolean changed = false;
        for (TopEvent event : now) {
            changed |= switch (event) {
                case TopEvent.Reported(WatchLine line) -> receive(line);
                case TopEvent.ConnectionLost(String why) -> {
                    exit = endsWithNode ? EXIT_INTERRUPTED : exit;
                    model.lose(why + "; trying again");
                    yield true;
                }
                case TopEvent.Pressed(KeyPress key) -> {
                    press(key, screen);
                    yield true;
                }
                case TopEvent.Signalled(Signal signal) -> {
                    handle(signal, screen, tty);
                    yield true;
                }
            };
        }
        if (changed && exit == 0 && !view.isOver()) {
            screen.draw(frame());
        }
    }

    private boolean receive(WatchLine line) {
        boolean snapshot = line instanceof WatchLine.WholeMesh;
        if (view.isPaused()) {
            heldBack = snapshot ? Optional.of(line) : heldBack;
            return false;
        }
        model.receive(line);
        return snapshot;
    }

    private void press(KeyPress key, TerminalScreen screen) {
        if (key.name() == KeyPress.Name.REDRAW) {
            screen.forget();
            return;
        }
        if (key.name() == KeyPress.Name.INTERRUPT) {
            exit = EXIT_INTERRUPTED;
        }
        view.press(key, ShownRows.of(model, view).toShown(view, TopLayout.pageLines(model, view, size.rows())));
        if (!view.isPaused()) {
            heldBack.ifPresent(model::receive);
            heldBack = Optional.empty();
        }
    }

    private void handle(Signal signal, TerminalScreen screen, CursorTerminal tty) throws IOException {
        switch (signal) {
            case RESIZED -> size = tty.size();
            case INTERRUPTED -> exit = EXIT_INTERRUPTED;
            case SUSPENDED -> {
                screen.leave();
                if (!stop.getAsBoolean()) {
                    screen.enter();
                }
            }
            case CONTINUED -> {
                screen.enter();
                screen.forget();
                size = tty.size();
            }
        }
    }

    private void readKeys(CursorTerminal tty) {
        KeyDecoder decoder = new KeyDecoder(tty.characters());
        Thread.ofPlatform().name("keys").daemon().start(() -> {
            try {
                while (true) {
                    KeyPress key = decoder.read();
                    events.put(new TopEvent.Pressed(key));
                    if (key.name() == KeyPress.Name.CLOSED) {
                        return;
                    }
                }
            } catch (IOException _) {
                events.offer(new TopEvent.Pressed(KeyPress.of(KeyPress.Name.CLOSED)));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Java can send no signals. Threads of this process may run on for a moment after the program has ended. */
    private static boolean stopProcess() {
        try {
            return new ProcessBuilder("kill", "-STOP", Long.toString(ProcessHandle.current().pid())).start()
                    .waitFor() == 0;
        } catch (IOException _) {
            return false; // without the program the view cannot be stopped
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Brings what the node reports into the queue. */
    private final class FeedQueue implements NodeFeed.NodeFeedListener {
        @Override
        public void receive(WatchLine line) throws InterruptedException {
            events.put(new TopEvent.Reported(line));
        }

        @Override
        public void lose(String why) throws InterruptedException {
            events.put(new TopEvent.ConnectionLost(why));
        }
    }
}
