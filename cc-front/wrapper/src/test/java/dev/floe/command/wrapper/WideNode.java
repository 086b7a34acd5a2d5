package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A node's side of the command line's conversation with {@code floe run}. */
final class WideNode implements AutoCloseable {
    static final int CONTROL = 0x02;
    static final int LINE = 0x30;
    static final int LAST = 0x31;

    private final Talk talk;

    private WideNode(Talk talk) {
        this.talk = talk;
    }

    /** Waits for the one that watches the capacity. */
    static WideNode watched(ScriptedNode node) throws IOException {
        WideNode asked = new WideNode(node.accept());
        assertThat(asked.request()).containsExactly("capacity", "--watch");
        return asked;
    }

    /** Waits for the next request and answers it with a line. */
    static List<String> answer(ScriptedNode node, String line) throws IOException {
        try (WideNode asked = new WideNode(node.accept())) {
            List<String> request = asked.request();
            asked.say(line);
            asked.talk.send(LAST);
            asked.talk.awaitHangUp();
            return request;
        }
    }

    private List<String> request() throws IOException {
        return talk.read(CONTROL).list();
    }

    void say(String line) throws IOException {
        talk.send(LINE, Payload.of().raw(line.getBytes(StandardCharsets.UTF_8)));
    }

    Talk talk() {
        return talk;
    }

    @Override
    public void close() throws IOException {
        talk.close();
    }
}
