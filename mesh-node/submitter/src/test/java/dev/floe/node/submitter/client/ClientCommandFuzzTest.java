package dev.floe.node.submitter.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;

/** What may come instead of a client's first frame. */
final class ClientCommandFuzzTest {
    @MethodSource("payloads")
    @FuzzTest
    void isReadOrRefused(byte[] payload) {
        try {
            ClientCommand.read(new WrapperFrame(WrapperFrame.COMMAND, ByteBuffer.wrap(payload)))
                    .ifPresent(command -> assertThat(command.words()).doesNotContainNull());
        } catch (WrapperProtocolException _) {
            return;
        }
    }

    static Stream<byte[]> payloads() {
        byte[] whole = ClientCommandTest
                .frame(ClientCommand.VERSION, 7, List.of("jobs", "--follow"), List.of("TERM=xterm")).payload().array();
        return Stream.of(whole, new byte[0], Arrays.copyOf(whole, whole.length - 1));
    }
}
