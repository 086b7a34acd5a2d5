package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FailureText;
import dev.floe.store.content.ContentWriter;
import dev.floe.store.files.BlockOutputStream;

/**
 * The bytes of an output, which are written and hashed once: into the store, whose file the kernel then copies for the
 * user. If the store takes no more, the user gets the bytes themselves, those that came before included.
 */
final class StoreFirstOutput extends BlockOutputStream {
    private static final Logger LOG = LogManager.getLogger(StoreFirstOutput.class);

    private final ContentWriter writer;
    private final Runnable failed;
    private final UserOutput user;
    private @Nullable CheckedOutput direct; // once the store has failed

    /** Opens the output for the user, once it is known how its bytes go there. */
    @FunctionalInterface
    interface UserOutput {
        OutputStream open() throws IOException;
    }

    /** @param failed is told once that the store takes no more */
    StoreFirstOutput(ContentWriter writer, Runnable failed, UserOutput user) {
        this.writer = writer;
        this.failed = failed;
        this.user = user;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (direct != null) {
            direct.write(bytes, offset, length);
            return;
        }
        try {
            writer.write(ByteBuffer.wrap(bytes, offset, length));
        } catch (DigestMismatchException e) {
            throw e;
        } catch (IOException e) {
            giveDirectly(e).write(bytes, offset, length);
        }
    }

    private CheckedOutput giveDirectly(IOException why) throws IOException {
        LOG.debug("no copy of {} is kept here: {}", writer.expected(), FailureText.of(why));
        failed.run();
        CheckedOutput output = new CheckedOutput(user.open());
        direct = output;
        writer.copyWritten(output);
        return output;
    }

    /**
     * All bytes have come.
     *
     * @return the digest under which the store has them; empty if the user has got them already
     * @throws DigestMismatchException if they are not those announced
     */
    Optional<Digest> finish() throws IOException {
        if (direct == null) {
            try {
                writer.commit();
                return Optional.of(writer.expected());
            } catch (DigestMismatchException e) {
                throw e;
            } catch (IOException e) {
                giveDirectly(e);
            }
        }
        CheckedOutput output = Objects.requireNonNull(direct);
        if (!output.matches(writer.expected().hash())) {
            throw new DigestMismatchException("damaged on the way", writer.expected(), output.digest());
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        if (direct != null) {
            direct.close();
        }
    }
}
