package dev.floe.node.cli.setup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.floe.node.submitter.ControlClient;

/** Whether a node answers at a socket. */
record ControlAnswer(boolean answers) {
    static ControlAnswer of(Path socket) {
        try {
            ControlClient.ask(socket, List.of("mesh"), _ -> {});
            return new ControlAnswer(true);
        } catch (IOException _) {
            return new ControlAnswer(false);
        }
    }

    /** Waits for half a second, since nothing tells when a node begins to listen. */
    static void pause() {
        try {
            var _ = new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
