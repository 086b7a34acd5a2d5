package dev.floe.node.submitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;

/** What a wrapper may send that is none. */
final class WrapperFuzzTest {
    private static final int MAX_BYTES = 64 << 10;
    private static final byte[] STAT = stat(3);

    @TempDir
    static Path directory = Path.of("/");

    @MethodSource("hellos")
    @FuzzTest
    void readsAHelloOrRefuses(byte[] payload) {
        HelloFrame hello;
        try {
            hello = HelloFrame.read(new WrapperFrame(WrapperFrame.HELLO, ByteBuffer.wrap(payload)));
        } catch (WrapperProtocolException _) {
            return;
        }
        assertThat(hello.program()).doesNotContain("/");
        hello.invocation().ifPresent(call -> assertThat(call.cwd().isAbsolute()).isTrue());
        assertThat(hello.parentSlotId()).isNotNull();
    }

    /** The first byte says what the node asks for, the others are the answer. */
    @MethodSource("answers")
    @FuzzTest
    void takesAnAnswerOrRefuses(byte[] bytes) throws Exception {
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            return;
        }
        Path path = Files.createTempFile(directory, "", ".socket");
        Files.delete(path);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path));
                SocketChannel wrapper = SocketChannel.open(UnixDomainSocketAddress.of(path));
                WrapperChannel channel = new WrapperChannel(server.accept())) {
            ByteBuffer answer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
            while (answer.hasRemaining()) {
                wrapper.write(answer);
            }
            wrapper.shutdownOutput();
            Thread pump = channel.readAhead();
            try {
                ask(new WrapperClient(channel), bytes[0]);
            } catch (IOException _) {
                // refused, or the wrapper is gone
            }
            channel.close();
            pump.join();
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private static void ask(WrapperClient wrapper, int kind) throws IOException {
        switch (kind % 6) {
            case 0 -> assertThat(wrapper.lstat(Path.of("/a"))).isNotNull();
            case 1 -> assertThat(wrapper.lstat(List.of(Path.of("/a"), Path.of("/b")))).hasSize(2);
            case 2 -> assertThat(wrapper.list(Path.of("/a"))).isNotNull();
            case 3 -> assertThat(wrapper.read(Path.of("/a"), 1000)).hasSizeLessThanOrEqualTo(1000);
            case 4 -> assertThat(wrapper.run(Path.of("/bin/gcc"), List.of("gcc"), Path.of("/"), Map.of())).isNotNull();
            default -> wrapper.commit();
        }
    }

    static Stream<byte[]> hellos() {
        return Stream
                .of(new WrapperFrame.Writer().u32(0x464c4f45).u8(0).u8(4).u8(0).u8(6).u8(0).u8(80).u8(0).u8(25).u32(022)
                        .u32(4711).u64(98_765)
                        .string("auto").string("").string("/usr/bin/gcc").string("/src").string("4026531840")
                        .list(List.of("gcc", "-c", "a.c")).list(List.of("PATH=/usr/bin", "FLOE_TURN=3"))
                        .frame(WrapperFrame.HELLO)
                        .payload().array());
    }

    static Stream<byte[]> answers() throws IOException {
        byte[] stats = concatenated(new WrapperFrame.Writer().u32(1).frame(WrapperFrame.STATS).payload().array(), STAT,
                new WrapperFrame.Writer().string("").frame(WrapperFrame.STATS).payload().array());
        byte[] names = new WrapperFrame.Writer().string("a.h").string("b.h").u32(0).frame(WrapperFrame.NAMES).payload()
                .array();
        byte[] ran = new WrapperFrame.Writer().u32(0).u32(1).u64(0).u64(0).u64(3).u64(0).frame(WrapperFrame.RAN)
                .payload().array();
        byte[] failed = new WrapperFrame.Writer().u32(28).string("/src/a.o").frame(WrapperFrame.DONE).payload().array();
        byte[] chunk = frame(WrapperFrame.CHUNK, "abc".getBytes(UTF_8));
        return Stream.of(concatenated(new byte[]{0}, frame(WrapperFrame.STATS, stats)),
                concatenated(new byte[]{2}, frame(WrapperFrame.NAMES, names)),
                concatenated(new byte[]{3}, frame(WrapperFrame.FILE, STAT), chunk, frame(WrapperFrame.END, STAT)),
                concatenated(new byte[]{3}, frame(WrapperFrame.FILE, stat(-1)), chunk),
                concatenated(new byte[]{4}, frame(WrapperFrame.RAN, ran), chunk),
                concatenated(new byte[]{5}, frame(WrapperFrame.DONE, failed)));
    }

    private static byte[] stat(long size) {
        return new WrapperFrame.Writer().u32(0).u32(0100644).u64(1).u64(2).u64(size).u64(4).u32(5).u64(6).u32(7)
                .frame(WrapperFrame.FILE).payload().array();
    }

    private static byte[] frame(int type, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(payload.length);
        out.writeByte(type);
        out.write(payload);
        return bytes.toByteArray();
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
