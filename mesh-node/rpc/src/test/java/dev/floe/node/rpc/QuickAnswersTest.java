package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.BlobFetchMessage.BlobFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchToolchain;
import dev.floe.node.rpc.stream.MessageStream;

/** Questions that are answered, and closed behind the answer, as soon as they have come. */
final class QuickAnswersTest {
    private static final int ROUNDS = 3000;
    private static final byte[] BYTES = new byte[20_000];

    @Test
    void eachAnswerComesWhole() throws Exception {
        try (TwoPeers peers = new TwoPeers(exchange -> {
            try (MessageStream conversation = new MessageStream(exchange)) {
                conversation.receive(FetchToolchain.class);
                conversation.send(new BlobFound(BYTES.length));
                conversation.sendBlob(new ByteArrayInputStream(BYTES), BYTES.length);
                conversation.finish();
            }
        })) {
            for (int round = 0; round < ROUNDS; round++) {
                try (MessageStream conversation = new MessageStream(peers.open("/x"))) {
                    conversation.send(new FetchToolchain("ab12"));
                    conversation.finish();
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    conversation.receiveBlob(conversation.receive(BlobFound.class).size(), bytes);
                    assertThat(bytes.size()).as("round %d", round).isEqualTo(BYTES.length);
                }
            }
        }
    }

    @Test
    void theEndGoesWithTheLastBytes() throws Exception {
        List<String> calls = new ArrayList<>();
        OutputStream recorded = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                calls.add("flush");
            }

            @Override
            public void close() {
                calls.add("close");
            }
        };
        try (MessageStream conversation = new MessageStream(new Recorded(new byte[0]) {
            @Override
            public OutputStream output() {
                return recorded;
            }
        })) {
            conversation.send(new FetchToolchain("ab12"));
            conversation.finish();
        }
        assertThat(calls).containsExactly("close");
    }
}
