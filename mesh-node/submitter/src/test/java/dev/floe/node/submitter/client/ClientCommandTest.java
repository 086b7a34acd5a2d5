package dev.floe.node.submitter.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;

/** The first frame of a client. */
final class ClientCommandTest {
    static WrapperFrame frame(int version, int flags, List<String> words, List<String> environment) {
        byte[] numbers = ByteBuffer.allocate(8).putShort((short) version).putShort((short) flags).putShort((short) 80)
                .putShort((short) 24).array();
        return new WrapperFrame.Writer().u32(0x464c4f45).raw(numbers).string("0.1.0").string("/work").list(words)
                .list(environment).frame(WrapperFrame.COMMAND);
    }

    private static ClientCommand read(WrapperFrame frame) throws WrapperProtocolException {
        return ClientCommand.read(frame).orElseThrow();
    }

    @Test
    void hasTheWordsAndWhatTheOutputDependsOn() throws Exception {
        ClientCommand command = read(frame(1, 7, List.of("jobs", "", "ü"), List.of("TERM=dumb", "NO_COLOR=", "odd")));
        assertThat(command.words()).containsExactly("jobs", "", "ü");
        assertThat(command.directory()).isEqualTo("/work");
        assertThat(command.environment()).isEqualTo(Map.of("TERM", "dumb", "NO_COLOR", ""));
        assertThat(command.terminal()).isTrue();
    }

    @Test
    void isATerminalsOnlyIfInputAndOutputAre() throws Exception {
        for (int flags = 0; flags < 8; flags++) {
            assertThat(read(frame(1, flags, List.of(), List.of())).terminal()).as("flags %d", flags)
                    .isEqualTo((flags & 5) == 5);
        }
    }

    @Test
    void showsBytesThatAreNotUtf8AsJavaDoes() throws Exception {
        WrapperFrame.Writer writer = new WrapperFrame.Writer().u32(0x464c4f45)
                .raw(ByteBuffer.allocate(8).putShort((short) 1).array()).string("").string("").u32(1);
        writer.u32(2).raw(new byte[]{'x', (byte) 0xff}).u32(0);
        assertThat(read(writer.frame(WrapperFrame.COMMAND)).words()).containsExactly("x\ufffd");
    }

    @Test
    void hasABound() {
        WrapperFrame frame = frame(1, 0, List.of("x".repeat(ClientCommand.MAX_PAYLOAD_BYTES)), List.of());
        assertThatThrownBy(() -> ClientCommand.read(frame)).isInstanceOf(WrapperProtocolException.class);
    }

    @Test
    void isEmptyOfAnotherVersion() throws Exception {
        assertThat(ClientCommand.read(frame(2, 0, List.of("nodes"), List.of()))).isEmpty();
    }
}
