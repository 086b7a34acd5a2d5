package dev.floe.node.submitter.wrapper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.FileStat.FileKind;

/** What the answers of a wrapper mean; they are on the connection before the node asks. */
final class RequestedFilesTest {
    private static final Path FILE = Path.of("/src/a.c");

    @TempDir
    Path directory;
    private SocketChannel wrapper;
    private WrapperChannel channel;
    private RequestedFiles files;

    @BeforeEach
    void connect() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
            wrapper = SocketChannel.open(address);
            channel = new WrapperChannel(server.accept());
        }
        channel.readAhead();
        files = new RequestedFiles(channel);
    }

    @AfterEach
    void close() throws IOException {
        wrapper.close();
        channel.close();
    }

    private void answer(int type, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(payload.length);
        out.writeByte(type);
        out.write(payload);
        wrapper.write(ByteBuffer.wrap(bytes.toByteArray()));
    }

    private static WrapperFrame.Writer stat(WrapperFrame.Writer to, int errno, int mode, long size, long mtime) {
        return to.u32(errno).u32(mode).u64(1).u64(2).u64(size).u64(mtime).u32(5).u64(6).u32(7);
    }

    private static byte[] file(int errno, long size, long mtime) {
        return stat(new WrapperFrame.Writer(), errno, 0100644, size, mtime).frame(WrapperFrame.FILE).payload().array();
    }

    private void answerLook(int errno, int mode, String target) throws IOException {
        answer(WrapperFrame.STATS, stat(new WrapperFrame.Writer().u32(1), errno, mode, 3, 4).string(target)
                .frame(WrapperFrame.STATS).payload().array());
    }

    @Test
    void aLinkHasItsTarget() throws IOException {
        answerLook(0, 0120777, "b.c");
        assertThat(files.lstat(List.of(FILE)).getFirst()).hasValueSatisfying(stat -> {
            assertThat(stat.kind()).isEqualTo(FileKind.LINK);
            assertThat(stat.target()).isEqualTo("b.c");
            assertThat(stat.mtimeNanos()).isEqualTo(4_000_000_005L);
        });
    }

    @Test
    void whatIsBelowAFileIsMissing() throws IOException {
        answerLook(20, 0, "");
        assertThat(files.lstat(List.of(FILE))).singleElement().satisfies(stat -> assertThat(stat).isEmpty());
    }

    @Test
    void whatTheUserMayNotSeeIsNotMissing() throws IOException {
        answerLook(13, 0, "");
        assertThatThrownBy(() -> files.lstat(List.of(FILE))).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void anAnswerForOtherPathsIsRefused() throws IOException {
        answerLook(0, 0100644, "");
        assertThatThrownBy(() -> files.lstat(List.of(FILE, FILE))).isInstanceOf(WrapperProtocolException.class);
    }

    @Test
    void namesThatEndWithAnErrorAreNone() throws IOException {
        answer(WrapperFrame.NAMES, new WrapperFrame.Writer().string("a.h").u32(5).frame(WrapperFrame.NAMES).payload()
                .array());
        assertThat(files.list(FILE)).isEmpty();
    }

    private String read(long maxBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        files.copy(FILE, maxBytes, bytes);
        return bytes.toString(UTF_8);
    }

    private void answerFile(long sizeAfter, long mtimeAfter) throws IOException {
        answer(WrapperFrame.FILE, file(0, 3, 4));
        answer(WrapperFrame.CHUNK, "abc".getBytes(UTF_8));
        answer(WrapperFrame.END, file(0, sizeAfter, mtimeAfter));
    }

    @Test
    void aFileThatDoesNotChangeIsCopied() throws IOException {
        answerFile(3, 4);
        assertThat(read(3)).isEqualTo("abc");
    }

    @Test
    void aFileThatGrowsWhileItIsReadIsRefused() throws IOException {
        answerFile(4, 4);
        assertThatThrownBy(() -> read(10)).hasMessage(FILE + " changed while it was read");
    }

    @Test
    void aFileThatIsWrittenWhileItIsReadIsRefused() throws IOException {
        answerFile(3, 5);
        assertThatThrownBy(() -> read(10)).hasMessage(FILE + " changed while it was read");
    }

    @Test
    void aFileThatIsTooLongIsReadToItsEndAndRefused() throws IOException {
        answerFile(3, 4);
        answerFile(3, 4);
        assertThatThrownBy(() -> read(2)).hasMessage(FILE + " is longer than 2 bytes");
        assertThat(read(3)).as("the next one").isEqualTo("abc");
    }

    @Test
    void aFileThatIsMissingIsReportedByItsPath() throws IOException {
        answer(WrapperFrame.FILE, file(2, 0, 0));
        assertThatThrownBy(() -> read(10)).isInstanceOf(NoSuchFileException.class).hasMessage(FILE.toString());
    }
}
