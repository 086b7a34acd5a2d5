package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

final class MemberQueuesTest {
    private static final Address SILENT = new UUID(0, 1);
    private static final Address OTHER = new UUID(0, 2);

    private final BlockingQueue<Integer> sent = new LinkedBlockingQueue<>();
    private final CountDownLatch answer = new CountDownLatch(1);

    /** Connects to the silent one as soon as that answers. */
    private void send(Address destination, byte[] data, int offset, int length) throws Exception {
        if (destination.equals(SILENT)) {
            answer.await();
        }
        assertThat(length).isEqualTo(1);
        sent.add((int) data[offset]);
    }

    private static byte[] message(int number) {
        return new byte[]{(byte) number};
    }

    @Test
    void aMemberThatDoesNotAnswerHoldsUpNobody() throws Exception {
        MemberQueues queues = new MemberQueues(this::send);
        queues.add(SILENT, message(1));
        queues.add(OTHER, message(2));
        assertThat(sent.take()).isEqualTo(2);
        answer.countDown();
        assertThat(sent.take()).isEqualTo(1);
    }

    @Test
    void eachGetsItsMessagesInTheirOrderAndNoMoreThanFit() throws Exception {
        MemberQueues queues = new MemberQueues(this::send);
        for (int i = 0; i < 10 * MemberQueues.MAX_MESSAGES; i++) {
            queues.add(SILENT, message(i % 128));
        }
        answer.countDown();
        List<Integer> received = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < MemberQueues.MAX_MESSAGES; i++) {
            received.add(sent.take());
            expected.add(i % 128);
        }
        assertThat(received).isEqualTo(expected);
        queues.add(OTHER, message(7));
        assertThat(sent.take()).isBetween(0, 127); // one more may have fitted while the first was on its way
    }

    @Test
    void oneThatCannotBeReachedIsTriedAgainWithTheNextMessage() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        MemberQueues queues = new MemberQueues((destination, data, offset, length) -> {
            if (data[offset] == 1) {
                failed.countDown();
                throw new IOException("no route");
            }
            sent.add((int) data[offset]);
        });
        queues.add(SILENT, message(1));
        failed.await();
        // Until the first failure is over, a message is lost with it.
        while (sent.isEmpty()) {
            queues.add(SILENT, message(2));
            Thread.onSpinWait();
        }
        assertThat(sent.take()).isEqualTo(2);
    }
}
