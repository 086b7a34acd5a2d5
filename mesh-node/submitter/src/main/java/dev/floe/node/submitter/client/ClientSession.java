package dev.floe.node.submitter.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.store.FailureText;

/**
 * Serves clients: reads a command line, runs it, and sends its output and exit code ({@code docs/wrapper-protocol.md},
 * <i>The command line</i>).
 */
public final class ClientSession {
    /** Of all users together; the clients of more start Java. */
    static final int MAX_COMMANDS = 64;

    private static final Logger LOG = LogManager.getLogger(ClientSession.class);
    private static final int FAILED = 1;

    private final ClientCommands commands;
    private final Semaphore room = new Semaphore(MAX_COMMANDS);

    public ClientSession(ClientCommands commands) {
        this.commands = commands;
    }

    /** @throws IOException if the client goes away, or sends what is no command line */
    public void serve(WrapperChannel channel, WrapperFrame first, boolean owned) throws IOException {
        ClientOutput output = new ClientOutput(channel, System::nanoTime);
        Optional<ClientCommand> command = ClientCommand.read(first);
        if (command.isEmpty()) {
            refuse(channel, output, "this floe and the node are of releases that do not understand each other;"
                    + " install both from one release, and restart the node");
            return;
        }
        if (!room.tryAcquire()) {
            decline(channel);
            return;
        }
        try {
            run(channel, command.get(), owned, output);
        } finally {
            room.release();
        }
    }

    private void run(WrapperChannel channel, ClientCommand command, boolean owned, ClientOutput output)
            throws IOException {
        OptionalInt code;
        try {
            code = commands.run(command, owned, output);
        } catch (RuntimeException e) {
            LOG.error("a command of a client failed: {}", command.words(), e);
            refuse(channel, output, "the node could not run this (" + FailureText.of(e) + "); its log says more");
            return;
        }
        if (code.isPresent()) {
            end(channel, output, code.getAsInt());
        } else {
            decline(channel);
        }
    }

    private static void decline(WrapperChannel channel) throws IOException {
        channel.sendLast(new WrapperFrame(WrapperFrame.DECLINED, ByteBuffer.allocate(0)));
    }

    private static void refuse(WrapperChannel channel, ClientOutput output, String why) throws IOException {
        output.err().println("floe: " + why);
        end(channel, output, FAILED);
    }

    private static void end(WrapperChannel channel, ClientOutput output, int code) throws IOException {
        output.flush();
        channel.sendLast(new WrapperFrame.Writer().u32(code & 0xff).frame(WrapperFrame.EXIT));
    }
}
